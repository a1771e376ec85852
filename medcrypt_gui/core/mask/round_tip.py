"""What a round brush tip covers when it is drawn from one point to the next: a capsule, so that no gap is left."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.shear import metric_root
from medcrypt_gui.core.mask.box import Box

Point = tuple[float, float, float]  # an index (x, y, z), voxel centres at whole numbers


@dataclass(frozen=True)
class Tip:
    """A round tip: a sphere, or a disc in the plane across index axis ``normal_axis`` (0 x, 1 y, 2 z)."""

    radius_mm: float
    normal_axis: int | None = None


def capsule(geometry: Geometry, start: Point, stop: Point, tip: Tip) -> tuple[NDArray[np.bool_], Box] | None:
    """The voxels within the tip's radius of the segment ``start``-``stop``, as a region and its box.

    Distances are in millimetres of the patient, so anisotropic voxels and sheared grids are respected. The voxels under
    the segment itself always belong to it, however small the tip. A disc stays in the slice of ``stop``. None when all
    lies outside the grid.
    """
    root = metric_root(geometry)
    a, b = np.array(start, np.float64), np.array(stop, np.float64)
    reach = np.maximum(tip.radius_mm * _reach(root, tip.normal_axis), 0.5)
    if tip.normal_axis is not None:
        a[tip.normal_axis] = b[tip.normal_axis] = math.floor(b[tip.normal_axis] + 0.5)
        reach[tip.normal_axis] = 0.0  # a disc is one slice thick
    sizes = geometry.shape[::-1]
    low = np.maximum(np.floor(np.minimum(a, b) - reach), 0).astype(int)
    high = np.minimum(np.ceil(np.maximum(a, b) + reach) + 1, sizes).astype(int)
    if (low >= high).any():
        return None
    axes = [np.arange(low[i], high[i], dtype=np.float32) for i in range(3)]
    region = _near_segment(axes, a, b, root, tip.radius_mm)
    _mark_segment(region, low, a, b)
    return region, (slice(low[2], high[2]), slice(low[1], high[1]), slice(low[0], high[0]))


def _near_segment(
    axes: list[NDArray[np.float32]],
    a: NDArray[np.float64],
    b: NDArray[np.float64],
    root: NDArray[np.float64],
    radius_mm: float,
) -> NDArray[np.bool_]:
    """``(Z, Y, X)`` bool: voxels of the axes' grid whose distance to the segment is at most ``radius_mm``.

    With ``p`` from ``a`` and ``d = b - a``: ``t = clip(p.d / d.d, 0, 1)`` and ``distance^2 = p.p - t (2 p.d - t d.d)``.
    Both products are sums over the axes, so only four passes over the box are needed.
    """
    x, y, z = _offsets(axes, a, root)
    squared = x * x + y * y + z * z
    d = (root @ (b - a)).astype(np.float32)
    length2 = float(d @ d)
    limit = np.float32(radius_mm * radius_mm * (1 + 1e-6))
    if length2 < 1e-9:
        return np.asarray(squared <= limit)
    along = x * d[0] + y * d[1] + z * d[2]
    t = np.clip(along * np.float32(1 / length2), 0, 1)
    along *= 2
    along -= t * np.float32(length2)
    along *= t
    squared -= along
    return np.asarray(squared <= limit)


def _reach(root: NDArray[np.float64], flat_axis: int | None) -> NDArray[np.float64]:
    """Along each index axis, how far a ball (or the disc across ``flat_axis``) of 1 mm reaches, in voxels."""
    reach = np.zeros(3)
    axes = [axis for axis in range(3) if axis != flat_axis]
    metric = (root.T @ root)[np.ix_(axes, axes)]
    reach[axes] = np.sqrt(np.diag(np.linalg.inv(metric)))
    return reach


def _offsets(
    axes: list[NDArray[np.float32]], a: NDArray[np.float64], root: NDArray[np.float64]
) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
    """``root`` times (index - a), its three components, each only as large as the axes it depends on."""
    x, y, z = (axes[i] - np.float32(a[i]) for i in range(3))
    parts = (x[None, None, :], y[None, :, None], z[:, None, None])
    found = [np.float32(root[i, i]) * parts[i] for i in range(3)]
    for i, j in ((0, 1), (0, 2), (1, 2)):
        if root[i, j] != 0.0:
            found[i] = found[i] + np.float32(root[i, j]) * parts[j]
    return found[0], found[1], found[2]


def _mark_segment(
    region: NDArray[np.bool_], low: NDArray[np.int_], a: NDArray[np.float64], b: NDArray[np.float64]
) -> None:
    """Set the voxels that the segment passes through, where they lie inside the region's box."""
    steps = max(1, int(np.ceil(np.abs(b - a).max() * 2)))
    points = a + (b - a) * np.linspace(0.0, 1.0, steps + 1)[:, None]
    voxels = np.floor(points + 0.5).astype(int) - low
    inside = ((voxels >= 0) & (voxels < region.shape[::-1])).all(axis=1)
    x, y, z = voxels[inside].T
    region[z, y, x] = True
