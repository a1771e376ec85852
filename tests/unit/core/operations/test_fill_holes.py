"""Filling agrees with the slow textbook way, and does nothing the second time."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from medcrypt_gui.core.operations.fill_holes import holes_in
from medcrypt_gui.core.task import TaskContext


def _sponge(seed: int) -> np.ndarray:
    noise = np.random.default_rng(seed).random((20, 24, 28))
    region = np.zeros((24, 30, 30), np.bool_)
    region[2:22, 3:27, 1:29] = ndimage.gaussian_filter(noise, 1.1) > 0.46
    return region


@pytest.mark.parametrize("seed", range(6))
def test_filling_closes_every_hole_enclosed_in_space(seed: int) -> None:
    region = _sponge(seed)
    filled = region | holes_in(region, TaskContext())
    assert np.array_equal(filled, ndimage.binary_fill_holes(region))
    assert filled.sum() > region.sum()
    assert not holes_in(filled, TaskContext()).any()


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_filling_by_slice_closes_every_hole_enclosed_in_a_slice(axis: int) -> None:
    region = _sponge(9)
    filled = region | holes_in(region, TaskContext(), axis)
    expected = np.stack([ndimage.binary_fill_holes(one) for one in np.moveaxis(region, axis, 0)])
    assert np.array_equal(np.moveaxis(filled, axis, 0), expected)
