"""Slices are shown the way round that radiologists expect, and every pixel knows its voxel."""

from itertools import permutations, product

import numpy as np
import pytest

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.planes import Plane, acquired_plane, plane_view

SHAPE = (5, 4, 3)
ORIENTATIONS = [(order, signs) for order in permutations(range(3)) for signs in product((1, -1), repeat=3)]


def grid(order=(0, 1, 2), signs=(1, 1, 1), tilt_deg=0.0, oriented=True) -> Geometry:
    """Index axis i runs along patient axis order[i] with sign signs[i], turned by an angle about an odd axis."""
    affine = np.eye(4)
    affine[:3, :3] = 0.0
    for axis, (patient, sign, spacing) in enumerate(zip(order, signs, (0.5, 1.0, 3.0), strict=True)):
        affine[patient, axis] = sign * spacing
    angle = np.radians(tilt_deg)
    rotation = np.array([[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1]])
    lean = np.array([[1, 0, 0], [0, np.cos(angle), -np.sin(angle)], [0, np.sin(angle), np.cos(angle)]])
    affine[:3, :3] = rotation @ lean @ affine[:3, :3]
    affine[:3, 3] = (-10.0, 20.0, 5.0)
    return Geometry(SHAPE, affine, oriented)


@pytest.mark.parametrize("tilt_deg", [0.0, 17.0])
@pytest.mark.parametrize(("order", "signs"), ORIENTATIONS)
@pytest.mark.parametrize("neurological", [False, True])
@pytest.mark.parametrize("plane", Plane)
def test_every_displayed_pixel_is_the_voxel_it_says_it_is(plane, neurological, order, signs, tilt_deg):
    geometry = grid(order, signs, tilt_deg)
    view = plane_view(geometry, plane, neurological)
    voxels = np.arange(np.prod(SHAPE)).reshape(SHAPE)
    for n in range(view.count):
        shown = view.slice_of(voxels, n)
        assert shown.shape == (view.height, view.width)
        assert np.shares_memory(shown, voxels)
        for v, u in np.ndindex(shown.shape):
            x, y, z = view.display_to_index(u, v, n)
            assert shown[v, u] == voxels[int(z), int(y), int(x)]
            assert view.index_to_display((x, y, z)) == (u, v, n)


@pytest.mark.parametrize(("order", "signs"), ORIENTATIONS)
def test_letters_and_directions_are_radiological_for_every_storage_order(order, signs):
    geometry = grid(order, signs)
    expected = {
        Plane.AXIAL: ("R", "L", "A", "P"),
        Plane.SAGITTAL: ("A", "P", "S", "I"),
        Plane.CORONAL: ("R", "L", "S", "I"),
    }
    for plane, letters in expected.items():
        view = plane_view(geometry, plane)
        assert view.letters == letters
        start = geometry.to_mm(view.display_to_index(0, 0, 0))
        right = geometry.to_mm(view.display_to_index(1, 0, 0)) - start
        down = geometry.to_mm(view.display_to_index(0, 1, 0)) - start
        assert np.linalg.norm(right) == pytest.approx(view.pixel_mm[0])
        assert np.linalg.norm(down) == pytest.approx(view.pixel_mm[1])
        assert right.max() > 0  # towards L or P
        assert (down.max() > 0) == (plane is Plane.AXIAL)  # P, else towards I


def test_neurological_swaps_left_and_right_except_in_sagittal():
    geometry = grid()
    assert plane_view(geometry, Plane.AXIAL, neurological=True).letters == ("L", "R", "A", "P")
    assert plane_view(geometry, Plane.CORONAL, neurological=True).letters == ("L", "R", "S", "I")
    assert plane_view(geometry, Plane.SAGITTAL, neurological=True).letters == ("A", "P", "S", "I")


def test_an_image_without_orientation_has_no_letters():
    assert plane_view(grid(oriented=False), Plane.AXIAL).letters == ("", "", "", "")


def test_an_oblique_image_has_two_letters():
    assert plane_view(grid(tilt_deg=30.0), Plane.AXIAL).letters[1] == "LP"


@pytest.mark.parametrize(
    ("order", "plane"), [((0, 1, 2), Plane.AXIAL), ((1, 2, 0), Plane.SAGITTAL), ((0, 2, 1), Plane.CORONAL)]
)
def test_the_acquired_plane_is_the_one_across_the_slices(order, plane):
    assert acquired_plane(grid(order)) is plane
