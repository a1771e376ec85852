"""The surfaces of a mask: of each label, or of all together."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.reduced import cropped, reduced
from medcrypt_gui.core.imaging.surface import MOST_VOXELS, Surface, smoothed, surface_of
from medcrypt_gui.core.mask.box import Box, bounding_box, union
from medcrypt_gui.core.task import TaskContext

_SIGMA = 0.9  # voxels: without it the voxels show as steps
_SLAB = 32  # slices that are looked through between two checkpoints
_LEAST_VOXELS = 64  # along an axis: with fewer a shape is not told any more
_SURELY = 0.02  # how far at least a voxel's value stays on its own side of one half


def mask_surfaces(labels: NDArray[np.uint8], geometry: Geometry, task: TaskContext) -> dict[int, Surface]:
    """The surface of every label in ``labels`` (Z, Y, X) that has voxels, by its number.

    Rounded, but every voxel's centre lies inside its own and every other outside; only of a region more than 200 voxels
    long are neighbouring voxels taken together, and then by majority (specks stay). Several labels share what one may
    take: the more there are, the shorter that length, but for 64.
    """
    boxes = _boxes(labels, task.part(0.0, 0.1))
    most = max(round(MOST_VOXELS * len(boxes) ** (-1 / 3)), _LEAST_VOXELS) if boxes else MOST_VOXELS
    found = {}
    for place, (number, box) in enumerate(boxes.items()):
        part = task.part(0.1 + 0.9 * place / len(boxes), 0.1 + 0.9 * (place + 1) / len(boxes))
        surface = _surface(labels, box, geometry, number, most, part)
        if surface is not None:
            found[number] = surface
    return found


def _surface(
    labels: NDArray[np.uint8], box: Box, geometry: Geometry, number: int, most: int, task: TaskContext
) -> Surface | None:
    def marked(part: NDArray[np.generic]) -> NDArray[np.float32]:
        return np.asarray(part == number, dtype=np.float32)

    share, grid = reduced(labels[box], cropped(geometry, box), most, marked, task.part(0.0, 0.3))
    share = np.pad(share, 2)  # room to round the corners in
    inside = _inside(share)
    task.progress(0.35, "")
    smooth = smoothed(share, _SIGMA)
    task.progress(0.45, "")
    np.maximum(smooth, 0.5 + _SURELY, out=smooth, where=inside)
    np.minimum(smooth, 0.5 - _SURELY, out=smooth, where=~inside)
    wide = cropped(grid, tuple(slice(-2, n + 2) for n in grid.shape))  # type: ignore[arg-type]
    return surface_of(smooth, 0.5, 0.0, wide, task.part(0.5, 1.0))


def _boxes(labels: NDArray[np.uint8], task: TaskContext) -> dict[int, Box]:
    """The bounding box of every label, found slice by slice."""
    found: dict[int, Box] = {}
    for z, plane in enumerate(labels):
        if z % _SLAB == 0:
            task.checkpoint()
        numbers = _numbers(plane)
        for number in numbers:
            part = bounding_box((plane if len(numbers) == 1 else plane == number)[None])
            if part is not None:
                here = (slice(z, z + 1), *part[1:])
                found[number] = union(found[number], here) if number in found else here
    return dict(sorted(found.items()))


def _numbers(plane: NDArray[np.uint8]) -> list[int]:
    counts = cv2.calcHist([plane], [0], None, [256], [0, 256])
    return [int(number) for number in np.flatnonzero(counts) if number]


def _inside(share: NDArray[np.float32]) -> NDArray[np.bool_]:
    """At least half full voxels, and specks far from any such."""
    inside = share >= 0.5
    some = share > 1e-3
    if np.array_equal(some, inside):
        return inside
    near = ndimage.binary_dilation(inside, np.ones((3, 3, 3), bool))
    return np.asarray(inside | (some & ~near))
