"""The small picture of a mask shows the patient upright, whichever way the grid lies."""

from __future__ import annotations

import numpy as np
import pytest
from builders.grids import ORIENTATIONS, grid

from medcrypt_gui.core.mask.labels import Label, LabelTable
from medcrypt_gui.core.mask.projections import projections
from medcrypt_gui.core.mask.roi_mask import RoiMask

SIDE = 40
FAR, NEAR = (250, 0, 0), (0, 250, 0)
TABLE = LabelTable((Label(1, "ROI", FAR), Label(2, "Other", NEAR)))


def _views(picture: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    assert picture.shape == (SIDE, 3 * SIDE + 16, 3)
    return picture[:, :SIDE], picture[:, SIDE + 8 : 2 * SIDE + 8], picture[:, 2 * SIDE + 16 :]


def _place(view: np.ndarray, channel: int) -> tuple[float, float]:
    rows, columns = np.nonzero(view[..., channel] > 40)
    return float(rows.mean()), float(columns.mean())


@pytest.mark.parametrize(("order", "signs"), ORIENTATIONS)
def test_left_is_right_head_is_up_and_the_front_is_up_or_left(order: tuple[int, ...], signs: tuple[int, ...]) -> None:
    geometry = grid("isotropic", order, signs, (12, 12, 12))
    labels = np.zeros((12, 12, 12), np.uint8)
    index = np.stack(np.meshgrid(*(np.arange(12.0),) * 3, indexing="ij"), axis=-1)[..., ::-1]  # x, y, z
    mm = geometry.to_mm(index)
    middle = (mm.min(axis=(0, 1, 2)) + mm.max(axis=(0, 1, 2))) / 2
    towards = (mm - middle) > 3.0
    labels[towards.all(axis=-1)] = 2  # left, back, head
    labels[((mm - middle) < -3.0).all(axis=-1)] = 1  # right, front, feet
    picture = projections(RoiMask(labels, geometry, TABLE), SIDE)
    assert picture is not None
    front, left, above = _views(picture)
    low, high = SIDE * 0.4, SIDE * 0.6
    for view, rows_up in ((front, True), (left, True), (above, False)):
        row, column = _place(view, 1)
        assert column > high
        assert row < low if rows_up else row > high
        row, column = _place(view, 0)
        assert column < low
        assert row > high if rows_up else row < low


def test_it_is_true_to_scale_and_an_empty_mask_is_black() -> None:
    geometry = grid("anisotropic", shape=(10, 30, 30))
    assert not projections(RoiMask.empty(geometry), SIDE).any()
    region = np.zeros((10, 30, 30), np.bool_)
    region[2:8, 5:25, 5:25] = True
    picture = projections(RoiMask.from_bool(region, geometry), SIDE)
    assert picture is not None
    front, _left, _above = _views(picture)
    rows, columns = (np.count_nonzero(front.any(axis=2).any(axis=axis)) for axis in (1, 0))
    x, _y, z = geometry.spacing_mm
    assert rows / columns == pytest.approx(6 * z / (20 * x), rel=0.15)


def test_one_voxel_is_seen() -> None:
    geometry = grid(shape=(9, 9, 9))
    region = np.zeros((9, 9, 9), np.bool_)
    region[4, 4, 4] = True
    picture = projections(RoiMask.from_bool(region, geometry), SIDE)
    assert picture is not None
    assert picture.any()
