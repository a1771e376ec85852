"""A mask whose file orders the voxels differently is put in the image's order; from any other grid it is resampled."""

from itertools import permutations, product

import numpy as np
import pytest
from builders.grids import ball, grid

from medcrypt_gui.core.errors import Cancelled, MaskMismatchError
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.masks_on_grid import bring_to_grid
from medcrypt_gui.core.task import TaskContext

SHAPE = (5, 4, 3)
AFFINE = np.array([[0.9, 0.1, 0, -40], [-0.1, 1.1, 0.2, 10], [0, -0.2, 2.5, 7], [0, 0, 0, 1.0]])
TARGET = Geometry(SHAPE, AFFINE)


def moved_by(affine: np.ndarray, voxels: tuple[float, float, float], shape=SHAPE) -> Geometry:
    """The grid whose first voxel is voxel ``voxels`` (x, y, z) of ``affine``."""
    moved = affine.copy()
    moved[:3, 3] += affine[:3, :3] @ voxels
    return Geometry(shape, moved)


def dice(one: np.ndarray, other: np.ndarray) -> float:
    return 2 * (one & other).sum() / (one.sum() + other.sum())


@pytest.mark.parametrize("order", list(permutations(range(3))))
@pytest.mark.parametrize("signs", list(product((1, -1), repeat=3)))
def test_all_48_storage_orders_come_back_to_the_images(order, signs):
    wanted = np.random.default_rng(0).integers(0, 4, SHAPE, np.uint8)
    moved = wanted.transpose(2, 1, 0).transpose(order)[tuple(slice(None, None, sign) for sign in signs)]
    source_to_target = np.zeros((4, 4))
    source_to_target[3, 3] = 1
    for axis in range(3):
        source_to_target[order[axis], axis] = signs[axis]
        source_to_target[order[axis], 3] = 0 if signs[axis] > 0 else moved.shape[axis] - 1
    source = Geometry(moved.shape[::-1], AFFINE @ source_to_target)
    found = bring_to_grid(moved.transpose(2, 1, 0), source, TARGET)
    assert (found.labels == wanted).all()
    assert not found.resampled
    assert not found.notices


@pytest.mark.parametrize("flip", [False, True])
def test_a_part_of_the_grid_is_taken_over_and_what_lies_beyond_it_is_said(flip):
    large = np.random.default_rng(1).integers(1, 4, (7, 6, 5), np.uint8)
    source = moved_by(AFFINE, (-1, -1, -1), (7, 6, 5))
    if flip:
        affine = source.affine_lps.copy()
        affine[:3, 3] += affine[:3, 0] * 4
        affine[:3, 0] *= -1
        source, large = Geometry((7, 6, 5), affine), large[:, :, ::-1]
    found = bring_to_grid(large, source, TARGET)
    assert (found.labels == (large[1:-1, 1:-1, ::-1][:, :, 1:-1] if flip else large[1:-1, 1:-1, 1:-1])).all()
    assert not found.resampled
    assert "71.4 %" in found.notices[0]
    small = bring_to_grid(np.full((2, 2, 2), 5, np.uint8), moved_by(AFFINE, (1, 1, 1), (2, 2, 2)), TARGET)
    assert (small.labels[1:3, 1:3, 1:3] == 5).all()
    assert np.count_nonzero(small.labels) == 8
    assert not small.notices


@pytest.mark.parametrize("kind", ["anisotropic", "oblique", "tilted"])
@pytest.mark.parametrize("spacing", [0.6, 1.0, 1.7])
def test_another_grid_is_resampled_to_where_the_mask_lies(kind, spacing):
    target = grid(kind, shape=(24, 50, 100))
    centre = target.to_mm((50.0, 25.0, 12.0))
    affine = np.diag([spacing, spacing, spacing, 1.0])
    affine[:3, 3] = centre - 30
    source = Geometry((int(60 / spacing),) * 3, affine)
    found = bring_to_grid(ball(source, 18.0, tuple(centre)).astype(np.uint8) * 3, source, target)
    assert dice(found.labels == 3, ball(target, 18.0, tuple(centre))) > 0.93
    assert found.resampled
    assert f"{spacing:.3g} x {spacing:.3g} x {spacing:.3g} mm" in found.notices[0]


def test_each_voxel_takes_the_nearest_one():
    source = Geometry((2, 2, 2), np.diag([2.0, 2.0, 2.0, 1.0]))
    target = Geometry((4, 4, 4), np.array([[1, 0, 0, -0.5], [0, 1, 0, -0.5], [0, 0, 1, -0.5], [0, 0, 0, 1.0]]))
    labels = np.arange(1, 9, dtype=np.uint8).reshape(2, 2, 2)
    assert (bring_to_grid(labels, source, target).labels == labels.repeat(2, 0).repeat(2, 1).repeat(2, 2)).all()


def test_what_falls_outside_or_between_is_said():
    target = Geometry((10, 10, 10), np.diag([2.0, 2.0, 2.0, 1.0]))
    source = Geometry((10, 10, 40), np.diag([1.0, 1.0, 1.0, 1.0]))
    labels = np.zeros((10, 10, 40), np.uint8)
    labels[:, :, :] = 1
    labels[5, 5, 5] = 2
    notices = bring_to_grid(labels, source, target).notices
    assert "50.0 %" in notices[1]
    assert "label 2" in notices[2]
    labels[:, :, :30] = 0
    with pytest.raises(MaskMismatchError, match="outside"):
        bring_to_grid(labels, source, target)


@pytest.mark.parametrize("shift", [300.0, -45.0])
def test_a_grid_beside_the_image_is_refused(shift):
    with pytest.raises(MaskMismatchError, match="another place"):
        bring_to_grid(np.zeros(SHAPE, np.uint8), moved_by(AFFINE, (shift, 0, 0)), TARGET)


def test_without_places_only_equal_shapes_do():
    nowhere = Geometry(SHAPE, np.eye(4), oriented=False)
    labels = np.ones(SHAPE, np.uint8)
    assert bring_to_grid(labels, nowhere, Geometry(SHAPE, np.diag([3.0, 3, 3, 1]), oriented=False)).labels.all()
    with pytest.raises(MaskMismatchError, match="does not say"):
        bring_to_grid(labels, nowhere, TARGET)
    with pytest.raises(MaskMismatchError, match="3 x 4 x 6 voxels, the image 3 x 4 x 5"):
        bring_to_grid(np.zeros((6, 4, 3), np.uint8), Geometry((6, 4, 3), np.eye(4), oriented=False), nowhere)


def test_it_can_be_cancelled():
    task = TaskContext()
    task.cancel()
    with pytest.raises(Cancelled):
        bring_to_grid(np.ones(SHAPE, np.uint8), moved_by(AFFINE, (0.4, 0, 0)), TARGET, task)
