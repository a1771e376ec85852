"""One change of the mask: where, what was there, what is there now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.mask.labels import LabelTable

Box: TypeAlias = tuple[slice, slice, slice]
"""Half-open ranges along ``(Z, Y, X)``, each with explicit start and stop and step 1."""


@dataclass(frozen=True, eq=False)
class MaskEdit:
    """What one edit did inside ``box``: labels ``before`` and ``after``, uint8, of the box's shape.

    ``tables`` are the label tables before and after, where the edit made, changed or removed a label.
    """

    box: Box
    before: NDArray[np.uint8]
    after: NDArray[np.uint8]
    tables: tuple[LabelTable, LabelTable] | None = None

    def __post_init__(self) -> None:
        if not self.before.shape == self.after.shape == box_shape(self.box):
            raise ValueError(f"labels {self.before.shape} and {self.after.shape} do not fill the box {self.box}")

    @property
    def is_noop(self) -> bool:
        same = (np.array_equal(*slices) for slices in zip(self.before, self.after, strict=True))
        return self.tables is None and all(same)  # which ends at the first slice that differs


NOWHERE: Box = (slice(0, 0), slice(0, 0), slice(0, 0))
"""The box without a voxel."""


def box_shape(box: Box) -> tuple[int, int, int]:
    """The sizes ``(Z, Y, X)`` of a box."""
    z, y, x = box
    return z.stop - z.start, y.stop - y.start, x.stop - x.start


def whole_box(shape: tuple[int, int, int]) -> Box:
    """The box of the whole grid."""
    return slice(0, shape[0]), slice(0, shape[1]), slice(0, shape[2])


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


def grown(box: Box, margin: int, shape: tuple[int, int, int]) -> Box:
    """The box with ``margin`` voxels more on every side, kept inside the grid."""
    return _box(slice(max(r.start - margin, 0), min(r.stop + margin, n)) for r, n in zip(box, shape, strict=True))


def grown_mm(box: Box, margin_mm: float, geometry: Geometry) -> Box:
    """The box with at least ``margin_mm`` more on every side, kept inside the grid."""
    margins = (int(np.ceil(margin_mm / step)) for step in geometry.spacing_mm[::-1])
    return _box(
        slice(max(r.start - margin, 0), min(r.stop + margin, n))
        for r, margin, n in zip(box, margins, geometry.shape, strict=True)
    )


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
