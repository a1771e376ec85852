"""Which voxels an outline encloses: in one slice, and through the slices along the line of sight."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.shear import is_sheared
from medcrypt_gui.core.mask.box import Box
from medcrypt_gui.core.mask.fill_contours import fill_contours

PlanePoint = tuple[float, float]
"""A place in a slice: its indices along the two axes of the slice, in the order of `plane_axes`."""


def plane_axes(normal_axis: int) -> tuple[int, int]:
    """The two index axes (0 x, 1 y, 2 z) of slices across ``normal_axis``, columns first."""
    first, second = (axis for axis in range(3) if axis != normal_axis)
    return first, second


def plane_point(index_xyz: Sequence[float], normal_axis: int) -> PlanePoint:
    first, second = plane_axes(normal_axis)
    return index_xyz[first], index_xyz[second]


def index_of(point: PlanePoint, normal_axis: int, slice_number: float) -> tuple[float, float, float]:
    """The index ``(x, y, z)`` of a place in a slice."""
    index = [slice_number, slice_number, slice_number]
    first, second = plane_axes(normal_axis)
    index[first], index[second] = point
    return index[0], index[1], index[2]


def enclosed(
    points: Sequence[PlanePoint], size: tuple[int, int], thin: bool = True
) -> tuple[NDArray[np.bool_], tuple[slice, slice]] | None:
    """The pixels whose centres a closed outline encloses by the even-odd rule, and the rows and columns they fill.

    ``points`` are (column, row), pixel centres at whole numbers; ``size`` is that of the plane, ``(rows, columns)``. An
    outline so thin that it holds no centre gives the pixels under its line, unless ``thin`` is False. None where all
    lies outside the plane.
    """
    corners = np.asarray(points, np.float64)
    columns, rows = corners.T
    where = _covered(rows, size[0]), _covered(columns, size[1])
    if any(r.stop <= r.start for r in where):
        return None
    inner = corners - (where[1].start, where[0].start)
    region = fill_contours([inner], _size(where))
    if thin and not region.any():
        _mark_line(region, inner[:, 0], inner[:, 1])
    return (region, where) if region.any() else None


def slice_box(where: tuple[slice, slice], normal_axis: int, slices: slice) -> Box:
    """The box of rows and columns of these slices across ``normal_axis``."""
    ranges = [slices, slices, slices]
    first, second = plane_axes(normal_axis)
    ranges[2 - second], ranges[2 - first] = where
    return ranges[0], ranges[1], ranges[2]


def plane_size(geometry: Geometry, normal_axis: int) -> tuple[int, int]:
    """Rows and columns of the slices across ``normal_axis``."""
    first, second = plane_axes(normal_axis)
    return geometry.shape[2 - second], geometry.shape[2 - first]


def pixel_under(geometry: Geometry, index_xyz: Sequence[float], normal_axis: int) -> tuple[int, int] | None:
    """Row and column, within its slice across ``normal_axis``, of the voxel at a place; None outside the grid."""
    x, y, z = (math.floor(index + 0.5) for index in index_xyz)
    if not all(0 <= at < n for at, n in zip((z, y, x), geometry.shape, strict=True)):
        return None
    column, row = (int(one) for one in plane_point((x, y, z), normal_axis))
    return row, column


def in_slice(
    geometry: Geometry, points: Sequence[PlanePoint], normal_axis: int, slice_number: int
) -> tuple[NDArray[np.bool_], Box] | None:
    """What the outline encloses in one slice, as a region and its box; None where it lies outside the grid."""
    if not 0 <= slice_number < geometry.shape[2 - normal_axis]:
        return None
    found = enclosed(points, plane_size(geometry, normal_axis))
    if found is None:
        return None
    region, where = found
    box = slice_box(where, normal_axis, slice(slice_number, slice_number + 1))
    return np.expand_dims(region, 2 - normal_axis), box


def line_of_sight(geometry: Geometry, normal_axis: int) -> PlanePoint:
    """How far a line at right angles to the slices moves within them from one slice to the next, in voxels.

    Zero unless the grid is sheared across the slices.
    """
    if not is_sheared(geometry):
        return 0.0, 0.0
    columns = geometry.affine_lps[:3, :3]
    first, second = plane_axes(normal_axis)
    normal = np.cross(columns[:, first], columns[:, second])
    across = np.linalg.solve(columns, normal)
    return float(across[first] / across[normal_axis]), float(across[second] / across[normal_axis])


def seen_through(
    geometry: Geometry, points: Sequence[PlanePoint], normal_axis: int, slice_number: int, slices: slice
) -> Iterator[tuple[NDArray[np.bool_], tuple[slice, slice], slice]]:
    """What an outline drawn in one slice encloses in each of ``slices``, along the line of sight.

    Gives regions ``(rows, columns)``, the rows and columns they fill, and for which slices they hold: for all of them
    at once on grids that are not sheared.
    """
    size = plane_size(geometry, normal_axis)
    du, dv = line_of_sight(geometry, normal_axis)
    if (du, dv) == (0.0, 0.0):
        found = enclosed(points, size)
        if found is not None:
            yield (*found, slices)
        return
    for n in range(slices.start, slices.stop):
        off = n - slice_number
        found = enclosed([(u + du * off, v + dv * off) for u, v in points], size)
        if found is not None:
            yield (*found, slice(n, n + 1))


def _covered(places: NDArray[np.float64], n: int) -> slice:
    low = int(np.clip(np.floor(places.min() + 0.5), 0, n))
    return slice(low, int(np.clip(np.floor(places.max() + 0.5) + 1, low, n)))


def _size(where: tuple[slice, slice]) -> tuple[int, int]:
    return where[0].stop - where[0].start, where[1].stop - where[1].start


def _mark_line(region: NDArray[np.bool_], columns: NDArray[np.float64], rows: NDArray[np.float64]) -> None:
    """Set the pixels that the closed line passes through."""
    for n in range(len(rows)):
        start = np.array([rows[n - 1], columns[n - 1]])
        way = np.array([rows[n], columns[n]]) - start
        steps = max(1, int(np.ceil(np.abs(way).max() * 2)))
        pixels = np.floor(start + way * np.linspace(0.0, 1.0, steps + 1)[:, None] + 0.5).astype(int)
        inside = ((pixels >= 0) & (pixels < region.shape)).all(axis=1)
        region[tuple(pixels[inside].T)] = True
