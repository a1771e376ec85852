"""A place of one series in the other, and when there is none."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.linking import (
    LinkBasis,
    basis_of,
    beyond_mm,
    exact_index,
    moved,
    nearest_index,
    windows_mean_the_same,
)
from medcrypt_gui.core.imaging.series import ImageFormat, Instance, PixelLayout, Series
from medcrypt_gui.core.imaging.volume import Volume

GRID = Geometry((10, 20, 30), np.diag([1.0, 2.0, 4.0, 1.0]))
TURNED = Geometry((12, 18, 25), np.array([[0, 0.9, 0, -3], [-0.8, 0, 0, 40], [0, 0, 2.5, -2], [0, 0, 0, 1.0]]))
COORDINATE = st.floats(-50, 80, allow_nan=False)


def series(form: ImageFormat, frame: str = "", uid: str = "1", oriented: bool = True) -> Series:
    pixels = PixelLayout(20, 30, 16, 16, 15, True)
    one = Instance(
        Path("a"), "9", "7", uid, frame, 1, (0.0, 0.0, 0.0), None, None, None, False, 1.0, 0.0, (), pixels
    )  # fmt: skip
    grid = Geometry(GRID.shape, GRID.affine_lps, oriented)
    return Series(uid, form, "CT", "", 1, (Path("a"),), grid, instances=(one,) if form is ImageFormat.DICOM else ())


@pytest.mark.parametrize(
    ("one", "other", "basis"),
    [
        (series(ImageFormat.DICOM, "5"), series(ImageFormat.DICOM, "5", "2"), LinkBasis.FRAME),
        (series(ImageFormat.DICOM, "5"), series(ImageFormat.DICOM, "6", "2"), LinkBasis.NONE),
        (series(ImageFormat.DICOM, ""), series(ImageFormat.DICOM, "", "2"), LinkBasis.NONE),
        (series(ImageFormat.DICOM, "", "1"), series(ImageFormat.DICOM, "", "1#2"), LinkBasis.FRAME),
        (series(ImageFormat.NIFTI), series(ImageFormat.NIFTI, uid="2"), LinkBasis.COORDINATES),
        (series(ImageFormat.NIFTI), series(ImageFormat.NIFTI, uid="2", oriented=False), LinkBasis.NONE),
        (series(ImageFormat.NIFTI), series(ImageFormat.DICOM, "5"), LinkBasis.NONE),
    ],
)
def test_series_are_linked_only_where_their_coordinates_mean_the_same(
    one: Series, other: Series, basis: LinkBasis
) -> None:
    assert basis_of(one, other) is basis
    assert basis_of(other, one) is basis


@given(COORDINATE, COORDINATE, COORDINATE)
def test_the_nearest_voxel_is_within_half_a_voxel_or_at_the_edge(x: float, y: float, z: float) -> None:
    for grid in (GRID, TURNED):
        exact = exact_index(grid, (x, y, z))
        for axis, (f, n) in enumerate(zip(exact, nearest_index(grid, exact), strict=True)):
            last = grid.shape[2 - axis] - 1
            assert abs(f - n) <= 0.5 + 1e-6 or n in (0, last)
            assert (beyond_mm(grid, exact, axis) > 0) == (f < -0.5 - 1e-6 or f > last + 0.5 + 1e-6)


@given(COORDINATE, COORDINATE, COORDINATE, st.integers(0, 2), st.integers(-1, 1))
def test_a_step_along_one_axis_moves_the_place_along_no_other(
    x: float, y: float, z: float, axis: int, step: int
) -> None:
    exact = exact_index(TURNED, (x, y, z))
    wanted = list(nearest_index(TURNED, exact))
    wanted[axis] = min(max(wanted[axis] + step, 0), TURNED.shape[2 - axis] - 1)
    after = exact_index(TURNED, moved(TURNED, (x, y, z), (wanted[0], wanted[1], wanted[2]), axes=(axis,)))
    assert nearest_index(TURNED, after)[axis] == wanted[axis]
    for other in {0, 1, 2} - {axis}:
        assert after[other] == pytest.approx(exact[other], abs=1e-6)


def test_how_far_a_place_lies_outside_is_told_in_millimetres() -> None:
    assert beyond_mm(GRID, (0.0, 0.0, 9.5), 2) == 0.0
    assert beyond_mm(GRID, (0.0, 0.0, 12.0), 2) == pytest.approx(12.0)
    assert beyond_mm(GRID, (-3.0, 0.0, 0.0), 0) == pytest.approx(3.0)


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_beyond_a_sheared_grid_the_distance_is_that_from_the_plane_of_the_last_slice(axis: int) -> None:
    sheared = Geometry((10, 20, 30), np.array([[1.0, 0.2, 0, 5], [0, 2.0, 1.5, -7], [0.3, 0, 4.0, 2], [0, 0, 0, 1]]))
    beyond = [3.0, 4.0, 5.0]
    beyond[axis] = sheared.shape[2 - axis] - 1 + 2.5
    one, other = (sheared.affine_lps[:3, k] for k in range(3) if k != axis)
    across = np.cross(one, other) / np.linalg.norm(np.cross(one, other))
    on_the_last = [0.0, 0.0, 0.0]
    on_the_last[axis] = sheared.shape[2 - axis] - 1
    distance = np.dot(sheared.to_mm((*beyond,)) - sheared.to_mm((*on_the_last,)), across)  # type: ignore[arg-type]
    assert beyond_mm(sheared, (*beyond,), axis) == pytest.approx(abs(distance))  # type: ignore[arg-type]
    assert abs(distance) < 2.5 * sheared.spacing_mm[axis] - 0.01


def test_one_window_serves_two_series_only_in_the_same_named_unit() -> None:
    one, other = series(ImageFormat.DICOM, "5"), series(ImageFormat.DICOM, "5", "2")
    hounsfield, unnamed = (Volume(np.zeros(GRID.shape, np.int16), GRID, unit=unit) for unit in ("HU", ""))
    assert windows_mean_the_same(one, hounsfield, other, hounsfield)
    assert not windows_mean_the_same(one, hounsfield, other, unnamed)
    assert not windows_mean_the_same(one, unnamed, other, unnamed)
