"""A volume as a model wants it: upright, of one voxel size, around the head or whole, of one brightness.

The steps, the same in training and in the application:

1. average whole blocks of voxels where the image is finer than the model's grid (this is the anti-aliasing);
2. find the head on a coarse grid, and lay the model's grid around it: centred from side to side and front to back,
   hanging from the top, so that a long neck does not move it;
3. sample that grid linearly, axes along the patient's L, P and S whatever the orientation of the slices;
4. clip at percentiles of the head's intensities and standardise to zero mean and unit variance.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from medcrypt_gui.core.errors import UnsupportedInputError
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.segmentation.model_card import NetworkSpec, Percentiles, ValueWindow
from medcrypt_gui.core.segmentation.otsu import otsu_threshold
from medcrypt_gui.core.task import TaskContext

_COARSE_MM = 4.0
_MARGIN_ABOVE_MM = 10.0  # between the top of the head and the top of the grid
_UPPER_HEAD_MM = 110.0  # the part below the top that decides where the head's centre is
_SMALLEST_SLICE_MM2 = 600.0  # a smaller foreground in a slice is a speck, not the vertex
_INWARD = 1e-6  # points on the very edge count as inside, whichever way rounding errors go
_GRIDS_FIT = 2e-3  # relative difference below which two grids of voxels fall together
_SAMPLED_VOXELS = 8_000_000  # enough to know the brightness of an image by
_MOST_VOXELS = 64_000_000  # of an image at the model's voxel size: a quarter of a gigabyte
_NOT_AIR = 0.5  # part of Otsu's threshold above which a voxel is head rather than air


@dataclass(frozen=True, eq=False)
class ModelInput:
    """``values`` is ``(Z, Y, X)`` float32 on ``geometry``, whose axes run along L, P and S; brightness standardised."""

    values: NDArray[np.float32]
    geometry: Geometry


def prepare(volume: Volume, network: NetworkSpec, task: TaskContext) -> ModelInput:
    """The input of ``network``, around the head or over the whole image as its card says.

    Memory: two float32 copies at the model's voxel size. Raises `UnsupportedInputError` where that would be too much.
    """
    _check_size(volume, network)
    values, geometry = reduce_blocks(volume, network.spacing_mm, task)
    if network.placement == "head":
        grid = grid_around_head(values, geometry, network.input_shape, network.spacing_mm)
    else:
        grid = grid_over_image(geometry, network.input_shape, network.spacing_mm)
    task.checkpoint()
    sampled = sample(values, geometry, grid, outside=np.nan)
    if isinstance(network.intensity, Percentiles):
        return ModelInput(standardise(sampled, network.intensity), grid)
    sign = -1.0 if volume.inverted != (volume.slope < 0) else 1.0
    return ModelInput(windowed(sampled * (sign * volume.slope) + volume.intercept, network.intensity), grid)


def _check_size(volume: Volume, network: NetworkSpec) -> None:
    """Raise `UnsupportedInputError` if the image would be too large at the network's voxel size."""
    sizes = zip(volume.geometry.shape[::-1], volume.geometry.spacing_mm, strict=True)
    voxels = float(np.prod([n / max(1.0, network.spacing_mm / s) for n, s in sizes]))
    if network.placement == "image":
        voxels = max(voxels, float(np.prod(patient_grid(volume.geometry, network.spacing_mm).shape, dtype=np.float64)))
    if voxels > _MOST_VOXELS:
        raise UnsupportedInputError(
            tr(
                "the image is too large for this model: {millions:.0f} million voxels of {spacing_mm:g} mm",
                millions=voxels / 1e6,
                spacing_mm=network.spacing_mm,
            )
        )


def reduce_blocks(
    volume: Volume, spacing_mm: float, task: TaskContext | None = None
) -> tuple[NDArray[np.float32], Geometry]:
    """Stored values as float32, averaged over blocks so that no axis is finer than about ``spacing_mm``.

    Slope and intercept are left out (standardising undoes them) but for the sign; so is the incomplete block at the
    end of an axis.
    """
    sizes = volume.geometry.shape
    steps = [
        max(1, min(n, int(spacing_mm / s + 0.1))) for n, s in zip(sizes, volume.geometry.spacing_mm[::-1], strict=True)
    ]
    counts = [n // step for n, step in zip(sizes, steps, strict=True)]
    values = np.empty(counts, np.float32)
    for z in range(counts[0]):
        if task is not None:
            task.checkpoint()
        values[z] = _mean_of_blocks(volume.stored[z * steps[0] : (z + 1) * steps[0]], steps[1:], counts[1:])
    np.nan_to_num(values, copy=False, posinf=0.0, neginf=0.0)
    if volume.inverted != (volume.slope < 0):
        np.negative(values, out=values)
    affine = volume.geometry.affine_lps.copy()
    steps_xyz = np.array(steps[::-1], dtype=np.float64)
    affine[:3, 3] = volume.geometry.to_mm((steps_xyz - 1) / 2)  # the centre of the first block
    affine[:3, :3] = affine[:3, :3] * steps_xyz
    return values, Geometry((counts[0], counts[1], counts[2]), affine)


def _mean_of_blocks(slices: NDArray[np.generic], steps: list[int], counts: list[int]) -> NDArray[np.float32]:
    """One plane of block means of a few slices ``(z, Y, X)``: strided sums, faster than a reshaped mean."""
    total = np.zeros(counts, np.float32)
    for plane in slices:
        kept = plane[: counts[0] * steps[0], : counts[1] * steps[1]]
        if kept.dtype.kind == "f" and not np.isfinite(kept).all():
            kept = np.nan_to_num(kept, posinf=0.0, neginf=0.0)  # else one such value would take its block with it
        for row in range(steps[0]):
            for column in range(steps[1]):
                total += kept[row :: steps[0], column :: steps[1]]
    return np.asarray(total / (len(slices) * steps[0] * steps[1]), dtype=np.float32)


def patient_grid(geometry: Geometry, spacing_mm: float) -> Geometry:
    """The upright grid (axes along L, P, S) of that voxel size which covers all of ``geometry``."""
    z, y, x = geometry.shape
    corners = geometry.to_mm(
        np.array([[i, j, k] for i in (0, x - 1) for j in (0, y - 1) for k in (0, z - 1)], np.float64)
    )
    low, high = corners.min(axis=0), corners.max(axis=0)
    counts = np.ceil((high - low) / spacing_mm - 1e-6).astype(int) + 1
    return _upright((int(counts[2]), int(counts[1]), int(counts[0])), low, spacing_mm)


def grid_around_head(
    values: NDArray[np.float32], geometry: Geometry, shape: tuple[int, int, int], spacing_mm: float
) -> Geometry:
    """The upright grid of ``shape`` (Z, Y, X) that holds the head, or the image's middle where no head stands out."""
    coarse = patient_grid(geometry, _COARSE_MM)
    inside = foreground(np.nan_to_num(sample(values, geometry, coarse, outside=np.nan), nan=float(values.min())))
    areas = inside.sum(axis=(1, 2)) * _COARSE_MM**2
    filled = np.flatnonzero(areas >= min(_SMALLEST_SLICE_MM2, 0.5 * float(areas.max())))
    top = int(filled[-1]) if filled.size else coarse.shape[0] - 1
    upper = inside[max(0, top - round(_UPPER_HEAD_MM / _COARSE_MM)) : top + 1]
    middle_y, middle_x = _middle(upper.sum(axis=(0, 2))), _middle(upper.sum(axis=(0, 1)))
    centre = coarse.to_mm((middle_x, middle_y, float(top)))
    extent = (np.array(shape[::-1], dtype=np.float64) - 1) * spacing_mm
    first = centre - np.array([extent[0] / 2, extent[1] / 2, extent[2] - _MARGIN_ABOVE_MM])
    return _upright(shape, _on_voxels(first, geometry, spacing_mm), spacing_mm)


def grid_over_image(geometry: Geometry, shape: tuple[int, int, int], spacing_mm: float) -> Geometry:
    """The upright grid over the whole image, at least ``shape`` (Z, Y, X) large, the image in its middle."""
    cover = patient_grid(geometry, spacing_mm)
    counts = tuple(max(a, b) for a, b in zip(cover.shape, shape, strict=True))
    extra = np.array([a - b for a, b in zip(counts, cover.shape, strict=True)], dtype=np.float64)[::-1]
    first = cover.affine_lps[:3, 3] - extra // 2 * spacing_mm
    return _upright((counts[0], counts[1], counts[2]), _on_voxels(first, geometry, spacing_mm), spacing_mm)


def sample(
    values: NDArray[np.float32], geometry: Geometry, grid: Geometry, outside: float | None = 0.0
) -> NDArray[np.float32]:
    """``values`` on ``geometry`` sampled linearly at the voxels of ``grid``.

    Beyond the image they are ``outside``, or, where that is None, those of the nearest voxel.
    """
    to_source = np.linalg.inv(geometry.affine_lps) @ grid.affine_lps
    flip = np.ix_([2, 1, 0], [2, 1, 0])  # index (x, y, z) to array axes (z, y, x)
    matrix = to_source[:3, :3][flip] * (1 - _INWARD)
    offset = to_source[:3, 3][::-1] * (1 - _INWARD) + _INWARD * (np.array(values.shape) - 1) / 2
    mode = "nearest" if outside is None else "constant"
    return ndimage.affine_transform(values, matrix, offset, grid.shape, np.float32, 1, mode, outside or 0.0, False)


def foreground(values: NDArray[np.float32]) -> NDArray[np.bool_]:
    """The head, bool: what is brighter than air, largest piece, after a little smoothing against noise and ghosts."""
    smooth = ndimage.gaussian_filter(values, 1.0)
    low, high = np.percentile(smooth, (1.0, 99.0))
    if high <= low:
        return np.ones(values.shape, bool)
    bright = smooth > low + _NOT_AIR * (otsu_threshold(smooth, 128, (float(low), float(high))) - low)
    pieces, count = ndimage.label(bright)
    return np.asarray(pieces == 1 + int(np.argmax(np.bincount(pieces.ravel())[1:]))) if count else bright


def windowed(scaled: NDArray[np.float32], window: ValueWindow) -> NDArray[np.float32]:
    """Scaled values as 0 (``window.low`` and below, and where there is no image) to 1 (``window.high`` and above)."""
    shares = (scaled - window.low) / (window.high - window.low)
    return np.asarray(np.clip(np.nan_to_num(shares, nan=0.0), 0.0, 1.0), dtype=np.float32)


def standardise(values: NDArray[np.float32], intensity: Percentiles) -> NDArray[np.float32]:
    """Clipped at the head's percentiles, zero mean and unit variance over the head; NaN (no image) becomes air."""
    missing = np.isnan(values)
    known = values[~missing]
    if known.size == 0:
        return np.zeros(values.shape, np.float32)
    filled = np.where(missing, known.min(), values)
    step = int(np.ceil((filled.size / _SAMPLED_VOXELS) ** (1 / 3)))  # 1 for a grid around a head
    some = (slice(None, None, step),) * 3
    head = filled[some][foreground(filled[some]) & ~missing[some]]
    head = head if head.size else known
    low, high = np.percentile(head, (intensity.low_percentile, intensity.high_percentile))
    clipped = np.clip(head, low, high)
    scale = float(clipped.std()) or 1.0
    floor = min(float(low), float(np.percentile(known, 1.0)))  # air stays darker than the darkest tissue
    return np.asarray((np.clip(filled, floor, high) - clipped.mean()) / scale, dtype=np.float32)


def _upright(shape: tuple[int, int, int], first_mm: NDArray[np.float64], spacing_mm: float) -> Geometry:
    affine = np.diag([spacing_mm, spacing_mm, spacing_mm, 1.0])
    affine[:3, 3] = first_mm
    return Geometry(shape, affine)


def _on_voxels(first_mm: NDArray[np.float64], geometry: Geometry, spacing_mm: float) -> NDArray[np.float64]:
    """The nearest point that is a voxel's centre along each patient axis on which the image's grid already fits.

    Sampling between voxels blurs; where the image has the model's voxel size and an axis of the patient it need not.
    """
    directions = geometry.affine_lps[:3, :3]
    index = geometry.to_index(first_mm)
    for axis in range(3):
        column = directions[:, axis] / spacing_mm
        if np.allclose(np.sort(np.abs(column)), (0.0, 0.0, 1.0), atol=_GRIDS_FIT):
            forward = np.sign(column[np.argmax(np.abs(column))])
            index[axis] = np.round(index[axis] + _INWARD * forward)  # halfway, towards L, P, S in every orientation
    return np.asarray(geometry.to_mm(index))


def _middle(profile: NDArray[np.integer]) -> float:
    """Halfway between the places where a profile reaches a tenth of its peak."""
    reached = np.flatnonzero(profile >= 0.1 * profile.max())
    return float(reached[0] + reached[-1]) / 2
