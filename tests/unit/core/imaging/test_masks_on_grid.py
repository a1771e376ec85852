"""A mask whose file orders the voxels differently is put in the image's order; any other grid is refused."""

from itertools import permutations, product

import numpy as np
import pytest

from medcrypt_gui.core.errors import MaskMismatchError
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.masks_on_grid import reorder_to_grid

SHAPE = (5, 4, 3)
AFFINE = np.array([[0.9, 0.1, 0, -40], [-0.1, 1.1, 0.2, 10], [0, -0.2, 2.5, 7], [0, 0, 0, 1.0]])


@pytest.mark.parametrize("order", list(permutations(range(3))))
@pytest.mark.parametrize("signs", list(product((1, -1), repeat=3)))
def test_all_48_storage_orders_come_back_to_the_images(order, signs):
    target = Geometry(SHAPE, AFFINE)
    wanted = np.random.default_rng(0).integers(0, 2, SHAPE, np.uint8)
    moved = wanted.transpose(2, 1, 0).transpose(order)[tuple(slice(None, None, sign) for sign in signs)]
    source_to_target = np.zeros((4, 4))
    source_to_target[3, 3] = 1
    for axis in range(3):
        source_to_target[order[axis], axis] = signs[axis]
        source_to_target[order[axis], 3] = 0 if signs[axis] > 0 else moved.shape[axis] - 1
    source = Geometry(moved.shape[::-1], AFFINE @ source_to_target)
    assert (reorder_to_grid(moved.transpose(2, 1, 0), source, target) == wanted).all()


@pytest.mark.parametrize(
    "change",
    [
        lambda affine: affine + np.array([[0, 0, 0, 0.5]] + [[0] * 4] * 3),
        lambda affine: affine * np.array([1.2, 1, 1, 1]),
        lambda affine: affine + np.array([[0, 0, 0, 300.0]] + [[0] * 4] * 3),
    ],
)
def test_another_place_or_size_is_refused(change):
    mask = np.zeros(SHAPE, np.uint8)
    with pytest.raises(MaskMismatchError):
        reorder_to_grid(mask, Geometry(SHAPE, change(AFFINE)), Geometry(SHAPE, AFFINE))


def test_another_shape_is_refused_with_both_sizes():
    with pytest.raises(MaskMismatchError, match="3 x 4 x 6 voxels, the image 3 x 4 x 5"):
        reorder_to_grid(np.zeros((6, 4, 3), np.uint8), Geometry((6, 4, 3), AFFINE), Geometry(SHAPE, AFFINE))
