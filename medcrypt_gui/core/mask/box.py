"""Boxes of voxels: half-open ranges along ``(Z, Y, X)``, and what is reckoned with them."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.imaging.geometry import Geometry

Box: TypeAlias = tuple[slice, slice, slice]
"""Half-open ranges along ``(Z, Y, X)``, each with explicit start and stop and step 1."""

NOWHERE: Box = (slice(0, 0), slice(0, 0), slice(0, 0))
"""The box without a voxel."""


def box_shape(box: Box) -> tuple[int, int, int]:
    """The sizes ``(Z, Y, X)`` of a box."""
    z, y, x = box
    return z.stop - z.start, y.stop - y.start, x.stop - x.start


def whole_box(shape: tuple[int, int, int]) -> Box:
    """The box of the whole grid."""
    return slice(0, shape[0]), slice(0, shape[1]), slice(0, shape[2])


def slices_box(shape: tuple[int, int, int], axis: int, slices: slice) -> Box:
    """The whole of these slices across ``axis`` of ``(Z, Y, X)``."""
    ranges = list(whole_box(shape))
    ranges[axis] = slices
    return _box(ranges)


def union(first: Box, second: Box) -> Box:
    """The smallest box around both."""
    return _box(slice(min(a.start, b.start), max(a.stop, b.stop)) for a, b in zip(first, second, strict=True))


def contains(outer: Box, inner: Box) -> bool:
    return all(a.start <= b.start and b.stop <= a.stop for a, b in zip(outer, inner, strict=True))


def within(inner: Box, outer: Box) -> Box:
    """``inner`` as ranges into an array that covers ``outer``."""
    return _box(slice(b.start - a.start, b.stop - a.start) for a, b in zip(outer, inner, strict=True))


def shifted(box: Box, outer: Box) -> Box:
    """A box given as ranges into an array that covers ``outer``, as ranges of the grid; the inverse of `within`."""
    return _box(slice(r.start + o.start, r.stop + o.start) for r, o in zip(box, outer, strict=True))


def common(first: Box, second: Box) -> Box | None:
    """What both have; None where that is no voxel."""
    both = _box(slice(max(a.start, b.start), min(a.stop, b.stop)) for a, b in zip(first, second, strict=True))
    return both if min(box_shape(both)) > 0 else None


def grown(box: Box, margins: tuple[int, int, int], shape: tuple[int, int, int]) -> Box:
    """The box with so many voxels more on both sides along ``(Z, Y, X)``, kept inside the grid."""
    return _box(
        slice(max(r.start - margin, 0), min(r.stop + margin, n))
        for r, margin, n in zip(box, margins, shape, strict=True)
    )


def grown_mm(box: Box, margin_mm: float, geometry: Geometry) -> Box:
    """The box with at least ``margin_mm`` more on every side, kept inside the grid."""
    x, y, z = (math.ceil(margin_mm / step) for step in geometry.spacing_mm)
    return grown(box, (z, y, x), geometry.shape)


def bounding_box(region: NDArray[np.bool_] | NDArray[np.uint8]) -> Box | None:
    """The smallest box around the nonzero voxels of ``region`` ``(Z, Y, X)``; None when there are none."""
    rows = np.any(region, axis=2)  # one pass over the voxels; the rest works on this projection
    zs, ys = np.flatnonzero(rows.any(axis=1)), np.flatnonzero(rows.any(axis=0))
    if zs.size == 0:
        return None
    z, y = slice(int(zs[0]), int(zs[-1]) + 1), slice(int(ys[0]), int(ys[-1]) + 1)
    xs = np.flatnonzero(np.any(region[z, y], axis=(0, 1)))
    return z, y, slice(int(xs[0]), int(xs[-1]) + 1)


def _box(ranges: Iterable[slice]) -> Box:
    z, y, x = ranges
    return z, y, x
