"""A round tip covers what lies within its radius in millimetres, and leaves no gap between two samples."""

from __future__ import annotations

import numpy as np
import pytest
from builders.grids import KINDS, grid, places_mm
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.mask.round_tip import Tip, capsule

_SHAPE = (12, 40, 50)
_SPACING = (0.7, 0.5, 3.0)
_GEOMETRY = Geometry(_SHAPE, np.diag([*_SPACING, 1.0]))

_POINTS = st.tuples(st.floats(-3, 52), st.floats(-3, 42), st.floats(-2, 13))
_RADII = st.floats(0.1, 9.0)


def _whole(start: tuple[float, float, float], stop: tuple[float, float, float], tip: Tip) -> np.ndarray:
    """The region of the whole grid."""
    result = np.zeros(_SHAPE, bool)
    covered = capsule(_GEOMETRY, start, stop, tip)
    if covered is not None:
        region, box = covered
        result[box] = region
    return result


def _distances_mm(start: tuple[float, float, float], stop: tuple[float, float, float]) -> np.ndarray:
    """Distance of every voxel to the segment, point by point: the slow way."""
    z, y, x = np.indices(_SHAPE)
    points = np.stack([x, y, z], axis=-1) * _SPACING
    a, d = np.array(start) * _SPACING, (np.array(stop) - np.array(start)) * _SPACING
    t = np.clip(((points - a) @ d) / max(float(d @ d), 1e-12), 0, 1)
    return np.linalg.norm(points - a - t[..., None] * d, axis=-1)


@given(_POINTS, _POINTS, _RADII)
def test_a_sphere_covers_the_voxels_within_its_radius(
    start: tuple[float, float, float], stop: tuple[float, float, float], radius: float
) -> None:
    covered = _whole(start, stop, Tip(radius))
    distances = _distances_mm(start, stop)
    assert covered[distances < radius * 0.999].all()
    # Beyond the radius only the voxels under the segment itself: at most half a voxel's diagonal away.
    half_diagonal = float(np.linalg.norm(_SPACING)) / 2
    assert not covered[distances > max(radius, half_diagonal) * 1.001].any()


@given(st.tuples(st.floats(0, 49), st.floats(0, 39)), st.tuples(st.floats(0, 49), st.floats(0, 39)), _RADII)
def test_a_stroke_in_a_slice_has_no_gaps(start: tuple[float, float], stop: tuple[float, float], radius: float) -> None:
    covered = _whole((*start, 5.0), (*stop, 5.0), Tip(radius, normal_axis=2))
    _, parts = ndimage.label(covered, np.ones((3, 3, 3)))
    assert parts == 1
    assert covered[5].any()
    assert not np.delete(covered, 5, axis=0).any()


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_a_disc_stays_in_its_slice_and_is_round_in_millimetres(axis: int) -> None:
    covered = _whole((25.0, 20.0, 6.0), (25.0, 20.0, 6.0), Tip(4.0, normal_axis=axis))
    extents_mm = [(np.ptp(np.nonzero(covered)[2 - other]) + 1) * _SPACING[other] for other in range(3) if other != axis]
    assert np.ptp(np.nonzero(covered)[2 - axis]) == 0
    for extent, spacing in zip(extents_mm, [s for n, s in enumerate(_SPACING) if n != axis], strict=True):
        assert abs(extent - 8.0) <= 2 * spacing


def test_the_voxel_under_the_pointer_is_covered_by_the_smallest_tip() -> None:
    covered = _whole((10.4, 20.4, 6.4), (10.4, 20.4, 6.4), Tip(0.05))
    assert covered.sum() == 1
    assert covered[6, 20, 10]


def test_a_tip_outside_the_grid_covers_nothing() -> None:
    assert capsule(_GEOMETRY, (-50.0, 0.0, 0.0), (-60.0, 0.0, 0.0), Tip(2.0)) is None


@pytest.mark.parametrize("kind", KINDS)
def test_a_sphere_is_round_and_a_disc_is_too_however_the_grid_lies(kind: str) -> None:
    geometry = grid(kind, shape=(20, 40, 60))
    centre = (30.0, 20.0, 9.0)
    away = np.linalg.norm(places_mm(geometry) - geometry.to_mm(centre), axis=-1)
    whole = np.zeros(geometry.shape, bool)
    covered = capsule(geometry, centre, centre, Tip(8.0))
    assert covered is not None
    whole[covered[1]] = covered[0]
    assert (whole == (away <= 8.0))[np.abs(away - 8.0) > 1e-3].all()
    for axis in range(3):
        flat = np.zeros(geometry.shape, bool)
        disc = capsule(geometry, centre, centre, Tip(8.0, axis))
        assert disc is not None
        flat[disc[1]] = disc[0]
        slices = [slice(None)] * 3
        slices[2 - axis] = slice(int(centre[axis]), int(centre[axis]) + 1)
        expected = np.zeros_like(flat)
        expected[tuple(slices)] = (away <= 8.0)[tuple(slices)]
        assert (flat == expected)[np.abs(away - 8.0) > 1e-3].all()
