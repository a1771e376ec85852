"""Seeds of several labels grow until they meet at the borders of the image."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from medcrypt_gui.core.errors import Cancelled
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.mask.box import whole_box
from medcrypt_gui.core.mask.dice import dice
from medcrypt_gui.core.segmentation.grow_from_seeds import grow_from_seeds, smoothed
from medcrypt_gui.core.task import TaskContext


def _organ(spacing: tuple[float, float, float] = (1.0, 1.0, 1.0)) -> tuple[Volume, NDArray[np.bool_]]:
    """An ellipsoid a little brighter than what is around it, in noise."""
    shape = tuple(int(80 / s) for s in spacing)
    z, y, x = np.meshgrid(*[(np.arange(n) - n / 2) * s for n, s in zip(shape, spacing, strict=True)], indexing="ij")
    truth = (z / 25) ** 2 + (y / 20) ** 2 + (x / 28) ** 2 <= 1
    noise = np.random.default_rng(8).normal(0, 15, shape)
    stored = (np.where(truth, 90, 30) + noise).astype(np.int16)
    geometry = Geometry(truth.shape, np.diag([spacing[2], spacing[1], spacing[0], 1.0]))
    return Volume(stored, geometry, 2.0, -1000.0), truth


def _scribbles(truth: NDArray[np.bool_]) -> NDArray[np.uint8]:
    seeds = np.zeros(truth.shape, np.uint8)
    nz, ny, nx = truth.shape
    for z in (int(nz * 0.3), nz // 2, int(nz * 0.7)):
        seeds[z, ny // 2 - 2 : ny // 2 + 2, int(nx * 0.35) : int(nx * 0.65)] = 1
        seeds[z, 1:3] = seeds[z, -3:-1] = 2
        seeds[z, :, 1:3] = seeds[z, :, -3:-1] = 2
    seeds[[1, nz - 2], ny // 2] = 2
    return seeds


@pytest.mark.parametrize("spacing", [(1.0, 1.0, 1.0), (3.0, 0.8, 0.8)])
def test_an_organ_is_found_from_a_few_scribbles(spacing: tuple[float, float, float]) -> None:
    volume, truth = _organ(spacing)
    seeds = _scribbles(truth)
    owners = grow_from_seeds(volume, seeds, whole_box(truth.shape), TaskContext())
    assert (owners > 0).all()
    assert np.array_equal(owners[seeds > 0], seeds[seeds > 0])
    assert dice(smoothed(owners, seeds, 1), truth) > 0.95
    again = grow_from_seeds(volume, seeds, whole_box(truth.shape), TaskContext())
    assert np.array_equal(owners, again)


def test_a_large_box_is_grown_more_coarsely_and_thin_seeds_are_not_lost() -> None:
    volume, truth = _organ()
    seeds = _scribbles(truth)
    thin = np.where(np.arange(truth.shape[1])[None, :, None] % 2 == 1, seeds, 0).astype(np.uint8)
    owners = grow_from_seeds(volume, thin, whole_box(truth.shape), TaskContext(), most_voxels=truth.size // 5)
    assert np.array_equal(owners[thin > 0], thin[thin > 0])
    assert dice(smoothed(owners, thin, 1), truth) > 0.9


def test_three_classes_share_the_voxels_and_without_contrast_distance_decides() -> None:
    shape = (9, 9, 31)
    volume = Volume(np.zeros(shape, np.float32), Geometry(shape, np.eye(4)))
    seeds = np.zeros(shape, np.uint8)
    seeds[:, :, 0], seeds[:, :, 15], seeds[:, :, 30] = 1, 2, 3
    owners = grow_from_seeds(volume, seeds, whole_box(shape), TaskContext())
    assert [int((owners[4, 4] == number).sum()) for number in (1, 2, 3)] == pytest.approx([8, 15, 8], abs=1)


def test_values_that_are_no_numbers_do_no_harm_and_it_is_cancelled() -> None:
    shape = (4, 8, 8)
    stored = np.random.default_rng(0).random(shape).astype(np.float32)
    stored[0, 0, 0] = np.nan
    volume = Volume(stored, Geometry(shape, np.eye(4)))
    seeds = np.zeros(shape, np.uint8)
    seeds[0, 0, 1], seeds[3, 7, 7] = 1, 2
    assert (grow_from_seeds(volume, seeds, whole_box(shape), TaskContext()) > 0).all()
    task = TaskContext()
    task.cancel()
    with pytest.raises(Cancelled):
        grow_from_seeds(volume, seeds, whole_box(shape), task)
