"""Which voxels lie within some millimetres of a region: exact on every grid, however flat or sheared its voxels are.

Distances are those of voxel centres. Where columns, rows and slices stand at right angles and pixels are square, each
slice's distances are OpenCV's, and slices are joined by Pythagoras; elsewhere the ellipsoid of offsets that are near
enough is taken row by row. Both can be cancelled at every slice.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.mask.box import Box, grown
from medcrypt_gui.core.task import TaskContext

_TOLERANCE_MM = 1e-4  # so that a voxel at exactly the distance belongs, whatever rounding says
_REPORT_EVERY = 8


def box_within(box: Box, radius_mm: float, geometry: Geometry) -> Box:
    """The box with all voxels that can lie within the radius of it, kept inside the grid."""
    x, y, z = (math.floor((radius_mm + _TOLERANCE_MM) / step) for step in geometry.slice_distance_mm)
    return grown(box, (z, y, x), geometry.shape)


def near(region: NDArray[np.bool_], geometry: Geometry, radius_mm: float, task: TaskContext) -> NDArray[np.bool_]:
    """The voxels within ``radius_mm`` of a voxel of ``region`` ``(Z, Y, X)``, itself included.

    Of ``geometry`` only the directions and lengths of the axes count; the region may be a part of its grid. Raises
    `Cancelled`.
    """
    if _is_square(geometry):
        return _near_by_slices(region, geometry, radius_mm + _TOLERANCE_MM, task)
    return _near_by_rows(region, geometry, radius_mm + _TOLERANCE_MM, task)


def reached_mm(geometry: Geometry, radius_mm: float) -> tuple[float, float, float]:
    """How far a region really grows along columns (x), rows (y) and through slices (z): whole voxels only."""
    x, y, z = (math.floor((radius_mm + _TOLERANCE_MM) / step) * step for step in geometry.spacing_mm)
    return x, y, z


def _is_square(geometry: Geometry) -> bool:
    axes = geometry.affine_lps[:3, :3]
    lengths = np.linalg.norm(axes, axis=0)
    cosines = (axes.T @ axes) / np.outer(lengths, lengths)
    return bool(np.abs(cosines - np.eye(3)).max() < 1e-6 and abs(lengths[0] / lengths[1] - 1) < 1e-5)


def _near_by_slices(
    region: NDArray[np.bool_], geometry: Geometry, radius_mm: float, task: TaskContext
) -> NDArray[np.bool_]:
    pixel_mm, _, step_mm = geometry.spacing_mm
    reach = math.floor(radius_mm / step_mm)
    # Squared distances in the plane, in pixels, that are near enough so many slices away.
    limits = [(radius_mm**2 - (n * step_mm) ** 2) / pixel_mm**2 for n in range(reach + 1)]
    made = np.zeros_like(region)
    for z, plane in enumerate(region):
        if z % _REPORT_EVERY == 0:
            task.progress(z / len(region), tr("Measuring distances"))
        if not plane.any():
            continue
        away = cv2.distanceTransform(np.ascontiguousarray(~plane).view(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
        for n, limit in enumerate(limits):
            inside = away <= math.sqrt(max(limit, 0.0))
            for other in {z - n, z + n}:
                if 0 <= other < len(region):
                    made[other] |= inside
    return made


def _near_by_rows(
    region: NDArray[np.bool_], geometry: Geometry, radius_mm: float, task: TaskContext
) -> NDArray[np.bool_]:
    width = region.shape[2]
    offsets = list(_rows_of_ellipsoid(geometry, radius_mm))
    lowest, highest = min(o[2] for o in offsets), max(o[3] for o in offsets)
    made = np.zeros_like(region)
    for z, plane in enumerate(region):
        if z % _REPORT_EVERY == 0:
            task.progress(z / len(region), tr("Measuring distances"))
        task.checkpoint()
        rows = np.flatnonzero(plane.any(axis=1))
        if rows.size == 0:
            continue
        top, bottom = int(rows[0]), int(rows[-1]) + 1
        padded = np.pad(plane[top:bottom], ((0, 0), (highest + 1, -lowest)))
        before = np.cumsum(padded, axis=1, dtype=np.int32)  # how many voxels of the region up to here
        for dz, dy, first, last in offsets:
            if not 0 <= z + dz < len(region):
                continue
            start, stop = max(top + dy, 0), min(bottom + dy, region.shape[1])
            if start >= stop:
                continue
            counted = before[start - dy - top : stop - dy - top]
            # The voxel x is near where the region has one from x - last to x - first.
            up_to = counted[:, highest + 1 - first :][:, :width]
            less = counted[:, highest - last :][:, :width]
            made[z + dz, start:stop] |= up_to > less
    return made


def _rows_of_ellipsoid(geometry: Geometry, radius_mm: float) -> Iterator[tuple[int, int, int, int]]:
    """The index offsets whose length is at most the radius: ``(dz, dy, first dx, last dx)``."""
    metric = geometry.affine_lps[:3, :3].T @ geometry.affine_lps[:3, :3]
    _, reach_y, reach_z = (math.floor(radius_mm / step) for step in geometry.slice_distance_mm)
    for dz in range(-reach_z, reach_z + 1):
        for dy in range(-reach_y, reach_y + 1):
            # metric_xx dx^2 + 2 b dx + c <= radius^2
            b = metric[0, 1] * dy + metric[0, 2] * dz
            c = metric[1, 1] * dy * dy + 2 * metric[1, 2] * dy * dz + metric[2, 2] * dz * dz
            room = b * b - metric[0, 0] * (c - radius_mm**2)
            if room >= 0:
                first = math.ceil((-b - math.sqrt(room)) / metric[0, 0])
                last = math.floor((-b + math.sqrt(room)) / metric[0, 0])
                if first <= last:
                    yield dz, dy, first, last
