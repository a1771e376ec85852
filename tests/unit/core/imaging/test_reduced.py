"""Coarser grids cover the same part of the patient and keep the mean of what they cover."""

from __future__ import annotations

import numpy as np
import pytest

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.reduced import cropped, reduced
from medcrypt_gui.core.task import TaskContext

_SHEARED = np.array([[1.1, 0.2, 0.0, -30.0], [0.1, -0.9, 0.3, 12.0], [0.0, 0.0, 2.0, 5.0], [0, 0, 0, 1.0]])


def as_float(values: np.ndarray) -> np.ndarray:
    return values.astype(np.float32)


@pytest.mark.parametrize("shape", [(9, 23, 17), (23, 9, 10), (31, 31, 31)])
def test_the_corners_of_both_grids_lie_at_the_same_place(shape: tuple[int, int, int]) -> None:
    geometry = Geometry(shape, _SHEARED)
    field, coarse = reduced(np.zeros(shape, np.int16), geometry, 10, as_float, TaskContext())
    assert field.shape == coarse.shape == tuple(min(n, 10) for n in shape)
    for end in (0, 1):
        fine_corner = np.array([n * end - 0.5 for n in shape[::-1]])
        coarse_corner = np.array([n * end - 0.5 for n in coarse.shape[::-1]])
        np.testing.assert_allclose(geometry.to_mm(fine_corner), coarse.to_mm(coarse_corner), atol=1e-9)


def test_no_voxel_is_lost_in_the_mean() -> None:
    values = np.random.default_rng(3).integers(0, 100, (23, 17, 29)).astype(np.int16)
    field, _ = reduced(values, Geometry(values.shape, np.eye(4)), 10, as_float, TaskContext())
    assert field.mean() == pytest.approx(values.mean(), rel=1e-4)


def test_a_short_image_stays_as_it_is() -> None:
    values = np.random.default_rng(3).integers(0, 100, (5, 6, 7)).astype(np.int16)
    field, grid = reduced(values, Geometry(values.shape, _SHEARED), 10, as_float, TaskContext())
    assert np.array_equal(field, values)
    np.testing.assert_array_equal(grid.affine_lps, _SHEARED)


def test_a_crop_lies_where_it_was_cut_out() -> None:
    geometry = Geometry((9, 8, 7), _SHEARED)
    part = cropped(geometry, (slice(2, 5), slice(3, 7), slice(1, 4)))
    assert part.shape == (3, 4, 3)
    np.testing.assert_allclose(part.to_mm((0.0, 0.0, 0.0)), geometry.to_mm((1.0, 3.0, 2.0)))
