"""Whole-mask operations agree with the slow textbook ones."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from medcrypt_gui.core.errors import Cancelled, NoRoiError
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.mask import morphology
from medcrypt_gui.core.mask.edit import Box
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.task import TaskContext


def _sponge(seed: int) -> RoiMask:
    noise = np.random.default_rng(seed).random((20, 24, 28))
    smooth = ndimage.gaussian_filter(noise, 1.1)
    labels = np.zeros((24, 30, 30), np.uint8)
    labels[2:22, 3:27, 1:29] = smooth > 0.46
    return RoiMask(labels, Geometry(labels.shape, np.eye(4)))


def _whole(mask: RoiMask, result: tuple[np.ndarray, Box]) -> np.ndarray:
    region = np.zeros(mask.labels.shape, bool)
    region[result[1]] = result[0]
    return region


@pytest.mark.parametrize("seed", range(4))
def test_filling_closes_every_hole_enclosed_in_space(seed: int) -> None:
    mask = _sponge(seed)
    filled = _whole(mask, morphology.fill_holes(mask, TaskContext()))
    assert np.array_equal(filled, ndimage.binary_fill_holes(mask.roi()))
    assert filled.sum() > mask.roi().sum()


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_filling_by_slice_closes_every_hole_enclosed_in_a_slice(axis: int) -> None:
    mask = _sponge(9)
    filled = _whole(mask, morphology.fill_holes(mask, TaskContext(), axis))
    expected = np.stack([ndimage.binary_fill_holes(one) for one in np.moveaxis(mask.roi(), axis, 0)])
    assert np.array_equal(np.moveaxis(filled, axis, 0), expected)


def test_the_largest_part_stays_and_the_others_go() -> None:
    mask = RoiMask.empty(Geometry((10, 20, 20), np.eye(4)))
    mask.labels[1:4, 2:8, 2:8] = 1
    mask.labels[6:8, 12:15, 12:15] = 1
    kept = _whole(mask, morphology.keep_largest(mask, TaskContext()))
    expected = mask.roi()
    expected[6:8] = False
    assert np.array_equal(kept, expected)


@pytest.mark.parametrize("operation", [morphology.fill_holes, morphology.keep_largest])
def test_an_empty_mask_is_refused_and_cancelling_stops_the_work(operation: object) -> None:
    assert callable(operation)
    with pytest.raises(NoRoiError):
        operation(RoiMask.empty(Geometry((3, 3, 3), np.eye(4))), TaskContext())
    task = TaskContext()
    task.cancel()
    with pytest.raises(Cancelled):
        operation(_sponge(0), task)
