"""Holes: the background that a region encloses."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.language import tr
from medcrypt_gui.core.mask.box import bounding_box
from medcrypt_gui.core.mask.parts import parts_of
from medcrypt_gui.core.task import TaskContext


def holes_in(region: NDArray[np.bool_], task: TaskContext, slice_axis: int | None = None) -> NDArray[np.bool_]:
    """The background that ``region`` ``(Z, Y, X)`` encloses, told from the outside by faces. Raises `Cancelled`.

    Without ``slice_axis`` it is enclosed in three dimensions; with it (0, 1 or 2) within one slice across that axis.
    """
    slices = np.ascontiguousarray(np.moveaxis(region, slice_axis or 0, 0))
    candidates = _enclosed_within_slices(slices, task)
    if slice_axis is None:
        return _enclosed_on_all_sides(slices, candidates, task)
    return np.moveaxis(candidates, 0, slice_axis)


def _enclosed_within_slices(slices: NDArray[np.bool_], task: TaskContext) -> NDArray[np.bool_]:
    """The background of each slice ``slices[n]`` that cannot be reached from the slice's border."""
    enclosed = np.zeros(slices.shape, np.bool_)
    height, width = slices.shape[1:]
    padded = np.zeros((height + 2, width + 2), np.uint8)
    for n, region in enumerate(slices):
        if n % 16 == 0:
            task.progress(0.6 * n / len(slices), tr("Filling holes"))
        padded[:] = 0
        padded[1:-1, 1:-1] = region
        cv2.floodFill(padded, None, (0, 0), 2)
        np.equal(padded[1:-1, 1:-1], 0, out=enclosed[n])
    return enclosed


def _enclosed_on_all_sides(
    slices: NDArray[np.bool_], candidates: NDArray[np.bool_], task: TaskContext
) -> NDArray[np.bool_]:
    """The candidates that stay enclosed when neighbouring slices are seen too; the array itself is made to say so.

    What is enclosed in space is enclosed within each slice, so only the candidates need labelling; a part of them is
    open when one of its voxels has open background above or below, or lies in the first or last slice.
    """
    task.progress(0.65, tr("Filling holes"))
    box = bounding_box(candidates)
    if box is None:
        return candidates
    parts = parts_of(candidates[box], box, task.part(0.65, 0.9))
    is_open = np.zeros(len(parts.voxels), np.bool_)
    for z in range(box[0].start, box[0].stop):
        task.checkpoint()
        leaks = candidates[z]  # the first and the last slice always leak
        if 0 < z < len(slices) - 1:
            outside = [~(slices[n] | candidates[n]) for n in (z - 1, z + 1)]
            leaks = leaks & (outside[0] | outside[1])
        is_open[parts.within(z - box[0].start, leaks[box[1:]])] = True
    parts.write(np.flatnonzero(~is_open), candidates[box], task)
    return candidates
