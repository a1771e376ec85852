"""Closed lines in the patient as voxels: planes of contours put on the slices that lie there, or next to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.slice_places import SlicePlaces
from medcrypt_gui.core.mask.fill_contours import fill_contours

Contours = Sequence[NDArray[np.float64]]

_SAME_PLANE_MM = 0.01
_FLAT = 0.25  # of the distance of slices: what leaves its plane by less is parallel to the slices, or lies on one
_MOST_PIXELS = 1 << 28
_FINER = 2.0  # pixels for contours across the slices are this much smaller than the image's


@dataclass(frozen=True, eq=False)
class Filled:
    """Where a region lies: ``planes`` ``(z, (Y, X) bool)``, each slice once.

    ``moved`` says that contours lay between the slices, ``outside`` counts those that lie in none of them or reach
    beyond their edges.
    """

    planes: tuple[tuple[int, NDArray[np.bool_]], ...]
    moved: bool
    outside: int


def slice_distance_mm(places: SlicePlaces) -> float:
    """The usual distance of slices; of a single one the side of its pixels."""
    gaps = np.diff(np.sort(places.depths_mm))
    return float(np.median(gaps)) if gaps.size else places.pixel_mm


def are_parallel(contours: Contours, places: SlicePlaces) -> bool:
    """Whether each of the lines keeps its depth, to within a quarter of the distance of slices."""
    most = _FLAT * slice_distance_mm(places)
    return all(float(np.ptp(contour @ places.normal)) <= most for contour in contours)


def fill_on_slices(contours: Contours, places: SlicePlaces, shape: tuple[int, int]) -> Filled:
    """Lines parallel to the slices, filled even-odd, ``shape`` being ``(Y, X)``.

    Where all of them lie on slices, they are taken as they are, and slices between them stay empty. Where not, each
    slice takes the plane of contours nearest to it, as far as half the distance of these planes.
    """
    distance = slice_distance_mm(places)
    depths = np.array([float((contour @ places.normal).mean()) for contour in contours])
    slices = places.nearest(depths)
    moved = bool((np.abs(depths - places.depths_mm[slices]) > _FLAT * distance).any())
    by_slice: dict[int, list[int]] = {}
    if not moved:
        for at, z in enumerate(slices.tolist()):
            by_slice.setdefault(z, []).append(at)
    else:
        by_slice = _nearest_planes(depths, places, distance)
    used = {at for members in by_slice.values() for at in members}
    cut: set[int] = set(range(len(contours))) - used
    planes = []
    for z, members in sorted(by_slice.items()):
        lines = [places.on_slice(z, contours[at]) for at in members]
        cut |= {at for at, line in zip(members, lines, strict=True) if _leaves(line, shape)}
        planes.append((z, fill_contours(lines, shape)))
    return Filled(tuple(planes), moved, len(cut))


def _nearest_planes(depths: NDArray[np.float64], places: SlicePlaces, distance: float) -> dict[int, list[int]]:
    """For each slice the lines of the plane nearest to it."""
    order = np.argsort(depths)
    new = np.diff(depths[order], prepend=-np.inf) > _SAME_PLANE_MM
    plane_of = np.empty(len(depths), np.int64)
    plane_of[order] = np.cumsum(new) - 1
    planes = depths[order][new]
    reach = max(float(np.median(np.diff(planes))) if len(planes) > 1 else 0.0, distance) / 2 + _SAME_PLANE_MM
    found: dict[int, list[int]] = {}
    for z, depth in enumerate(places.depths_mm):
        nearest = int(np.abs(planes - depth).argmin())
        if abs(planes[nearest] - depth) <= reach:
            found[z] = np.flatnonzero(plane_of == nearest).tolist()
    return found


def _leaves(line: NDArray[np.float64], shape: tuple[int, int]) -> bool:
    return bool((line < -0.6).any() or (line[:, 0] > shape[1] - 0.4).any() or (line[:, 1] > shape[0] - 0.4).any())


def fill_across(contours: Contours, places: SlicePlaces) -> tuple[NDArray[np.bool_], Geometry]:
    """Lines at an angle to the slices, filled on a grid of their own: ``(Z, Y, X)`` bool and where it lies.

    Raises ValueError where they would need more memory than is sensible.
    """
    longest = max(contours, key=len)
    centred = longest - longest.mean(axis=0)
    row, column, normal = np.linalg.svd(centred, full_matrices=False)[2]
    normal = np.cross(row, column)
    points = np.concatenate(contours)
    low = np.array([(points @ axis).min() for axis in (row, column)])
    high = np.array([(points @ axis).max() for axis in (row, column)])
    pixel = places.pixel_mm / _FINER
    depths = np.array([float((contour @ normal).mean()) for contour in contours])
    gaps = np.diff(np.sort(depths))
    gaps = gaps[gaps > _SAME_PLANE_MM]
    step = float(np.median(gaps)) if gaps.size else pixel
    counts = np.ceil((high - low) / pixel).astype(int) + 1
    at = np.rint((depths - depths.min()) / step).astype(int)
    if int(counts[0]) * int(counts[1]) * int(at.max() + 1) > _MOST_PIXELS:
        raise ValueError("the contours span too much")
    filled = np.zeros((at.max() + 1, counts[1], counts[0]), np.bool_)
    for z in np.unique(at):
        lines = [contours[n] for n in np.flatnonzero(at == z).tolist()]
        flat = [np.stack([line @ row - low[0], line @ column - low[1]], axis=1) / pixel for line in lines]
        filled[z] = fill_contours(flat, (int(counts[1]), int(counts[0])))
    affine = np.eye(4)
    affine[:3, 0], affine[:3, 1], affine[:3, 2] = row * pixel, column * pixel, normal * step
    affine[:3, 3] = row * low[0] + column * low[1] + normal * depths.min()
    return filled, Geometry((int(filled.shape[0]), int(filled.shape[1]), int(filled.shape[2])), affine)
