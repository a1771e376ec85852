"""How far a place is surrounded: the rays from it that meet a wall."""

from __future__ import annotations

from itertools import product

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.segmentation.shapes_mm import Region
from medcrypt_gui.core.task import TaskContext

DIRECTIONS = tuple(d for d in product((-1, 0, 1), repeat=3) if any(d))  # the 26 neighbours of a voxel


def enclosure(wall: Region, task: TaskContext) -> NDArray[np.float32]:
    """The share, 0 to 1, of rays in 26 directions that meet ``wall`` (S, P, L) before they leave the image.

    Rays that leave through the first or last slice do not count, since the wall may go on there.
    """
    met = np.zeros(wall.shape, np.float32)
    counted = np.full(wall.shape, np.float32(len(DIRECTIONS)))
    for direction in DIRECTIONS:
        task.checkpoint()
        axis = next(i for i in range(3) if direction[i])
        others = tuple(direction[i] for i in range(3) if i != axis)
        hits, lost = _along(np.moveaxis(wall, axis, 0), direction[axis], others, ends_open=axis == 0)
        met += np.moveaxis(hits, 0, axis)
        counted -= np.moveaxis(lost, 0, axis)
    return np.asarray(met / np.maximum(counted, 1.0), np.float32)


def _along(wall: Region, step: int, sideways: tuple[int, ...], ends_open: bool) -> tuple[Region, Region]:
    """Whether the ray from each voxel meets the wall, and whether it is lost beyond the ends of the first axis."""
    hits, lost = wall.copy(), np.zeros(wall.shape, bool)
    last = len(wall) - 1 if step > 0 else 0
    lost[last] = ends_open & ~wall[last]
    for index in range(last - step, -1 if step > 0 else len(wall), -step):
        hits[index] |= _shifted(hits[index + step], sideways)
        lost[index] = _shifted(lost[index + step], sideways) & ~wall[index]
    return hits, lost


def _shifted(plane: Region, sideways: tuple[int, ...]) -> Region:
    """``plane[i + sideways]`` at every ``i``; False beyond the edge."""
    result = np.zeros_like(plane)
    source, target = [], []
    for by, size in zip(sideways, plane.shape, strict=True):
        source.append(slice(max(0, by), size + min(0, by)))
        target.append(slice(max(0, -by), size + min(0, -by)))
    result[tuple(target)] = plane[tuple(source)]
    return result
