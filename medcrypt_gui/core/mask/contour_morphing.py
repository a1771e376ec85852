"""The shape between two drawn shapes of one plane: by signed distances, part by part, so that none gets lost.

Distances to the outline are mixed in proportion to how near each drawn slice is (Raya and Udupa, IEEE Trans. Med.
Imaging 9, 1990, 32-42). Alone that loses shapes which move by more than their size from one drawn slice to the next,
and tears branches; so, as Albu et al. do (Computer Methods and Programs in Biomedicine 89, 2008, 197-208), parts are
matched first, those that move are laid over each other, those that branch are divided among their branches, and a part
without a match shrinks to nothing half way.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.bool_]
Distances = NDArray[np.float32]

_MOST_PARTS = 16  # with more, specks are drawn rather than shapes, and distances alone must do
_REACH = 2.0  # parts that do not overlap match within so many diameters of the smaller, or slice distances


@dataclass(frozen=True)
class Grid2D:
    """Pixel size ``(rows, columns)`` in mm, and the distance of the two drawn slices in mm."""

    pixel_mm: tuple[float, float]
    gap_mm: float


@dataclass(frozen=True, eq=False)
class Morph:
    """One shape turning into another: their signed distances (mm, inside positive), and how far it moves meanwhile.

    ``shift`` is in pixels ``(row, column)``. With ``last`` None the first shape shrinks to nothing half way.
    """

    first: Distances
    last: Distances | None
    shift: tuple[float, float] = (0.0, 0.0)

    def at(self, t: float) -> Plane:
        """The shape at ``t``, 0 the first to 1 the last."""
        if self.last is None:
            return np.asarray(self.first > 2 * t * float(self.first.max()))
        rows, columns = self.shift
        a = _moved(self.first, t * rows, t * columns)
        b = _moved(self.last, (t - 1) * rows, (t - 1) * columns)
        return np.asarray((1 - t) * a + t * b > 0)


def morphs(first: Plane, last: Plane, grid: Grid2D) -> Iterator[tuple[Morph, bool]]:
    """What leads from one drawn plane to the next; the shape between is the union of them.

    The second of each pair says that time runs backwards: what has no match in ``first`` grows from nothing.
    """
    parts_a, parts_b = _parts(first), _parts(last)
    if max(len(parts_a), len(parts_b)) > _MOST_PARTS:
        yield Morph(signed_distance(first, grid.pixel_mm), signed_distance(last, grid.pixel_mm)), False
        return
    matches = _matches(parts_a, parts_b, grid)
    for i, part in enumerate(parts_a):
        if not any(i == a for a, _ in matches):
            yield Morph(signed_distance(part, grid.pixel_mm), None), False
    for j, part in enumerate(parts_b):
        if not any(j == b for _, b in matches):
            yield Morph(signed_distance(part, grid.pixel_mm), None), True
    for these_a, these_b in _families(matches):
        yield from ((morph, False) for morph in _family(parts_a, parts_b, these_a, these_b, matches, grid))


def signed_distance(region: Plane, pixel_mm: tuple[float, float]) -> Distances:
    """How far each pixel is from the outline in mm, inside positive; the outline lies between pixels."""
    if not region.any():
        return np.full(region.shape, -np.inf, np.float32)
    inside, outside = _distance(region, pixel_mm, beyond=0), _distance(~region, pixel_mm, beyond=1)
    half = min(pixel_mm) / 2
    return np.where(region, inside - half, half - outside).astype(np.float32)


def _distance(region: Plane, pixel_mm: tuple[float, float], beyond: int) -> NDArray[np.float32]:
    """From each pixel of the region to the nearest outside it; ``beyond`` the plane's edge is region (1) or not (0)."""
    rows, columns = pixel_mm
    padded = np.pad(region.view(np.uint8), 1, constant_values=beyond)
    if abs(rows - columns) < 1e-3 * rows:
        found = cv2.distanceTransform(padded, cv2.DIST_L2, cv2.DIST_MASK_PRECISE) * np.float32(rows)
    else:
        from scipy import ndimage  # half a second to load, and needed for oblong pixels alone

        found = ndimage.distance_transform_edt(padded, sampling=pixel_mm)
    return np.asarray(found[1:-1, 1:-1], np.float32)


def _moved(distances: Distances, rows: float, columns: float) -> Distances:
    if abs(rows) < 1e-3 and abs(columns) < 1e-3:
        return distances
    matrix = np.array([[1.0, 0.0, columns], [0.0, 1.0, rows]])
    size = distances.shape[1], distances.shape[0]
    moved = cv2.warpAffine(distances, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(moved, np.float32)


def _parts(plane: Plane) -> list[Plane]:
    count, labels = cv2.connectedComponents(plane.view(np.uint8), connectivity=8)
    return [np.asarray(labels == n) for n in range(1, count)]


def _matches(parts_a: list[Plane], parts_b: list[Plane], grid: Grid2D) -> set[tuple[int, int]]:
    """Which parts go with which: those that overlap; of the others, each with the nearest that is near enough."""
    found = {(i, j) for i, a in enumerate(parts_a) for j, b in enumerate(parts_b) if (a & b).any()}
    lonely_a = [i for i in range(len(parts_a)) if not any(i == a for a, _ in found)]
    lonely_b = [j for j in range(len(parts_b)) if not any(j == b for _, b in found)]
    if not (lonely_a or lonely_b) or not (parts_a and parts_b):
        return found
    near: set[tuple[int, int]] = set()
    for i in lonely_a:
        near |= {(i, j) for j in _nearest(parts_a[i], parts_b, lonely_b, grid)}
    for j in lonely_b:
        if not any(j == b for _, b in near):
            near |= {(i, j) for i in _nearest(parts_b[j], parts_a, lonely_a, grid)}
    return found | near


def _nearest(part: Plane, others: list[Plane], preferred: list[int], grid: Grid2D) -> list[int]:
    """The nearest of the others that is near enough, in a list of at most one; lonely ones are taken first."""
    away = -signed_distance(part, grid.pixel_mm)
    gaps = [float(away[other].min()) for other in others]
    for candidates in (preferred, range(len(others))):
        order = sorted(candidates, key=lambda n: gaps[n])
        if order and gaps[order[0]] <= _REACH * max(_diameter(part, others[order[0]], grid), grid.gap_mm):
            return order[:1]
    return []


def _diameter(one: Plane, other: Plane, grid: Grid2D) -> float:
    """Of a disc as large as the smaller of both, in mm."""
    pixels = min(np.count_nonzero(one), np.count_nonzero(other))
    return float(np.sqrt(4 / np.pi * pixels * grid.pixel_mm[0] * grid.pixel_mm[1]))


def _families(matches: set[tuple[int, int]]) -> list[tuple[list[int], list[int]]]:
    """Parts that hang together through their matches, in a fixed order."""
    families: list[tuple[set[int], set[int]]] = []
    for i, j in sorted(matches):
        mine = [family for family in families if i in family[0] or j in family[1]]
        joined = {i}.union(*(family[0] for family in mine)), {j}.union(*(family[1] for family in mine))
        families = [family for family in families if family not in mine] + [joined]
    return [(sorted(a), sorted(b)) for a, b in families]


def _family(
    parts_a: list[Plane],
    parts_b: list[Plane],
    these_a: list[int],
    these_b: list[int],
    matches: set[tuple[int, int]],
    grid: Grid2D,
) -> Iterator[Morph]:
    if len(these_a) == len(these_b) == 1:
        yield _aligned(parts_a[these_a[0]], parts_b[these_b[0]], grid)
        return
    whole_a = np.logical_or.reduce([parts_a[i] for i in these_a])
    whole_b = np.logical_or.reduce([parts_b[j] for j in these_b])
    if (whole_a & whole_b).any():
        yield Morph(signed_distance(whole_a, grid.pixel_mm), signed_distance(whole_b, grid.pixel_mm))
    for i in these_a:
        for j in these_b:
            if (i, j) in matches:
                a = _share(parts_a[i], [parts_b[n] for n in these_b if (i, n) in matches], parts_b[j], grid)
                b = _share(parts_b[j], [parts_a[n] for n in these_a if (n, j) in matches], parts_a[i], grid)
                if a.any() and b.any():
                    yield _aligned(a, b, grid)


def _share(part: Plane, partners: list[Plane], partner: Plane, grid: Grid2D) -> Plane:
    """What of a part is nearer to this partner than to its others."""
    if len(partners) == 1:
        return part
    mine = signed_distance(partner, grid.pixel_mm)
    return np.logical_and.reduce([part, *(mine >= signed_distance(one, grid.pixel_mm) for one in partners)])


def _aligned(a: Plane, b: Plane, grid: Grid2D) -> Morph:
    """One part into one: moved where that makes them overlap better than they do in place."""
    best = max(((0.0, 0.0), _between_centres(a, b)), key=lambda shift: _overlap(a, b, shift))
    if _overlap(a, b, best) == 0:
        best = _best_shift(a, b)
    return Morph(signed_distance(a, grid.pixel_mm), signed_distance(b, grid.pixel_mm), best)


def _between_centres(a: Plane, b: Plane) -> tuple[float, float]:
    (ya, xa), (yb, xb) = (np.nonzero(one) for one in (a, b))
    return float(yb.mean() - ya.mean()), float(xb.mean() - xa.mean())


def _overlap(a: Plane, b: Plane, shift: tuple[float, float]) -> int:
    rows, columns = (round(one) for one in shift)
    height, width = a.shape
    if abs(rows) >= height or abs(columns) >= width:
        return 0
    mine = a[max(-rows, 0) : height - max(rows, 0), max(-columns, 0) : width - max(columns, 0)]
    other = b[max(rows, 0) : height - max(-rows, 0), max(columns, 0) : width - max(-columns, 0)]
    return int(np.count_nonzero(mine & other))


def _best_shift(a: Plane, b: Plane) -> tuple[float, float]:
    """The shift of ``a`` that covers most of ``b``, by correlation: for shapes bent around their centres."""
    size = [cv2.getOptimalDFTSize(2 * n) for n in a.shape]
    spectra = (np.fft.rfft2(one.astype(np.float32), size) for one in (b, a))
    b_spectrum, a_spectrum = spectra
    cover = np.fft.irfft2(b_spectrum * np.conj(a_spectrum), size)
    row, column = np.unravel_index(int(np.argmax(np.round(cover))), cover.shape)
    rows = int(row) - size[0] if row >= a.shape[0] else int(row)
    columns = int(column) - size[1] if column >= a.shape[1] else int(column)
    return float(rows), float(columns)
