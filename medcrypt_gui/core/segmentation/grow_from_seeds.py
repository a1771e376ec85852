"""Growing from seeds on an image's grid: which part of it, how fine, and how smooth the borders are."""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.mask.box import Box, box_shape
from medcrypt_gui.core.segmentation.seed_competition import compete
from medcrypt_gui.core.task import TaskContext

Steps = tuple[int, int, int]

_MOST_VOXELS = 12_000_000  # on larger boxes every second one is raced over
_NOISE_MM = 0.8  # detail smaller than this is noise rather than a border


def grow_from_seeds(
    volume: Volume, seeds: NDArray[np.uint8], box: Box, task: TaskContext, most_voxels: int = _MOST_VOXELS
) -> NDArray[np.uint8]:
    """Which class each voxel of the box goes to, ``(Z, Y, X)`` uint8; ``seeds`` has the box's shape, 0 is undecided.

    Seeds keep their class. Raises `Cancelled`.
    """
    task.progress(0.0, tr("Reading the values"))
    spacing = volume.geometry.spacing_mm[::-1]
    steps = _steps(box_shape(box), (spacing[0], spacing[1], spacing[2]), most_voxels)
    coarse = np.array(spacing) * steps
    values = _values(volume, box, steps)
    task.checkpoint()
    ndimage.gaussian_filter(values, np.minimum(_NOISE_MM / coarse, 2.0), output=values, truncate=2.0)
    grid = float(coarse[0]), float(coarse[1]), float(coarse[2])
    owners = compete(values, _thinned(seeds, steps), grid, task.part(0.2, 1.0))
    for axis, step in enumerate(steps):
        if step > 1:
            owners = np.repeat(owners, step, axis=axis)
    fine = owners[: seeds.shape[0], : seeds.shape[1], : seeds.shape[2]]
    return np.where(seeds > 0, seeds, fine)


def smoothed(owners: NDArray[np.uint8], seeds: NDArray[np.uint8], number: int) -> NDArray[np.bool_]:
    """The region of one class, where most of the 27 voxels around belong to it; seeds keep their class."""
    share = ndimage.uniform_filter((owners == number).astype(np.float32), 3, mode="nearest")
    return np.asarray(((share > 0.5) & (seeds == 0)) | (seeds == number))


def _steps(shape: tuple[int, int, int], spacing_mm: tuple[float, float, float], most: int) -> Steps:
    """Every how manieth voxel is taken along each axis, so that at most so many are: first where they are closest."""
    steps = [1, 1, 1]
    while np.prod([-(-n // step) for n, step in zip(shape, steps, strict=True)]) > most:
        finest = min((axis for axis in range(3) if shape[axis] > steps[axis]), key=lambda a: spacing_mm[a] * steps[a])
        steps[finest] *= 2
    return steps[0], steps[1], steps[2]


def _values(volume: Volume, box: Box, steps: Steps) -> NDArray[np.float32]:
    some = volume.stored[box][:: steps[0], :: steps[1], :: steps[2]]
    values = some.astype(np.float32) * np.float32(volume.slope) + np.float32(volume.intercept)
    return np.nan_to_num(values, copy=False) if some.dtype.kind == "f" else values


def _thinned(seeds: NDArray[np.uint8], steps: Steps) -> NDArray[np.uint8]:
    """Every so manieth voxel, as a seed where any of those it stands for is one."""
    thinned = np.ascontiguousarray(seeds[:: steps[0], :: steps[1], :: steps[2]])
    for offset in itertools.product(*(range(step) for step in steps)):
        part = seeds[offset[0] :: steps[0], offset[1] :: steps[1], offset[2] :: steps[2]]
        here = thinned[: part.shape[0], : part.shape[1], : part.shape[2]]
        np.copyto(here, part, where=here == 0)
    return thinned
