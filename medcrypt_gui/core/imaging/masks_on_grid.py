"""Bring a mask from its own grid to the image's: exactly where the voxels coincide, else by the nearest voxel."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.errors import MaskMismatchError
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.labels_present import labels_present
from medcrypt_gui.core.imaging.nearest_labels import take_nearest
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.task import TaskContext

Labels = NDArray[np.uint8]

_TOLERANCE_VOXELS = 0.1


@dataclass(frozen=True, eq=False)
class OnGrid:
    """A mask on the image's grid; ``notices`` are sentences on what could not be taken over as it was."""

    labels: Labels
    notices: tuple[str, ...] = ()
    resampled: bool = False


def bring_to_grid(labels: Labels, source: Geometry, target: Geometry, task: TaskContext | None = None) -> OnGrid:
    """``labels`` ``(Z, Y, X)`` on ``source`` as ``(Z, Y, X)`` on ``target``.

    Where the voxels coincide to within a tenth of a voxel (axes permuted or flipped, a part of the grid or more than
    it), they are taken over; elsewhere each voxel gets the label of the one nearest to it in the patient. Grids that do
    not say how they lie in the patient must have equal shapes. Raises `MaskMismatchError` when they do not, or when the
    grids do not overlap, and `Cancelled`.
    """
    if not (source.oriented and target.oriented):
        return _without_places(labels, source, target)
    to_source = np.linalg.inv(source.affine_lps) @ target.affine_lps
    if not np.isfinite(to_source).all():
        raise MaskMismatchError(tr("the mask does not say sensibly where it lies"))
    _refuse_apart(to_source, source, target)
    steps = _whole_steps(to_source, source, target)
    notices: tuple[str, ...] = ()
    if steps is None:
        placed = take_nearest(labels, to_source, target.shape, task)
        notices = (_resampled_text(source, target),)
    else:
        placed = _taken_over(labels, steps, target.shape)
    outside = _outside(labels, source, target)
    if outside == 1.0:
        raise MaskMismatchError(tr("all that the mask marks lies outside the image"))
    if outside > 0.0:
        share = f"{100 * outside:.1f}" if outside >= 0.001 else "< 0.1"
        notices += (tr("{share} % of what it marks lies outside the image and was left out.", share=share),)
    if steps is None:
        notices += _vanished(labels, placed)
    return OnGrid(placed, notices, resampled=steps is None)


def _without_places(labels: Labels, source: Geometry, target: Geometry) -> OnGrid:
    if source.shape != target.shape:
        mask, image = _size(source), _size(target)
        raise MaskMismatchError(tr("the mask is {mask} voxels, the image {image}", mask=mask, image=image))
    if source.oriented or target.oriented:
        steps = _whole_steps(np.linalg.inv(source.affine_lps) @ target.affine_lps, source, target)
        if steps is None or not np.allclose(steps[:, :3], np.eye(3)) or steps[:, 3].any():
            raise MaskMismatchError(tr("the image or the mask does not say how it lies in the patient"))
    return OnGrid(labels)


def _whole_steps(to_source: NDArray[np.float64], source: Geometry, target: Geometry) -> NDArray[np.int64] | None:
    """``(3, 4)``: the map from target to source indices where it is one of whole voxels, axes permuted and flipped."""
    ideal = np.rint(to_source)
    if not (np.abs(ideal[:3, :3]).sum(axis=0) == 1).all() or not (np.abs(ideal[:3, :3]).sum(axis=1) == 1).all():
        return None
    # A part of a grid, or more than it: judged over the smaller one.
    if np.prod(source.shape) < np.prod(target.shape):
        corners, there = _corners(source), np.linalg.inv(to_source)
        ideal_there = np.linalg.inv(ideal)
    else:
        corners, there, ideal_there = _corners(target), to_source, ideal
    off = np.abs(there @ corners - ideal_there @ corners)[:3].max()
    return ideal[:3].astype(np.int64) if off <= _TOLERANCE_VOXELS else None


def _taken_over(labels: Labels, steps: NDArray[np.int64], shape: tuple[int, int, int]) -> Labels:
    """Copy what both grids hold."""
    by_index = labels.transpose(2, 1, 0)
    order = np.argmax(np.abs(steps[:, :3]), axis=0)  # for each target axis, the source axis along it
    signs = steps[order, range(3)]
    offsets = steps[order, 3]
    result = np.zeros(shape, np.uint8)
    reads, writes = [], []
    for axis in range(3):
        size, count = by_index.shape[order[axis]], shape[2 - axis]
        # Source index = sign * target index + offset.
        first, last = (0, size - 1) if signs[axis] > 0 else (size - 1, 0)
        start = max(int(signs[axis] * (first - offsets[axis])), 0)
        stop = min(int(signs[axis] * (last - offsets[axis])) + 1, count)
        writes.append(slice(start, max(start, stop)))
        reads.append(signs[axis] * np.arange(start, max(start, stop)) + offsets[axis])
    turned = by_index.transpose(tuple(int(axis) for axis in order))
    part = turned[_range(reads[0]), _range(reads[1]), _range(reads[2])]
    result.transpose(2, 1, 0)[tuple(writes)] = part
    return result


def _range(indices: NDArray[np.int64]) -> slice:
    if not indices.size:
        return slice(0, 0)
    first, last = int(indices[0]), int(indices[-1])
    if last >= first:
        return slice(first, last + 1)
    return slice(first, last - 1 if last else None, -1)


def _refuse_apart(to_source: NDArray[np.float64], source: Geometry, target: Geometry) -> None:
    """Raise `MaskMismatchError` when the boxes around the two grids, along the mask's axes, have nothing in common."""
    sizes = np.array(source.shape[::-1])
    places = (to_source @ _corners(target, 0.5))[:3]
    if (places.max(axis=1) < -0.5).any() or (places.min(axis=1) > sizes - 0.5).any():
        voxels = np.abs(places.mean(axis=1) - (sizes - 1) / 2).max()
        raise MaskMismatchError(tr("the mask lies in another place: {voxels} voxels off", voxels=f"{voxels:.0f}"))


def _corners(geometry: Geometry, beyond: float = 0.0) -> NDArray[np.float64]:
    """``(4, 8)``: the corner voxels, as indices ``(x, y, z, 1)``."""
    ends = ((-beyond, size - 1 + beyond) for size in geometry.shape[::-1])
    return np.array([(*corner, 1.0) for corner in product(*ends)]).T


def _outside(labels: Labels, source: Geometry, target: Geometry) -> float:
    """The share of the marked voxels whose centres lie in no voxel of the image."""
    to_target = np.linalg.inv(target.affine_lps) @ source.affine_lps
    limits = np.array(target.shape[::-1]) - 0.5 + _TOLERANCE_VOXELS
    low = -0.5 - _TOLERANCE_VOXELS
    places = (to_target @ _corners(source))[:3]
    if (places >= low).all() and (limits >= places.T).all():
        return 0.0
    marked = outside = 0
    for z, plane in enumerate(labels):
        rows, columns = np.nonzero(plane)
        at = to_target[:3, :2] @ np.stack([columns, rows]) + (to_target[:3, 2] * z + to_target[:3, 3])[:, None]
        marked += rows.size
        outside += int(((at < low) | (at > limits[:, None])).any(axis=0).sum())
    return outside / marked if marked else 0.0


def _vanished(before: Labels, after: Labels) -> tuple[str, ...]:
    numbers = ", ".join(map(str, sorted(labels_present(before) - labels_present(after))))
    return (tr("Too small for the image's voxels, and lost: label {numbers}.", numbers=numbers),) if numbers else ()


def _resampled_text(source: Geometry, target: Geometry) -> str:
    return tr(
        "The mask was drawn on another grid ({mask} mm) and was resampled to the image's ({image} mm).",
        mask=_spacing(source),
        image=_spacing(target),
    )


def _spacing(geometry: Geometry) -> str:
    return " x ".join(f"{size:.3g}" for size in geometry.spacing_mm)


def _size(geometry: Geometry) -> str:
    return " x ".join(str(size) for size in geometry.shape[::-1])
