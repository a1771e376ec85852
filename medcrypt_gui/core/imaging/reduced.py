"""An image on a coarser grid of its own: every new voxel is the mean of what it covers, so nothing aliases."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.task import TaskContext

Values = Callable[[NDArray[np.generic]], NDArray[np.float32]]
"""Stored values of one slice to the numbers to average: finite float32."""


def reduced(
    array: NDArray[np.generic], geometry: Geometry, most: int, values: Values, task: TaskContext
) -> tuple[NDArray[np.float32], Geometry]:
    """``values(array)`` on at most ``most`` voxels per axis, ``(Z, Y, X)`` float32, and the grid that it lies on.

    Both grids cover the same part of the patient, whatever its obliqueness: an axis of n voxels becomes one of m,
    each n/m voxels wide. Axes that are short enough stay as they are.
    """
    sizes = geometry.shape
    smaller = tuple(min(n, most) for n in sizes)
    result = np.zeros(smaller, np.float32)
    width = sizes[0] / smaller[0]
    for z in range(sizes[0]):
        task.progress(z / sizes[0], "")
        plane = values(array[z])
        if plane.shape != smaller[1:]:
            plane = np.asarray(
                cv2.resize(plane, (smaller[2], smaller[1]), interpolation=cv2.INTER_AREA), dtype=np.float32
            )
        first, last = int(z / width), min(int((z + 1) / width), smaller[0] - 1)
        for target in range(first, last + 1):
            share = (min(z + 1, (target + 1) * width) - max(z, target * width)) / width
            if share > 1e-9:
                result[target] += np.float32(share) * plane
    return result, _coarser(geometry, smaller)


def cropped(geometry: Geometry, box: tuple[slice, slice, slice]) -> Geometry:
    """The grid of the part ``box`` (Z, Y, X) of an image."""
    affine = geometry.affine_lps.copy()
    affine[:3, 3] = geometry.to_mm((float(box[2].start), float(box[1].start), float(box[0].start)))
    z, y, x = (part.stop - part.start for part in box)
    return Geometry((z, y, x), affine, geometry.oriented)


def _coarser(geometry: Geometry, shape: tuple[int, ...]) -> Geometry:
    z, y, x = shape
    steps = np.array(geometry.shape[::-1]) / (x, y, z)
    affine = geometry.affine_lps.copy()
    affine[:3, :3] *= steps
    affine[:3, 3] = geometry.to_mm((steps - 1) / 2)
    return Geometry((z, y, x), affine, geometry.oriented)
