"""Whole-mask operations: fill holes, keep the largest part. They work on the mask's bounding box only.

Each returns the new region together with the box it fills, ready for ``MaskEditor.apply_whole``. Parts and holes are
told apart by faces: voxels that touch only at an edge or a corner are not connected.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from medcrypt_gui.core.errors import NoRoiError
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.mask.edit import Box, bounding_box
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.task import TaskContext


def fill_holes(mask: RoiMask, task: TaskContext, slice_axis: int | None = None) -> tuple[NDArray[np.bool_], Box]:
    """The ROI with its holes filled.

    Without ``slice_axis`` a hole is background enclosed in three dimensions; with it (0, 1 or 2 of ``(Z, Y, X)``)
    background enclosed within one slice across that axis. Raises `NoRoiError` on an empty mask, `Cancelled`.
    """
    region, box = _cropped(mask)
    axis = 0 if slice_axis is None else slice_axis
    slices = np.ascontiguousarray(np.moveaxis(region, axis, 0))
    candidates = _enclosed_within_slices(slices, task)
    if slice_axis is None:
        candidates = _enclosed_on_all_sides(slices, candidates, task)
    return np.moveaxis(slices | candidates, 0, axis), box


def keep_largest(mask: RoiMask, task: TaskContext) -> tuple[NDArray[np.bool_], Box]:
    """The largest connected part of the ROI. Raises `NoRoiError` on an empty mask, `Cancelled`."""
    region, box = _cropped(mask)
    task.progress(0.1, tr("Finding the parts"))
    parts, count = ndimage.label(region)
    task.progress(0.8, tr("Comparing their sizes"))
    if count == 1:
        return region, box
    sizes = np.bincount(parts.reshape(-1))
    sizes[0] = 0
    return np.asarray(parts == sizes.argmax()), box


def _cropped(mask: RoiMask) -> tuple[NDArray[np.bool_], Box]:
    region = mask.region(mask.table.active_number)
    box = bounding_box(region)
    if box is None:
        raise NoRoiError(tr("the mask is empty"))
    return region[box], box


def _enclosed_within_slices(slices: NDArray[np.bool_], task: TaskContext) -> NDArray[np.bool_]:
    """The background of each slice ``slices[n]`` that cannot be reached from the slice's border."""
    enclosed = np.zeros_like(slices)
    height, width = slices.shape[1:]
    padded = np.zeros((height + 2, width + 2), np.uint8)
    for n, region in enumerate(slices):
        if n % 32 == 0:
            task.progress(0.6 * n / len(slices), tr("Filling holes"))
        padded[:] = 0
        padded[1:-1, 1:-1] = region
        cv2.floodFill(padded, None, (0, 0), 2)
        enclosed[n] = padded[1:-1, 1:-1] == 0
    return enclosed


def _enclosed_on_all_sides(
    slices: NDArray[np.bool_], candidates: NDArray[np.bool_], task: TaskContext
) -> NDArray[np.bool_]:
    """The candidates that stay enclosed when neighbouring slices are seen too.

    What is enclosed in space is enclosed within each slice, so only the candidates need labelling; a part of them is
    open when one of its voxels has open background above or below, or lies in the first or last slice.
    """
    task.progress(0.65, tr("Filling holes"))
    background = ~(slices | candidates)
    leaks = candidates.copy()  # the first and the last slice of the box always leak
    leaks[1:-1] &= background[:-2] | background[2:]
    task.progress(0.7, tr("Filling holes"))
    parts, count = ndimage.label(candidates)
    task.progress(0.9, tr("Filling holes"))
    is_hole = np.ones(count + 1, np.bool_)
    is_hole[0] = False
    is_hole[parts[leaks]] = False
    return np.take(is_hole, parts)
