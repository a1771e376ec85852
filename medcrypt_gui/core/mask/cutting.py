"""Cutting through the mask along the line of sight: what an outline in one slice means in all the others."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.mask.box import Box, box_shape, common, union, within
from medcrypt_gui.core.mask.outlined import PlanePoint, seen_through, slice_box


def inside(
    geometry: Geometry,
    points: Sequence[PlanePoint],
    normal_axis: int,
    slice_number: int,
    box: Box,
    *,
    outside: bool = False,
) -> NDArray[np.bool_]:
    """The voxels of ``box`` that the outline, drawn in one slice, encloses along the line of sight.

    With ``outside`` those that it does not. A bool array of the box's shape; on grids that are not sheared it is one
    slice, repeated without being copied.
    """
    slices = box[2 - normal_axis]
    flat = [r.stop - r.start for r in box]
    flat[2 - normal_axis] = 1
    result = np.zeros(flat, np.bool_)
    for region, where, held in seen_through(geometry, points, normal_axis, slice_number, slices):
        if held != slices and result.shape != box_shape(box):
            result = np.zeros(box_shape(box), np.bool_)
        _place(result, region, slice_box(where, normal_axis, held), box, normal_axis)
    if outside:
        np.logical_not(result, out=result)
    return np.broadcast_to(result, box_shape(box))


def prism_box(
    geometry: Geometry, points: Sequence[PlanePoint], normal_axis: int, slice_number: int, slices: slice
) -> Box | None:
    """The box around what the outline encloses in these slices; None where that is nothing."""
    seen = seen_through(geometry, points, normal_axis, slice_number, slices)
    boxes = [slice_box(where, normal_axis, held) for _, where, held in seen if held.start < held.stop]
    return reduce(union, boxes) if boxes else None


def _place(result: NDArray[np.bool_], region: NDArray[np.bool_], where: Box, box: Box, normal_axis: int) -> None:
    """Write a plane's region into ``result``, which covers ``box``, as far as it lies in there."""
    across = 2 - normal_axis
    planes = np.expand_dims(region, across)
    both = common(where, box)
    if both is None:
        return
    target, source = list(within(both, box)), list(within(both, where))
    source[across] = slice(0, 1)
    if result.shape[across] == 1:
        target[across] = slice(0, 1)
    result[tuple(target)] = planes[tuple(source)]
