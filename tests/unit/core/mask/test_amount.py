"""How large a region is, in a unit that the image can answer for."""

from __future__ import annotations

import numpy as np
import pytest

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.mask.amount import amount_text


@pytest.mark.parametrize(
    ("shape", "calibrated", "text"),
    [
        ((4, 5, 5), True, "12.5 ml"),
        ((4, 5, 5), False, "12\u202f500 voxels"),
        ((1, 5, 5), True, "12\u202f500 pixels"),
        ((1, 5, 5), False, "12\u202f500 pixels"),
    ],
)
def test_millilitres_are_claimed_only_where_they_are_known(
    shape: tuple[int, int, int], calibrated: bool, text: str
) -> None:
    assert amount_text(12_500, Geometry(shape, np.eye(4), calibrated=calibrated)) == text


def test_little_is_told_in_finer_steps() -> None:
    geometry = Geometry((4, 5, 5), np.eye(4))
    assert amount_text(25, geometry) == "0.025 ml"
    assert amount_text(0, geometry) == "0.0 ml"
    assert amount_text(1, Geometry((1, 5, 5), np.eye(4))) == "1 pixel"
