"""The surface of a mask."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.reduced import cropped, reduced
from medcrypt_gui.core.imaging.surface import MOST_VOXELS, Surface, smoothed, surface_of
from medcrypt_gui.core.mask.edit import Box, bounding_box, union
from medcrypt_gui.core.task import TaskContext

_SIGMA = 0.9  # voxels: without it the voxels show as steps
_SLABS = 32  # slices that are looked through between two checkpoints
_SURELY = 0.02  # how far at least a voxel's value stays on its own side of one half


def mask_surface(labels: NDArray[np.uint8], geometry: Geometry, task: TaskContext) -> Surface | None:
    """The surface of all that is marked in ``labels`` (Z, Y, X), or None where nothing is marked.

    Rounded, but every marked voxel's centre lies inside and every other outside; only of a region more than 200 voxels
    long are neighbouring voxels taken together, and then by majority (specks stay).
    """
    box = _box(labels, task)
    if box is None:
        return None
    share, grid = reduced(labels[box], cropped(geometry, box), MOST_VOXELS, _marked, task.part(0.0, 0.3))
    share = np.pad(share, 2)  # room to round the corners in
    inside = _inside(share)
    task.progress(0.35, "")
    smooth = smoothed(share, _SIGMA)
    task.progress(0.45, "")
    np.maximum(smooth, 0.5 + _SURELY, out=smooth, where=inside)
    np.minimum(smooth, 0.5 - _SURELY, out=smooth, where=~inside)
    wide = cropped(grid, tuple(slice(-2, n + 2) for n in grid.shape))  # type: ignore[arg-type]
    return surface_of(smooth, 0.5, 0.0, wide, task.part(0.5, 1.0))


def _box(labels: NDArray[np.uint8], task: TaskContext) -> Box | None:
    """The bounding box of all labels, found a few slices at a time."""
    found: Box | None = None
    for start in range(0, labels.shape[0], _SLABS):
        task.checkpoint()
        part = bounding_box(labels[start : start + _SLABS])
        if part is None:
            continue
        z, y, x = part
        moved = slice(z.start + start, z.stop + start), y, x
        found = moved if found is None else union(found, moved)
    return found


def _marked(labels: NDArray[np.generic]) -> NDArray[np.float32]:
    return np.asarray(labels != 0, dtype=np.float32)


def _inside(share: NDArray[np.float32]) -> NDArray[np.bool_]:
    """At least half full voxels, and specks far from any such."""
    inside = share >= 0.5
    some = share > 1e-3
    if np.array_equal(some, inside):
        return inside
    near = ndimage.binary_dilation(inside, np.ones((3, 3, 3), bool))
    return np.asarray(inside | (some & ~near))
