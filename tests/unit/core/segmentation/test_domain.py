"""What a model was not made for is refused with the reason."""

from __future__ import annotations

import numpy as np
import pytest
from builders.head import head, small_card

from medcrypt_gui.core.errors import UnsupportedInputError
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.segmentation.domain import check_domain


def _volume(shape: tuple[int, int, int], spacing: float = 2.0) -> Volume:
    return Volume(np.zeros(shape, np.int16), Geometry(shape, np.diag([spacing, spacing, spacing, 1.0])))


@pytest.mark.parametrize("modality", ["MR", "", "OT"])
def test_mr_and_files_that_do_not_say_are_taken(modality: str) -> None:
    check_domain(head()[0], modality, small_card())


@pytest.mark.parametrize("modality", ["CT", "US", "DX"])
def test_another_modality_is_named(modality: str) -> None:
    with pytest.raises(UnsupportedInputError, match=f"MR images; this is {modality}"):
        check_domain(head()[0], modality, small_card())


def test_ct_is_known_by_its_values_where_the_file_does_not_say() -> None:
    volume, _ = head()
    stored = np.where(volume.stored < 100, 24, 1064).astype(np.int16)
    with pytest.raises(UnsupportedInputError, match="look like CT"):
        check_domain(Volume(stored, volume.geometry, intercept=-1024.0), "", small_card())


def test_a_single_image_is_refused() -> None:
    with pytest.raises(UnsupportedInputError, match="at least 8 slices; this image is 100 x 100 x 1"):
        check_domain(_volume((1, 100, 100)), "MR", small_card())


def test_a_thin_slab_is_refused() -> None:
    with pytest.raises(UnsupportedInputError, match="20 mm thin"):
        check_domain(_volume((10, 100, 100)), "MR", small_card())
