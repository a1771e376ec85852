"""Where the values of a volume lie in a range: one pass of OpenCV, slice by slice."""

from __future__ import annotations

import math
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.imaging.windowing import is_padding
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.mask.box import Box, box_shape
from medcrypt_gui.core.segmentation.otsu import otsu_threshold
from medcrypt_gui.core.task import TaskContext

_AT_ONCE = 16  # slices between two looks at whether to go on
_QUICK_KINDS = ("uint8", "int8", "uint16", "int16", "int32", "float32", "float64")
_SAMPLES = 400_000


def voxels_between(volume: Volume, lower: float, upper: float, box: Box, task: TaskContext) -> NDArray[np.bool_]:
    """``(Z, Y, X)`` bool of the box: scaled values from ``lower`` to ``upper``, both included; padding is outside."""
    low, high = stored_range(volume, lower, upper)
    inside = np.zeros(box_shape(box), np.bool_)
    if low > high:
        return inside
    stored = volume.stored[box]
    for n, plane in enumerate(stored):
        if n % _AT_ONCE == 0:
            task.progress(n / len(stored), tr("Comparing values"))
        _compare(plane, low, high, inside[n])
        if volume.padding is not None:
            inside[n] &= ~is_padding(plane, volume.padding)
    return inside


def stored_range(volume: Volume, lower: float, upper: float) -> tuple[float, float]:
    """The stored values whose scaled ones lie from ``lower`` to ``upper``; whole numbers where those are stored."""
    ends = sorted((end - volume.intercept) / volume.slope for end in (lower, upper))
    if upper < lower:
        return 1.0, 0.0
    if volume.stored.dtype.kind == "f":
        return ends[0], ends[1]
    kind = np.iinfo(volume.stored.dtype.name)
    slack = 1e-6 * max(1.0, *(abs(end) for end in ends))  # a value typed is found again, whatever its scaling rounds
    return float(max(math.ceil(ends[0] - slack), kind.min)), float(min(math.floor(ends[1] + slack), kind.max))


def _compare(plane: NDArray[Any], low: float, high: float, out: NDArray[np.bool_]) -> None:
    if plane.dtype.name in _QUICK_KINDS and plane.ndim == 2 and plane.strides[1] == plane.itemsize:
        found = cv2.inRange(np.ascontiguousarray(plane), low, high)
        np.not_equal(found, 0, out=out)
    else:
        np.logical_and(plane >= low, plane <= high, out=out)


def suggested_range(volume: Volume) -> tuple[float, float]:
    """Otsu's threshold of a sample of the volume, and its highest value."""
    values = value_sample(volume)
    ends = np.percentile(values, (0.1, 99.9))
    top = float(values.max())
    if ends[0] >= ends[1]:
        return float(ends[0]), top
    return otsu_threshold(values, limits=(float(ends[0]), float(ends[1]))), top


def value_sample(volume: Volume) -> NDArray[np.float32]:
    """Scaled values of some hundred thousand voxels all over the slices that are there, padding left out."""
    step = max(1, round((volume.stored.size / _SAMPLES) ** (1 / 3)))
    some = volume.every(step)[:, ::step, ::step].reshape(-1)
    if volume.padding is not None:
        imaged = some[~is_padding(some, volume.padding)]
        some = imaged if imaged.size else some
    values = some.astype(np.float32) * np.float32(volume.slope) + np.float32(volume.intercept)
    finite = values[np.isfinite(values)]
    return finite if finite.size else np.zeros(1, np.float32)
