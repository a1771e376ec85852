"""What lies between the drawn slices of a label."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.mask.contour_morphing import Grid2D, morphs
from medcrypt_gui.core.task import TaskContext

_THREADS = 2


def gap_axis(region: NDArray[np.bool_], preferred: int) -> int:
    """The axis of a cropped region ``(Z, Y, X)`` across which the largest share of slices is missing.

    ``preferred`` is taken where several axes miss as many.
    """
    missing = []
    for axis in range(3):
        drawn = region.any(axis=tuple(other for other in range(3) if other != axis))
        missing.append(float(1.0 - drawn.mean()) if drawn.size else 0.0)
    return max(range(3), key=lambda axis: (missing[axis], axis == preferred))


def fill_between(
    region: NDArray[np.bool_], axis: int, geometry: Geometry, task: TaskContext
) -> tuple[NDArray[np.bool_], int]:
    """The empty slices across ``axis`` between drawn ones, filled; and how many they are.

    ``region`` ``(Z, Y, X)`` is cut to what is drawn; what comes back has its shape and holds the new slices alone.
    Raises `Cancelled`.
    """
    slices = np.moveaxis(region, axis, 0)
    drawn = np.flatnonzero(slices.any(axis=(1, 2)))
    pairs = [(int(a), int(b)) for a, b in pairwise(drawn) if b - a > 1]
    spacing = geometry.spacing_mm[::-1]
    pixel = [spacing[other] for other in range(3) if other != axis]
    step = geometry.slice_distance_mm[::-1][axis]
    filled = np.zeros(slices.shape, np.bool_)

    def fill(pair: tuple[int, int]) -> None:
        task.checkpoint()
        a, b = pair
        ends = np.ascontiguousarray(slices[a]), np.ascontiguousarray(slices[b])
        _fill_gap(filled[a + 1 : b], ends, Grid2D((pixel[0], pixel[1]), step * (b - a)), task)

    # Threads help: OpenCV gives the interpreter free.
    with ThreadPoolExecutor(_THREADS, thread_name_prefix="medcrypt-between") as pool:
        for done, _ in enumerate(pool.map(fill, pairs)):
            task.progress(done / len(pairs), tr("Filling between the slices"))
    return np.moveaxis(filled, 0, axis), sum(b - a - 1 for a, b in pairs)


def _fill_gap(
    between: NDArray[np.bool_], ends: tuple[NDArray[np.bool_], NDArray[np.bool_]], grid: Grid2D, task: TaskContext
) -> None:
    """Fill the planes between two drawn ones, all of them equally far apart, within what both cover."""
    rows, columns = (np.flatnonzero((ends[0] | ends[1]).any(axis=axis)) for axis in (1, 0))
    crop = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    for morph, backwards in morphs(np.ascontiguousarray(ends[0][crop]), np.ascontiguousarray(ends[1][crop]), grid):
        for n, plane in enumerate(between, start=1):
            task.checkpoint()
            t = n / (len(between) + 1)
            plane[crop] |= morph.at(1 - t if backwards else t)
