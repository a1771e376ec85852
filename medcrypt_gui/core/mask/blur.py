"""How much of a voxel's neighbourhood belongs to a region, for smoothing: a box or a bell measured in millimetres."""

from __future__ import annotations

import math
from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.task import TaskContext

Weights = NDArray[np.float32]
_FWHM = 2.3548  # full width at half maximum of a bell, in its standard deviations


def box_weights(geometry: Geometry, width_mm: float) -> tuple[Weights, Weights, Weights]:
    """Equal weights along x, y and z over an odd number of voxels, as near to the width as there is."""
    x, y, z = (np.full(2 * _half(width_mm, step) + 1, 1.0, np.float32) for step in geometry.spacing_mm)
    return x / x.sum(), y / y.sum(), z / z.sum()


def bell_weights(geometry: Geometry, width_mm: float) -> tuple[Weights, Weights, Weights]:
    """Gaussian weights along x, y and z; ``width_mm`` is the full width at half maximum."""
    made = []
    for step in geometry.spacing_mm:
        sigma = width_mm / _FWHM / step
        places = np.arange(-math.ceil(3 * sigma), math.ceil(3 * sigma) + 1)
        weights = np.exp(-0.5 * (places / max(sigma, 1e-6)) ** 2).astype(np.float32)
        made.append(weights / weights.sum())
    return made[0], made[1], made[2]


def reach(weights: tuple[Weights, Weights, Weights]) -> tuple[int, int, int]:
    """How many voxels beyond a region its blurred picture reaches, along ``(Z, Y, X)``."""
    x, y, z = (len(one) // 2 for one in weights)
    return z, y, x


def blurred(
    labels: NDArray[np.uint8], number: int, weights: tuple[Weights, Weights, Weights], task: TaskContext
) -> Iterator[NDArray[np.float32]]:
    """Slice by slice the weighted share of a label around each voxel, 0 to 1; at the edges the last voxel goes on.

    ``labels`` is ``(Z, Y, X)``. No more slices are kept than one result needs. Raises `Cancelled`.
    """
    along_z, count = weights[2], len(labels)
    half = len(along_z) // 2
    planes: dict[int, NDArray[np.float32] | None] = {}
    nothing = np.zeros(labels.shape[1:], np.float32)
    for z in range(count):
        task.checkpoint()
        planes.pop(z - half - 1, None)
        for n in range(max(z - half, 0), min(z + half, count - 1) + 1):
            if n not in planes:
                planes[n] = _blurred_plane(labels[n], number, weights)
        share = None
        for n, weight in enumerate(along_z):
            plane = planes[min(max(z + n - half, 0), count - 1)]
            if plane is not None:
                share = nothing.copy() if share is None else share
                cv2.scaleAdd(plane, float(weight), share, share)
        yield nothing if share is None else share


def _blurred_plane(
    labels: NDArray[np.uint8], number: int, weights: tuple[Weights, Weights, Weights]
) -> NDArray[np.float32] | None:
    """None where there is nothing of the label."""
    values = np.equal(labels, number).view(np.uint8)
    if not values.any():
        return None
    smooth = cv2.sepFilter2D(values, cv2.CV_32F, weights[0], weights[1], borderType=cv2.BORDER_REPLICATE)
    return np.asarray(smooth, np.float32)


def _half(width_mm: float, step_mm: float) -> int:
    return max(round((width_mm / step_mm - 1) / 2), 0)
