"""The outline of a region in one slice, along the edges of its pixels: filling it gives exactly the region back.

Parts that touch at a corner only have outlines of their own. A hole is joined to what surrounds it by a cut that is
gone along forth and back (the keyhole of DICOM PS3.3 C.8.8.6.3), so that one closed line is all of a part.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

_RIGHT, _DOWN, _LEFT, _UP = range(4)


def outlines(region: NDArray[np.bool_]) -> list[NDArray[np.float64]]:
    """For each part of ``region`` ``(Y, X)`` one closed line, ``(N, 2)`` column and row of its corners.

    Pixel centres lie at whole numbers, corners between them, so no centre lies on a line. The first corner is not
    repeated at the end.
    """
    rows, columns = np.flatnonzero(region.any(axis=1)), np.flatnonzero(region.any(axis=0))
    if not rows.size:
        return []
    top, left = rows[0], columns[0]
    edges = _Edges.around(region[top : rows[-1] + 1, left : columns[-1] + 1])
    lines = (_corners(np.array(line), edges.width) for line in _joined(edges))
    return [line + np.array([left - 0.5, top - 0.5]) for line in lines]


@dataclass(frozen=True, eq=False)
class _Edges:
    """The sides of pixels where a region ends, walked with the region on the right.

    A corner is named by ``row * width + column``. ``start`` and ``next`` hold for each edge its first corner and the
    edge that follows; ``part`` the number of its part of the region.
    """

    start: NDArray[np.int64]
    next: NDArray[np.int64]
    part: NDArray[np.int64]
    width: int

    @classmethod
    def around(cls, region: NDArray[np.bool_]) -> _Edges:
        _count, parts = cv2.connectedComponents(region.astype(np.uint8), connectivity=4)
        padded = np.pad(region, 1)
        inner = padded[1:-1, 1:-1]
        width = region.shape[1] + 1
        starts, ends, directions, of_part = [], [], [], []
        sides = (
            (_RIGHT, padded[:-2, 1:-1], (0, 0), (0, 1)),
            (_DOWN, padded[1:-1, 2:], (0, 1), (1, 1)),
            (_LEFT, padded[2:, 1:-1], (1, 1), (1, 0)),
            (_UP, padded[1:-1, :-2], (1, 0), (0, 0)),
        )
        for towards, beside, first, last in sides:
            rows, columns = np.nonzero(inner & ~beside)
            starts.append((rows + first[0]) * width + columns + first[1])
            ends.append((rows + last[0]) * width + columns + last[1])
            directions.append(np.full(rows.size, towards))
            of_part.append(parts[rows, columns])
        start, end, direction = map(np.concatenate, (starts, ends, directions))
        edge_at = np.full((width * (region.shape[0] + 1), 4), -1, np.int32)
        edge_at[start, direction] = np.arange(start.size)
        following = np.full(start.size, -1)
        for turn in (3, 0, 1):  # to the right is written last: at a corner where parts touch, each keeps to itself
            found = edge_at[end, (direction + turn) % 4]
            following = np.where(found >= 0, found, following)
        return cls(start, following, np.concatenate(of_part).astype(np.int64), width)


def _joined(edges: _Edges) -> list[list[int]]:
    """One line a part, as corners; holes are joined to it."""
    outer: dict[int, list[int]] = {}
    holes: list[tuple[int, list[int], int]] = []
    starts, parts = edges.start.tolist(), edges.part.tolist()
    for loop in _loops(edges.next.tolist()):
        corners = [starts[edge] for edge in loop]
        # Walked with the region on the right, an outer line runs to the right in its highest row, a hole down.
        highest = min(range(len(corners)), key=corners.__getitem__)
        if corners[(highest + 1) % len(corners)] == corners[highest] + 1:
            outer[parts[loop[0]]] = corners
        else:
            holes.append((corners[highest], corners[highest:] + corners[:highest], parts[loop[0]]))
    occupied = np.unique(edges.start) if holes else edges.start
    # From the highest, leftmost corner of a hole the cut goes left, to the line of a hole joined before or the outer.
    for first, corners, part in sorted(holes):
        met = int(occupied[np.searchsorted(occupied, first) - 1])
        line = outer[part]
        at = line.index(met)
        line[at + 1 : at + 1] = [*corners, first, met]
    return list(outer.values())


def _loops(following: list[int]) -> list[list[int]]:
    seen = bytearray(len(following))
    loops = []
    for first in range(len(following)):
        if seen[first]:
            continue
        loop, edge = [], first
        while not seen[edge]:
            seen[edge] = 1
            loop.append(edge)
            edge = following[edge]
        loops.append(loop)
    return loops


def _corners(line: NDArray[np.int64], width: int) -> NDArray[np.float64]:
    """``(N, 2)`` column and row, without the corners at which a line goes straight on."""
    places = np.stack([line % width, line // width], axis=1).astype(np.float64)
    ahead = np.sign(np.roll(places, -1, axis=0) - places)
    return places[(ahead != np.roll(ahead, 1, axis=0)).any(axis=1)]
