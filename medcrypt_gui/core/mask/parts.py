"""The connected parts of a region. Voxels are connected by faces; those that touch at an edge or a corner are not.

Each slice is taken apart by OpenCV and the pieces are joined across slices, which is faster than labelling in space at
once and can be cancelled at every slice.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.language import tr
from medcrypt_gui.core.mask.box import Box
from medcrypt_gui.core.task import TaskContext

_REPORT_EVERY = 16  # slices


@dataclass(frozen=True, eq=False)
class Parts:
    """``pieces`` is ``(Z, Y, X)`` int32, 0 outside the region, of the shape of ``box``; ``part_of`` says for each piece
    of a slice which part it belongs to, from 1 on, and ``voxels`` how large each part is (0 for the first, nothing)."""

    box: Box
    pieces: NDArray[np.int32]
    part_of: NDArray[np.int32]
    voxels: NDArray[np.int64]

    @property
    def by_size(self) -> NDArray[np.int64]:
        """The numbers of the parts, largest first; of parts as large as each other the one of lower slices first."""
        return 1 + np.argsort(-self.voxels[1:], kind="stable")

    def at(self, index_xyz: tuple[int, int, int]) -> int:
        """The part that a voxel of the grid belongs to; 0 for none."""
        place = [index - r.start for index, r in zip(index_xyz[::-1], self.box, strict=True)]
        if any(not 0 <= p < n for p, n in zip(place, self.pieces.shape, strict=True)):
            return 0
        return int(self.part_of[self.pieces[place[0], place[1], place[2]]])

    def region(self, numbers: NDArray[np.int64] | list[int], task: TaskContext) -> NDArray[np.bool_]:
        """The voxels of these parts, of the shape of the box. Raises `Cancelled`."""
        wanted = np.zeros(len(self.voxels), np.bool_)
        wanted[numbers] = True
        wanted[0] = False
        of_piece = wanted[self.part_of]
        made = np.empty(self.pieces.shape, np.bool_)
        for z, pieces in enumerate(self.pieces):
            task.checkpoint()
            np.take(of_piece, pieces, out=made[z])
        return made


def parts_of(region: NDArray[np.bool_], box: Box, task: TaskContext) -> Parts:
    """The parts of ``region`` ``(Z, Y, X)``, which fills ``box``. Raises `Cancelled`."""
    from scipy.sparse import coo_matrix  # SciPy takes half a second to load
    from scipy.sparse.csgraph import connected_components

    pieces = np.zeros(region.shape, np.int32)
    sizes: list[NDArray[np.int64]] = [np.zeros(1, np.int64)]
    joined: list[NDArray[np.int64]] = []
    count = 0
    for z, plane in enumerate(region):
        if z % _REPORT_EVERY == 0:
            task.progress(0.9 * z / len(region), tr("Finding the parts"))
        voxels = np.ascontiguousarray(plane).view(np.uint8)
        x, y, width, height = cv2.boundingRect(voxels)
        if width == 0:
            continue
        here = slice(y, y + height), slice(x, x + width)
        found, numbers, statistics, _ = cv2.connectedComponentsWithStats(
            np.ascontiguousarray(voxels[here]), connectivity=4, ltype=cv2.CV_32S
        )
        np.add(numbers, count, out=pieces[z][here], where=plane[here])
        sizes.append(statistics[1:, cv2.CC_STAT_AREA].astype(np.int64))
        count += found - 1
        if z > 0:
            joined.append(_touching(pieces[z - 1][here], pieces[z][here]))
    task.progress(0.95, tr("Joining the parts"))
    pairs = np.concatenate(joined) if joined else np.zeros((0, 2), np.int64)
    graph = coo_matrix((np.ones(len(pairs), np.bool_), (pairs[:, 0], pairs[:, 1])), shape=(count + 1, count + 1))
    _, part_of = connected_components(graph, directed=False)  # the background, piece 0, is joined with nothing: part 0
    part_of = part_of.astype(np.int32)
    of_parts = np.bincount(part_of, weights=np.concatenate(sizes)).astype(np.int64)
    return Parts(box, pieces, part_of, of_parts)


def _touching(below: NDArray[np.int32], above: NDArray[np.int32]) -> NDArray[np.int64]:
    """Which pieces of two neighbouring slices lie over each other, ``(n, 2)``."""
    both = (below > 0) & (above > 0)
    keys = (below[both].astype(np.int64) << 32) | above[both]
    if keys.size == 0:
        return np.zeros((0, 2), np.int64)
    first = np.concatenate(([True], keys[1:] != keys[:-1]))  # along a row they repeat: sorting is for what is left
    unique = np.unique(keys[first])
    return np.stack((unique >> 32, unique & 0xFFFFFFFF), axis=1)
