"""The patient's skin as a surface: where air ends, without the table, specks of noise and the hollows inside."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.reduced import reduced
from medcrypt_gui.core.imaging.surface import MOST_VOXELS, Surface, smoothed, surface_of
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.segmentation.body_in_ct import SKIN_HU, body_in_ct
from medcrypt_gui.core.segmentation.body_in_signal import signal_threshold
from medcrypt_gui.core.segmentation.coarse_grid import CoarseGrid
from medcrypt_gui.core.segmentation.hounsfield import AIR_HU, is_ct, to_hounsfield
from medcrypt_gui.core.segmentation.shapes_mm import Region
from medcrypt_gui.core.task import TaskContext

_THINKING_MM = 4.0  # the voxels on which a CT's patient is parted from the table
_SIGMA = 0.9  # voxels: without it the voxels show as steps
_FULL = 0.995  # where more than this is body there is no air, so no skin, in the image
_ABOVE_BODY = 1.3  # `body` must not lose dark tissue; what is drawn should rather lose the noise of coils
_OTHER_PART_ML = 0.15  # a smaller piece is noise; a marker on the skin is larger


def skin(volume: Volume, modality: str, task: TaskContext) -> Surface | None:
    """The skin in an image of at least two slices that lie side by side; None where no air is found around a body."""
    ct = is_ct(volume, modality)
    scaled = to_hounsfield(volume) if ct else _finite
    field, grid = reduced(volume.stored, volume.geometry, MOST_VOXELS, scaled, task.part(0.0, 0.45))
    within = task.part(0.45, 0.65)
    level, air, body = _in_ct(field, grid, within) if ct else _in_signal(field, grid, within)
    share = np.count_nonzero(body) / body.size
    if not 0.0 < share < _FULL:
        return None
    task.progress(0.65, "")
    solid = _without_hollows(body)
    task.progress(0.7, "")
    # What is far from the skin on either side says nothing about it, and would only cost triangles.
    field[~_with_neighbours(solid)] = air
    field[~_with_neighbours(~solid)] = level + (level - air)
    task.progress(0.75, "")
    smooth = smoothed(field, _SIGMA)
    return surface_of(smooth, level, air, grid, task.part(0.8, 1.0))


def _in_ct(field: NDArray[np.float32], grid: Geometry, task: TaskContext) -> tuple[float, float, Region]:
    """The level of the skin, the value of air, and the patient without table and clothes."""
    coarse = CoarseGrid.over(grid, _THINKING_MM)
    small = Volume(field, grid)
    quiet = task.part(0.0, 0.0)
    region = body_in_ct(coarse.reduce(small, _as_is, quiet), coarse.spacing_mm, quiet)
    labels = coarse.refine(region, small, lambda values: np.asarray(values) > SKIN_HU, quiet)
    return SKIN_HU, AIR_HU, _pieces(labels > 0, grid)


def _in_signal(field: NDArray[np.float32], grid: Geometry, task: TaskContext) -> tuple[float, float, Region]:
    coarse = CoarseGrid.over(grid, _THINKING_MM)
    signal = ndimage.gaussian_filter(coarse.reduce(Volume(field, grid), _as_is, task), 0.7)
    task.progress(0.3, "")
    air = float(np.percentile(signal, 0.5))
    level = air + _ABOVE_BODY * (signal_threshold(signal, coarse.spacing_mm, task) - air)
    if not np.isfinite(level):
        return 1.0, 0.0, np.zeros(field.shape, bool)
    smooth = smoothed(field, _SIGMA)
    task.progress(0.7, "")
    return level, min(air, level - 1e-6), _pieces(smooth > level, grid)


def _pieces(region: Region, grid: Geometry) -> Region:
    """The largest piece and others too large for noise."""
    labels, count = ndimage.label(region)
    if count < 2:
        return region
    sizes = np.bincount(labels.ravel())
    sizes[0] = 0
    keep = sizes * grid.voxel_volume_ml >= _OTHER_PART_ML
    keep[sizes.argmax()] = True
    keep[0] = False
    return np.asarray(keep[labels])


def _without_hollows(body: Region) -> Region:
    """``body`` with all air that cannot be reached from the image's edge."""
    labels, _ = ndimage.label(np.pad(~body, 1, constant_values=True))
    return np.asarray(labels[1:-1, 1:-1, 1:-1] != labels[0, 0, 0])


def _with_neighbours(region: Region) -> Region:
    """``region`` and every voxel that shares a side with one of its own."""
    result = region.copy()
    for axis in range(3):
        source, target = np.moveaxis(region, axis, 0), np.moveaxis(result, axis, 0)
        target[1:] |= source[:-1]
        target[:-1] |= source[1:]
    return result


def _finite(stored: NDArray[np.generic]) -> NDArray[np.float32]:
    """Stored values as float32, 0 where there is none."""
    values = stored.astype(np.float32)
    return values if np.issubdtype(stored.dtype, np.integer) else np.nan_to_num(values, posinf=0.0, neginf=0.0)


def _as_is(values: NDArray[np.generic]) -> NDArray[np.float32]:
    return np.asarray(values, dtype=np.float32)
