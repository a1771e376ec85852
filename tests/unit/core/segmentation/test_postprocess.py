"""The mask lies on the image's own grid, where the model said, in one piece."""

from __future__ import annotations

import numpy as np
import pytest
from builders.head import all_orientations, head, reorient_array, reoriented, small_network

from medcrypt_gui.core.errors import Cancelled
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.segmentation.postprocess import largest_solid, to_mask
from medcrypt_gui.core.segmentation.preprocess import prepare, sample
from medcrypt_gui.core.task import TaskContext


def _perfect(volume: Volume, brain: Volume) -> np.ndarray:
    """The mask that a model without faults would lead to."""
    model_input = prepare(volume, small_network(), TaskContext())
    probability = sample(brain.stored.astype(np.float32), brain.geometry, model_input.geometry)
    return to_mask(probability, model_input.geometry, volume.geometry, 0.5, TaskContext()).roi()


def test_a_right_model_gives_the_right_mask() -> None:
    volume, brain = head()
    found = _perfect(volume, Volume(brain.astype(np.uint8), volume.geometry))
    dice = 2 * (found & brain).sum() / (found.sum() + brain.sum())
    assert dice > 0.97  # from a grid twice as coarse


@pytest.mark.parametrize(("axes", "flips"), all_orientations()[::7])
def test_the_mask_follows_the_image_through_every_orientation(axes, flips) -> None:
    volume, brain = head()
    truth = Volume(brain.astype(np.uint8), volume.geometry)
    plain = _perfect(volume, truth)
    other = _perfect(reoriented(volume, axes, flips), truth)
    assert (other != reorient_array(plain, axes, flips)).mean() < 1e-5


def test_only_the_largest_piece_stays_and_its_holes_are_filled() -> None:
    grid = Geometry((24, 24, 24), np.diag([2.0, 2.0, 2.0, 1.0]))
    probability = np.zeros(grid.shape, np.float32)
    probability[4:18, 4:18, 4:18] = 0.9
    probability[9:12, 9:12, 9:12] = 0.1
    probability[21:23, 21:23, 21:23] = 0.9
    mask = to_mask(probability, grid, grid, 0.5, TaskContext()).roi()
    assert mask[10, 10, 10]
    assert not mask[22, 22, 22]
    assert mask.sum() == 14**3


def test_nothing_found_gives_an_empty_mask() -> None:
    grid = Geometry((8, 8, 8), np.eye(4))
    assert not to_mask(np.zeros(grid.shape, np.float32), grid, grid, 0.5, TaskContext()).labels.any()
    assert not largest_solid(np.zeros((4, 4, 4), bool)).any()


def test_the_border_on_a_finer_grid_is_smooth() -> None:
    grid = Geometry((20, 20, 20), np.diag([4.0, 4.0, 4.0, 1.0]))
    z, y, x = np.meshgrid(*(np.arange(20),) * 3, indexing="ij")
    distance = np.sqrt((x - 9.5) ** 2 + (y - 9.5) ** 2 + (z - 9.5) ** 2) * 4.0
    probability = np.clip(0.5 + (24.0 - distance) / 8.0, 0, 1).astype(np.float32)
    image = Geometry((80, 80, 80), np.diag([1.0, 1.0, 1.0, 1.0]))
    found = to_mask(probability, grid, image, 0.5, TaskContext()).roi()
    assert found.sum() == pytest.approx(4 / 3 * np.pi * 24**3, rel=0.03)


def test_it_ends_when_cancelled() -> None:
    task = TaskContext()
    task.cancel()
    grid = Geometry((8, 8, 8), np.eye(4))
    probability = np.zeros(grid.shape, np.float32)
    probability[2:6, 2:6, 2:6] = 1.0
    with pytest.raises(Cancelled):
        to_mask(probability, grid, grid, 0.5, task)
