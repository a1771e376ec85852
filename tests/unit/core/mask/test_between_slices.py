"""Shapes drawn in some slices come back from interpolation, wherever they lie and however their voxels are shaped."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import ndimage

from medcrypt_gui.core.errors import Cancelled
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.mask.between_slices import fill_between, gap_axis
from medcrypt_gui.core.mask.box import bounding_box
from medcrypt_gui.core.mask.dice import dice
from medcrypt_gui.core.task import TaskContext

Region = NDArray[np.bool_]
Spacing = tuple[float, float, float]  # (Z, Y, X)


def _grid(extent_mm: float, spacing: Spacing) -> list[NDArray[np.float64]]:
    axes = [(np.arange(int(extent_mm / s)) - (int(extent_mm / s) - 1) / 2) * s for s in spacing]
    return list(np.meshgrid(*axes, indexing="ij"))


def _every(truth: Region, axis: int, step: int, first: int = 0) -> Region:
    """The truth in every so manieth of its slices, nothing between."""
    drawn = np.zeros_like(truth)
    kept = np.flatnonzero(truth.any(axis=tuple(a for a in range(3) if a != axis)))[first::step]
    np.moveaxis(drawn, axis, 0)[kept] = np.moveaxis(truth, axis, 0)[kept]
    return drawn


def _interpolated(drawn: Region, spacing: Spacing, axis: int) -> Region:
    box = bounding_box(drawn)
    assert box is not None
    assert gap_axis(drawn[box], axis) == axis
    geometry = Geometry(drawn.shape, np.diag([spacing[2], spacing[1], spacing[0], 1.0]))
    filled, _ = fill_between(drawn[box], axis, geometry, TaskContext())
    assert not (filled & drawn[box]).any()
    result = drawn.copy()
    result[box] |= filled
    return result


@pytest.mark.parametrize("spacing", [(1.0, 1.0, 1.0), (3.0, 1.0, 1.0), (1.0, 0.7, 2.0)])
@pytest.mark.parametrize("axis", [0, 1, 2])
def test_a_sphere_comes_back_across_every_axis(spacing: Spacing, axis: int) -> None:
    z, y, x = _grid(70, spacing)
    ball = z * z + y * y + x * x <= 28**2
    step = max(2, round(5 / spacing[axis]))
    assert dice(_interpolated(_every(ball, axis, step, step // 2), spacing, axis), ball) >= 0.97


@settings(max_examples=25, deadline=None)
@given(
    radii=st.tuples(*[st.floats(16.0, 30.0)] * 3),
    slant=st.floats(-0.6, 0.6),
    step=st.integers(2, 5),
    axis=st.integers(0, 2),
)
def test_a_slanted_ellipsoid_comes_back_between_its_drawn_slices(
    radii: tuple[float, float, float], slant: float, step: int, axis: int
) -> None:
    spacing = (1.0, 1.0, 1.0)
    grid = _grid(80, spacing)
    along, across, third = grid[axis], grid[(axis + 1) % 3], grid[(axis + 2) % 3]
    truth = (along / radii[0]) ** 2 + ((across + slant * along) / radii[1]) ** 2 + (third / radii[2]) ** 2 <= 1
    drawn = _every(truth, axis, step)
    ends = np.flatnonzero(drawn.any(axis=tuple(a for a in range(3) if a != axis)))[[0, -1]]
    np.moveaxis(truth, axis, 0)[: ends[0]] = False
    np.moveaxis(truth, axis, 0)[ends[1] + 1 :] = False
    assert dice(_interpolated(drawn, spacing, axis), truth) >= 0.97


@pytest.mark.parametrize("slope", [0.5, 1.5, 2.0])
def test_an_oblique_tube_stays_in_one_piece(slope: float) -> None:
    z, y, x = _grid(80, (1.0, 1.0, 1.0))
    tube = ((y - slope * z) ** 2 + x**2 <= 5**2) & (np.abs(y) < 30)
    made = _interpolated(_every(tube, 0, 8 if slope < 2 else 6), (1.0, 1.0, 1.0), 0)
    assert ndimage.label(made)[1] == 1
    between = tube & (made.any(axis=(1, 2))[:, None, None])
    assert dice(made, between) > 0.85


def test_a_torus_keeps_its_hole_and_a_branch_its_arms() -> None:
    z, y, x = _grid(80, (1.0, 1.0, 1.0))
    flat = (np.hypot(y, x) - 22) ** 2 + z * z <= 8**2
    made = _interpolated(_every(flat, 0, 4), (1.0, 1.0, 1.0), 0)
    assert not made[:, 38:42, 38:42].any()
    upright = (np.hypot(y, z) - 22) ** 2 + x * x <= 8**2
    made = _interpolated(_every(upright, 0, 6), (1.0, 1.0, 1.0), 0)
    assert dice(made, upright) > 0.93
    assert ndimage.label(made)[1] == 1
    branch = np.where(z < 0, y**2 + x**2 <= 64, (np.abs(y) - 0.9 * z) ** 2 + x**2 <= 36)
    made = _interpolated(_every(branch, 0, 8), (1.0, 1.0, 1.0), 0)
    assert ndimage.label(made)[1] == 1
    assert ndimage.label(made[-10])[1] == 2


def test_parts_far_from_each_other_are_not_joined() -> None:
    drawn = np.zeros((20, 100, 100), bool)
    drawn[0, 5:15, 5:15] = drawn[5, 80:95, 80:95] = drawn[10, 80:95, 80:95] = True
    made = _interpolated(drawn, (1.0, 1.0, 1.0), 0)
    assert not made[:, 20:75, 20:75].any()
    assert made[1, 7:13, 7:13].any()  # it shrinks until half way
    assert not made[3:, :20, :20].any()
    assert made[3:10, 80:95, 80:95].any()


def test_a_bent_shape_and_one_beside_its_centre_do_not_vanish_between() -> None:
    drawn = np.zeros((12, 80, 80), bool)
    y, x = np.ogrid[:80, :80]
    ring = np.abs(np.hypot(y - 40, x - 40) - 30) < 3
    drawn[0] = ring & (x < 60)
    drawn[10] = (y - 40) ** 2 + (x - 10) ** 2 < 36
    made = _interpolated(drawn, (1.0, 1.0, 1.0), 0)
    assert made[:11].any(axis=(1, 2)).all()


def test_many_specks_are_interpolated_in_time() -> None:
    rng = np.random.default_rng(3)
    drawn = np.zeros((9, 128, 128), bool)
    drawn[0], drawn[8] = (rng.random((2, 128, 128)) > 0.8).astype(bool)
    _interpolated(drawn, (1.0, 1.0, 1.0), 0)


def test_where_no_slice_is_missing_nothing_is_filled() -> None:
    filled, count = fill_between(np.ones((3, 4, 4), bool), 0, Geometry((3, 4, 4), np.eye(4)), TaskContext())
    assert count == 0
    assert not filled.any()


def test_interpolating_is_cancelled() -> None:
    task = TaskContext()
    task.cancel()
    drawn = np.zeros((9, 8, 8), bool)
    drawn[[0, 8]] = True
    with pytest.raises(Cancelled):
        fill_between(drawn, 0, Geometry(drawn.shape, np.eye(4)), task)
