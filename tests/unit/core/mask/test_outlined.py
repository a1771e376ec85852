"""What an outline encloses: by voxel centres and the even-odd rule, in one slice and along the line of sight."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.mask.box import whole_box
from medcrypt_gui.core.mask.cutting import inside, prism_box
from medcrypt_gui.core.mask.label_region import label_box
from medcrypt_gui.core.mask.outlined import enclosed, in_slice, index_of, line_of_sight, plane_point

_SIZE = (24, 30)
_POINTS = st.lists(st.tuples(st.floats(-8, 38), st.floats(-8, 32)), min_size=3, max_size=12)


def _whole(points: list[tuple[float, float]]) -> np.ndarray:
    result = np.zeros(_SIZE, bool)
    found = enclosed(points, _SIZE, thin=False)
    if found is not None:
        result[found[1]] = found[0]
    return result


def _inside_slowly(points: list[tuple[float, float]]) -> np.ndarray:
    """Point by point: how often a ray to the right crosses the outline."""
    result = np.zeros(_SIZE, bool)
    for row in range(_SIZE[0]):
        for column in range(_SIZE[1]):
            crossed = 0
            for (u, v), (to_u, to_v) in zip(points, points[1:] + points[:1], strict=True):
                if (v <= row) != (to_v <= row):
                    crossed += u + (row - v) / (to_v - v) * (to_u - u) > column
            result[row, column] = crossed % 2
    return result


@given(_POINTS)
def test_a_voxel_belongs_when_its_centre_does(points: list[tuple[float, float]]) -> None:
    found, expected = _whole(points), _inside_slowly(points)
    # On the line itself rounding may decide either way.
    near = np.zeros(_SIZE, bool)
    for (u, v), (to_u, to_v) in zip(points, points[1:] + points[:1], strict=True):
        for share in np.linspace(0, 1, 400):
            row, column = v + share * (to_v - v), u + share * (to_u - u)
            at = round(row), round(column)
            if 0 <= at[0] < _SIZE[0] and 0 <= at[1] < _SIZE[1] and abs(column - at[1]) < 0.15:
                near[at] = True
    assert not ((found != expected) & ~near).any()


@given(_POINTS, st.integers(0, 11))
def test_where_the_outline_begins_does_not_matter(points: list[tuple[float, float]], first: int) -> None:
    turned = points[first % len(points) :] + points[: first % len(points)]
    assert np.array_equal(_whole(points), _whole(turned))


@given(st.floats(1, 28), st.floats(1, 22), st.floats(0.01, 6), st.floats(-0.3, 0.3))
def test_the_thinnest_outline_within_the_image_leaves_something(u: float, v: float, length: float, lean: float) -> None:
    found = enclosed([(u, v), (min(u + length, 29.0), v + lean), (u, v)], _SIZE)
    assert found is not None
    assert found[0].any()


def test_an_outline_that_crosses_itself_leaves_the_middle_out() -> None:
    bow = [(2.5, 2.5), (20.5, 2.5), (20.5, 18.5), (6.5, 18.5), (6.5, 6.5), (14.5, 6.5), (14.5, 14.5), (2.5, 14.5)]
    assert not _whole(bow)[10, 10]
    assert _whole(bow)[16, 18]


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_in_every_plane_the_region_lies_where_the_points_are(axis: int) -> None:
    geometry = Geometry((12, 16, 20), np.eye(4))
    corners = [(3.2, 2.2), (9.8, 2.2), (9.8, 8.8), (3.2, 8.8)]
    found = in_slice(geometry, corners, axis, 5)
    assert found is not None
    labels = np.zeros(geometry.shape, bool)
    labels[found[1]] = found[0]
    places = np.argwhere(labels)[:, ::-1]  # x, y, z
    assert set(places[:, axis]) == {5}
    assert {plane_point(place, axis) for place in places} == {(u, v) for u in range(4, 10) for v in range(3, 9)}
    assert in_slice(geometry, corners, axis, 40) is None


def test_a_place_in_a_plane_and_its_index_are_the_same() -> None:
    for axis in range(3):
        assert plane_point(index_of((3.0, 4.0), axis, 7.0), axis) == (3.0, 4.0)
        assert index_of((3.0, 4.0), axis, 7.0)[axis] == 7.0


def test_on_a_sheared_grid_a_cut_goes_straight_away_from_the_viewer() -> None:
    steps = np.eye(4)
    steps[:3, :3] = np.column_stack([[0.7, 0, 0], [0, 0.7, 0], [0.0, 0.9, 2.0]])  # slices that lean towards y
    geometry = Geometry((12, 40, 40), steps)
    du, dv = line_of_sight(geometry, 2)
    along = geometry.affine_lps[:3, :3] @ np.array([du, dv, 1.0])
    assert np.allclose(np.cross(along, [0, 0, 1]), 0)
    square = [(10.2, 20.2), (16.8, 20.2), (16.8, 26.8), (10.2, 26.8)]
    box = whole_box(geometry.shape)
    region = inside(geometry, square, 2, 0, box)
    middles = [geometry.to_mm((*np.argwhere(plane).mean(axis=0)[::-1], float(z))) for z, plane in enumerate(region)]
    assert np.allclose([middle[:2] for middle in middles], middles[0][:2], atol=0.7)
    around = prism_box(geometry, square, 2, 0, slice(0, 12))
    assert around is not None
    assert region.sum() == region[around].sum() > 0


def test_the_box_of_a_label_is_as_small_as_it_can_be() -> None:
    labels = np.zeros((6, 8, 9), np.uint8)
    labels[2:4, 3:6, 1:8] = 3
    labels[0, 0, 0] = 1
    assert label_box(labels, 3, whole_box((6, 8, 9))) == (slice(2, 4), slice(3, 6), slice(1, 8))
    assert label_box(labels, 3, (slice(0, 3), slice(4, 8), slice(0, 5))) == (slice(2, 3), slice(4, 6), slice(1, 5))
    assert label_box(labels, 9, whole_box((6, 8, 9))) is None
