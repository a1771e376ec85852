"""The ROI's size in millilitres and its values in the volume's unit."""

from __future__ import annotations

import numpy as np
import pytest

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.mask import statistics
from medcrypt_gui.core.mask.roi_mask import RoiMask

_GEOMETRY = Geometry((4, 5, 6), np.diag([2.0, 2.5, 4.0, 1.0]))


def test_size_counts_voxels_and_millilitres() -> None:
    mask = RoiMask.empty(_GEOMETRY)
    mask.labels[1, 1:3, 2:4] = 1
    size = statistics.extent(mask)
    assert size.voxels == 4
    assert size.volume_ml == pytest.approx(4 * 20.0 / 1000)
    assert size.share == pytest.approx(4 / 120)


def test_values_are_scaled_also_with_a_negative_slope() -> None:
    mask = RoiMask.empty(_GEOMETRY)
    mask.labels[0, 0, :2] = 1
    stored = np.zeros((4, 5, 6), np.int16)
    stored[0, 0, :2] = (10, 30)
    found = statistics.values(mask, Volume(stored, _GEOMETRY, slope=-2.0, intercept=5.0, unit="HU"))
    assert found is not None
    assert (found.mean, found.sd, found.minimum, found.maximum) == (-35.0, 20.0, -55.0, -15.0)
    assert found.unit == "HU"


def test_an_empty_roi_has_no_values() -> None:
    assert statistics.values(RoiMask.empty(_GEOMETRY), Volume(np.zeros((4, 5, 6), np.int16), _GEOMETRY)) is None
