"""Surfaces of known solids: size, normals, winding, and the right place on every grid."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from medcrypt_gui.core.errors import Cancelled
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.surface import Surface, surface_of
from medcrypt_gui.core.mask.mask_surface import mask_surfaces
from medcrypt_gui.core.task import TaskContext

_SHEARED = np.array([[1.1, 0.2, 0.0, -30.0], [0.1, 0.9, 0.3, 12.0], [0.0, 0.0, 2.0, 5.0], [0, 0, 0, 1.0]])


def orientations() -> list[np.ndarray]:
    """All 48 ways to lay index axes along patient axes, with three different voxel sizes."""
    made = []
    for order in itertools.permutations(range(3)):
        for signs in itertools.product((1, -1), repeat=3):
            affine = np.eye(4)
            affine[:3, :3] = 0
            for axis, (patient, sign, size) in enumerate(zip(order, signs, (0.8, 1.0, 1.7), strict=True)):
                affine[patient, axis] = sign * size
            affine[:3, 3] = (11.0, -7.0, 3.0)
            made.append(affine)
    return made


def ball(radius: float = 12.0, size: int = 31) -> np.ndarray:
    """Signed distance inwards from the surface of a ball in the middle, in voxels."""
    z, y, x = np.ogrid[:size, :size, :size]
    middle = (size - 1) / 2
    return (radius - np.sqrt((z - middle) ** 2 + (y - middle) ** 2 + (x - middle) ** 2)).astype(np.float32)


def built(field: np.ndarray, affine: np.ndarray) -> Surface:
    surface = surface_of(field, 0.0, -10.0, Geometry(field.shape, affine), TaskContext())
    assert surface is not None
    return surface


def test_a_ball_has_its_volume_its_area_and_normals_that_point_away_from_its_middle() -> None:
    surface = built(ball(), np.eye(4))
    assert surface.volume_ml == pytest.approx(4 / 3 * np.pi * 12**3 / 1000, rel=0.01)
    assert surface.area_mm2 == pytest.approx(4 * np.pi * 12**2, rel=0.01)
    outwards = surface.vertices - 15.0
    outwards /= np.linalg.norm(outwards, axis=1, keepdims=True)
    assert (surface.normals * outwards).sum(axis=1).min() > 0.99
    assert surface.faces.dtype == np.int32


def test_a_sheared_grid_carries_place_size_and_normals() -> None:
    """A plane through a sheared grid stays a plane whose normal is known."""
    surface = built(ball(), _SHEARED)
    det = abs(np.linalg.det(_SHEARED[:3, :3]))
    assert surface.volume_ml == pytest.approx(det * 4 / 3 * np.pi * 12**3 / 1000, rel=0.01)
    geometry = Geometry((31, 31, 31), _SHEARED)
    np.testing.assert_allclose(surface.vertices.mean(axis=0), geometry.to_mm((15.0, 15.0, 15.0)), atol=0.3)
    corners = surface.vertices[surface.faces]
    flat = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    flat /= np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), 1e-9)
    smooth = surface.normals[surface.faces].mean(axis=1)
    assert np.median((flat * smooth).sum(axis=1)) > 0.99


@pytest.mark.parametrize("affine", orientations())
def test_a_marked_voxel_has_its_surface_around_it_in_all_48_orientations(affine: np.ndarray) -> None:
    labels = np.zeros((9, 11, 13), np.uint8)
    labels[2, 3, 9] = 1
    geometry = Geometry(labels.shape, affine)
    surface = mask_surfaces(labels, geometry, TaskContext()).get(1)
    assert surface is not None
    place = geometry.to_mm((9.0, 3.0, 2.0))
    np.testing.assert_allclose((surface.vertices.min(axis=0) + surface.vertices.max(axis=0)) / 2, place, atol=1e-3)
    assert np.abs(surface.vertices - place).max() < 1.7
    assert surface.volume_ml > 0, "faces look outwards, whatever the handedness"
    assert ((surface.vertices - place) * surface.normals).sum(axis=1).min() > 0


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_the_sides_of_a_box_look_along_the_axes(axis: int) -> None:
    labels = np.zeros((30, 32, 34), np.uint8)
    labels[8:22, 9:23, 10:24] = 1
    surface = mask_surfaces(labels, Geometry(labels.shape, np.eye(4)), TaskContext()).get(1)
    assert surface is not None
    middle = (surface.vertices.min(axis=0) + surface.vertices.max(axis=0)) / 2
    off = np.abs(surface.vertices - middle)
    side = (off[:, axis] > 6.7) & (np.delete(off, axis, axis=1).max(axis=1) < 4)
    assert side.sum() > 50
    signs = np.sign(surface.vertices[side, axis] - middle[axis])
    assert (surface.normals[side, axis] * signs).min() > 0.98


def test_every_marked_voxel_lies_inside_and_every_other_outside() -> None:
    """Seen along rays: a surface is crossed exactly where the mask begins and ends."""
    rng = np.random.default_rng(5)
    labels = (rng.random((10, 10, 10)) < 0.3).astype(np.uint8)
    surface = mask_surfaces(labels, Geometry(labels.shape, np.eye(4)), TaskContext()).get(1)
    assert surface is not None
    on_axis = np.isclose(surface.vertices % 1, 0, atol=1e-4).sum(axis=1) >= 2
    crossings = surface.vertices[on_axis]
    for y, x in itertools.product(range(10), range(10)):
        line = crossings[np.isclose(crossings[:, :2], (x, y), atol=1e-4).all(axis=1)][:, 2]
        line = np.unique(line.round(4))
        inside = [(np.count_nonzero(line < z) % 2) == 1 for z in range(10)]
        assert inside == [bool(label) for label in labels[:, y, x]]


def test_a_long_mask_keeps_its_size_and_its_specks() -> None:
    labels = np.zeros((500, 30, 30), np.uint8)
    labels[20:480, 5:25, 5:25] = 1
    labels[499, 29, 29] = 1
    surface = mask_surfaces(labels, Geometry(labels.shape, np.eye(4)), TaskContext()).get(1)
    assert surface is not None
    assert surface.volume_ml == pytest.approx(460 * 20 * 20 / 1000, rel=0.06)
    assert np.linalg.norm(surface.vertices - (29, 29, 499), axis=1).min() < 2


def test_a_body_cut_off_by_the_images_edge_is_closed_there() -> None:
    labels = np.ones((14, 14, 14), np.uint8)
    surface = mask_surfaces(labels, Geometry(labels.shape, np.eye(4)), TaskContext()).get(1)
    assert surface is not None
    assert surface.volume_ml == pytest.approx(14**3 / 1000, rel=0.06)


def test_an_empty_mask_has_no_surface() -> None:
    labels = np.zeros((5, 5, 5), np.uint8)
    assert mask_surfaces(labels, Geometry(labels.shape, np.eye(4)), TaskContext()) == {}


def test_every_label_has_a_surface_of_its_own_where_it_lies() -> None:
    labels = np.zeros((20, 24, 28), np.uint8)
    labels[4:14, 4:10, 4:10] = 3
    labels[4:14, 10:20, 4:10] = 200
    found = mask_surfaces(labels, Geometry(labels.shape, np.eye(4)), TaskContext())
    assert list(found) == [3, 200]
    assert found[3].volume_ml == pytest.approx(10 * 6 * 6 / 1000, rel=0.2)
    assert found[200].volume_ml == pytest.approx(10 * 10 * 6 / 1000, rel=0.2)
    assert found[3].vertices[:, 1].max() < 10 < found[200].vertices[:, 1].max()


def test_many_large_labels_together_take_about_as_much_as_one() -> None:
    labels = np.repeat(np.arange(1, 13, dtype=np.uint8), 20)[:, None, None] * np.ones((1, 210, 210), np.uint8)
    grid = Geometry(labels.shape, np.eye(4))
    many = mask_surfaces(labels, grid, TaskContext())
    one = mask_surfaces(np.minimum(labels, 1), grid, TaskContext())
    assert len(many) == 12
    assert sum(len(surface.faces) for surface in many.values()) < 2 * len(one[1].faces)


def test_cancelling_stops_the_work() -> None:
    task = TaskContext()
    task.cancel()
    with pytest.raises(Cancelled):
        mask_surfaces(np.ones((8, 8, 8), np.uint8), Geometry((8, 8, 8), np.eye(4)), task)
