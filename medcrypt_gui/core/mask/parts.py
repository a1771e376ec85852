"""The connected parts of a region. Voxels are connected by faces; those that touch at an edge or a corner are not.

Each slice is taken apart by OpenCV and the pieces are joined across slices, which is faster than labelling in space at
once and can be cancelled at every slice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.language import tr
from medcrypt_gui.core.mask.box import Box, box_shape
from medcrypt_gui.core.task import TaskContext

_REPORT_EVERY = 16  # slices

_Numbers: TypeAlias = NDArray[np.uint16] | NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class _Pieces:
    """The pieces of one slice: ``numbers`` are 0 outside and count on from ``first`` inside; they fill ``place``."""

    place: tuple[slice, slice]
    numbers: _Numbers
    first: int
    sizes: NDArray[np.int64]

    def at(self, y: int, x: int) -> int:
        """The piece of a voxel of the slice, counted through all slices; 0 outside."""
        row, column = y - self.place[0].start, x - self.place[1].start
        inside = 0 <= row < self.numbers.shape[0] and 0 <= column < self.numbers.shape[1]
        number = int(self.numbers[row, column]) if inside else 0
        return number + self.first - 1 if number else 0

    def part(self, rows: slice, columns: slice) -> _Numbers:
        """The numbers in these rows and columns of the slice, which lie inside ``place``."""
        top, left = (one.start for one in self.place)
        return self.numbers[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left]


@dataclass(frozen=True, eq=False)
class Parts:
    """The parts of what was looked at inside ``box``, numbered from 1 on.

    ``voxels`` says how large each part is (0 for the first, nothing), ``part_of`` to which part each piece of a slice
    belongs.
    """

    box: Box
    part_of: NDArray[np.int32]
    voxels: NDArray[np.int64]
    _slices: tuple[_Pieces | None, ...]

    @property
    def by_size(self) -> NDArray[np.int64]:
        """The numbers of the parts, largest first; of parts as large as each other the one of lower slices first."""
        return 1 + np.argsort(-self.voxels[1:], kind="stable")

    def at(self, index_xyz: tuple[int, int, int]) -> int:
        """The part that a voxel of the grid belongs to; 0 for none."""
        z, y, x = (index - r.start for index, r in zip(index_xyz[::-1], self.box, strict=True))
        pieces = self._slices[z] if 0 <= z < len(self._slices) else None
        return int(self.part_of[pieces.at(y, x)]) if pieces is not None else 0

    def within(self, z: int, region: NDArray[np.bool_]) -> NDArray[np.int32]:
        """The numbers of the parts that reach into ``region``, which fills slice ``z`` of the box."""
        pieces = self._slices[z]
        if pieces is None:
            return np.zeros(0, np.int32)
        numbers = pieces.numbers[region[pieces.place]]
        return self.part_of[np.unique(numbers[numbers > 0]).astype(np.int64) + (pieces.first - 1)]

    def region(self, numbers: NDArray[np.int64] | list[int], task: TaskContext) -> NDArray[np.bool_]:
        """The voxels of these parts, of the shape of the box. Raises `Cancelled`."""
        made = np.zeros(box_shape(self.box), np.bool_)
        self.write(numbers, made, task)
        return made

    def write(self, numbers: NDArray[np.int64] | list[int], region: NDArray[np.bool_], task: TaskContext) -> None:
        """Mark the voxels of these parts in ``region``, which fills the box, and unmark those of all other parts."""
        wanted = np.zeros(len(self.voxels), np.bool_)
        wanted[numbers] = True
        of_piece = wanted[self.part_of]
        for plane, pieces in zip(region, self._slices, strict=True):
            task.checkpoint()
            if pieces is not None:
                inside = pieces.numbers > 0
                plane[pieces.place][inside] = of_piece[pieces.first :][pieces.numbers[inside] - 1]


def parts_of(region: NDArray[np.bool_], box: Box, task: TaskContext) -> Parts:
    """The parts of ``region`` ``(Z, Y, X)``, which fills ``box``. Raises `Cancelled`."""
    from scipy.sparse import coo_matrix  # SciPy takes half a second to load
    from scipy.sparse.csgraph import connected_components

    slices: list[_Pieces | None] = []
    joined: list[NDArray[np.int64]] = [np.zeros((0, 2), np.int64)]
    count = 0
    for z, plane in enumerate(region):
        if z % _REPORT_EVERY == 0:
            task.progress(0.9 * z / len(region), tr("Finding the parts"))
        pieces = _pieces_of(plane, count + 1)
        if pieces is not None:
            count += len(pieces.sizes)
            below = slices[-1] if slices else None
            if below is not None:
                joined.append(_touching(below, pieces))
        slices.append(pieces)
    task.progress(0.95, tr("Joining the parts"))
    pairs = np.concatenate(joined)
    graph = coo_matrix((np.ones(len(pairs), np.bool_), (pairs[:, 0], pairs[:, 1])), shape=(count + 1, count + 1))
    _, part_of = connected_components(graph, directed=False)  # the background, piece 0, is joined with nothing: part 0
    sizes = np.concatenate([np.zeros(1, np.int64), *(pieces.sizes for pieces in slices if pieces is not None)])
    of_parts = np.bincount(part_of, weights=sizes).astype(np.int64)
    return Parts(box, part_of.astype(np.int32), of_parts, tuple(slices))


def _pieces_of(plane: NDArray[np.bool_], first: int) -> _Pieces | None:
    """The pieces of a slice; None where it is empty. Without OpenCV's statistics, which take five times as long."""
    voxels = np.ascontiguousarray(plane).view(np.uint8)
    x, y, width, height = cv2.boundingRect(voxels)
    if width == 0:
        return None
    place = slice(y, y + height), slice(x, x + width)
    found, numbers = cv2.connectedComponents(np.ascontiguousarray(voxels[place]), connectivity=4, ltype=cv2.CV_32S)
    small = found <= np.iinfo(np.uint16).max
    kept: _Numbers = numbers.astype(np.uint16) if small else np.asarray(numbers, np.int32)
    sizes = np.bincount(kept[kept > 0], minlength=found)[1:].astype(np.int64)
    return _Pieces(place, kept, first, sizes)


def _touching(below: _Pieces, above: _Pieces) -> NDArray[np.int64]:
    """Which pieces of two neighbouring slices lie over each other, ``(n, 2)``."""
    rows, columns = (
        slice(max(a.start, b.start), min(a.stop, b.stop)) for a, b in zip(below.place, above.place, strict=True)
    )
    if rows.start >= rows.stop or columns.start >= columns.stop:
        return np.zeros((0, 2), np.int64)
    lower, upper = below.part(rows, columns), above.part(rows, columns)
    both = (lower > 0) & (upper > 0)
    keys = (lower[both].astype(np.int64) << 32) | upper[both]
    if keys.size == 0:
        return np.zeros((0, 2), np.int64)
    first = np.concatenate(([True], keys[1:] != keys[:-1]))  # along a row they repeat: sorting is for what is left
    unique = np.unique(keys[first])
    return np.stack(((unique >> 32) + (below.first - 1), (unique & 0xFFFFFFFF) + (above.first - 1)), axis=1)
