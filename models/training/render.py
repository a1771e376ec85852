"""Pictures of a head's surface, as somebody sees it who wants to know whose it is: thresholded, lit, from three sides.

The first crossing of the threshold along each ray gives a depth map, and its slope the light that comes back. That is
what volume viewers show, with no library but numpy and scipy.
"""

from __future__ import annotations

from enum import Enum

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.segmentation.otsu import otsu_threshold
from medcrypt_gui.core.segmentation.preprocess import patient_grid, sample

FINEST_STEP_MM = 1.5  # along and across the rays
_LIGHT = np.array([0.35, -0.45, 0.82])  # right of, above and before the surface, in image columns, rows and depth
_SMOOTH_VOXELS = 0.6


class View(Enum):
    """Where the viewer stands: the upright array's axis along the rays, from its high end, mirrored."""

    FRONT = (1, False, False)
    LEFT = (2, True, False)
    RIGHT = (2, False, True)


def air_threshold(values: NDArray[np.float32]) -> float:
    """Between air and skin: halfway from air to Otsu's threshold, which itself parts dim from bright tissue."""
    low, high = np.percentile(values, (1.0, 99.0))
    return float(low + 0.5 * (otsu_threshold(np.clip(values, low, high)) - low))


def on_upright_grid(values: NDArray[np.float32], geometry: Geometry, margin_mm: float = 5.0) -> NDArray[np.float32]:
    """``values`` at their voxel size, a little smoothed, axes along S, P and L ``(Z, Y, X)``; air around the image."""
    step = max(FINEST_STEP_MM, min(geometry.spacing_mm))
    grid = patient_grid(geometry, step)
    least = float(np.nanmin(values))
    upright = sample(values.astype(np.float32), geometry, grid, outside=least)
    smooth = ndimage.gaussian_filter(upright, _SMOOTH_VOXELS, truncate=2.0)
    return np.pad(smooth, round(margin_mm / step), constant_values=least)


def render(upright: NDArray[np.float32], threshold: float, view: View) -> NDArray[np.uint8]:
    """The lit surface, ``(rows, columns)`` uint8, head up; black where a ray meets nothing bright."""
    axis, from_high_end, mirrored = view.value
    rays = np.moveaxis(upright, axis, 0)
    rays = rays[::-1] if from_high_end else rays
    depth = _first_crossing(rays, threshold)[::-1]  # the head's top is the highest slice
    return _lit(depth[:, ::-1] if mirrored else depth)


def _first_crossing(rays: NDArray[np.float32], threshold: float) -> NDArray[np.float64]:
    """Along axis 0, in voxels and fractions of one; NaN where the ray stays below the threshold."""
    above = rays > threshold
    first = np.argmax(above, axis=0)
    met = above.any(axis=0)
    inner = np.take_along_axis(rays, first[None], 0)[0].astype(np.float64)
    outer = np.take_along_axis(rays, np.maximum(first - 1, 0)[None], 0)[0].astype(np.float64)
    rise = np.where(inner > outer, inner - outer, 1.0)
    return np.where(met, first - np.clip((inner - threshold) / rise, 0.0, 1.0), np.nan)


def _lit(depth: NDArray[np.float64]) -> NDArray[np.uint8]:
    met = ~np.isnan(depth)
    far = float(np.nanmax(depth)) if met.any() else 0.0
    filled = np.where(met, depth, far)
    down, across = np.gradient(filled)
    normal = np.stack([across, down, np.ones_like(filled)], axis=-1)
    normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
    light = np.clip(normal @ (_LIGHT / np.linalg.norm(_LIGHT)), 0.0, 1.0)
    nearness = 1.0 - 0.35 * filled / max(far, 1.0)
    return np.where(met, 25 + 230 * light * nearness, 0).astype(np.uint8)


def enlarged(picture: NDArray[np.uint8], rows: int, columns: int) -> NDArray[np.uint8]:
    """The picture at the largest size that fits, in the middle of a black tile."""
    scale = min(rows / picture.shape[0], columns / picture.shape[1])
    size = (max(1, int(picture.shape[1] * scale)), max(1, int(picture.shape[0] * scale)))
    tile = np.zeros((rows, columns), np.uint8)
    top, left = (rows - size[1]) // 2, (columns - size[0]) // 2
    tile[top : top + size[1], left : left + size[0]] = cv2.resize(picture, size, interpolation=cv2.INTER_LINEAR)
    return tile
