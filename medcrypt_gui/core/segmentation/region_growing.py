"""Region growing: what hangs together with a seed and has values like it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.errors import NoValueError
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.mask.box import Box, bounding_box, grown_mm, shifted
from medcrypt_gui.core.mask.holes import holes_in
from medcrypt_gui.core.segmentation.shapes_mm import grown, pieces, shrunk
from medcrypt_gui.core.segmentation.value_range import stored_range
from medcrypt_gui.core.task import TaskContext

Index = tuple[int, int, int]  # (Z, Y, X)

_AT_ONCE = 2_000_000  # voxels between two looks at whether to go on
_FIRST_STACK = 1 << 20
_WIDTHS_OF_NOISE = 2.5


@dataclass(frozen=True)
class Growth:
    """How to grow: values within ``tolerance`` of the seed's, within ``reach_mm`` of it.

    ``neck_mm``: passages narrower than this are not gone through. ``slice_axis`` keeps it in the seed's slice across
    that axis of ``(Z, Y, X)``.
    """

    tolerance: float
    reach_mm: float
    neck_mm: float = 0.0
    fill_holes: bool = True
    slice_axis: int | None = None


def seed_value(volume: Volume, seed: Index) -> float:
    """The mean of the scaled values of the 3x3x3 voxels around the seed. Raises `NoValueError` where there are none."""
    return float(_around(volume, seed, 1).mean())


def suggested_tolerance(volume: Volume, seed: Index) -> float:
    """Two and a half times the noise around the seed, told robustly, so that a border nearby hardly counts.

    Raises `NoValueError` where no voxel there has a value that is a number.
    """
    near = _around(volume, seed, 2)
    spread = 1.4826 * float(np.median(np.abs(near - np.median(near))))
    return _WIDTHS_OF_NOISE * max(spread, float(np.abs(volume.slope)))


def grow(
    volume: Volume,
    seed: Index,
    growth: Growth,
    labels: NDArray[np.uint8],
    kept_out: NDArray[np.bool_],
    task: TaskContext,
) -> tuple[NDArray[np.bool_], Box]:
    """The region that grows from ``seed``, and its box. The seed's voxel always belongs to it.

    It does not go where ``labels`` ``(Z, Y, X)`` are ``kept_out`` ``(256,)``. Raises `Cancelled`, `NoValueError`.
    """
    task.progress(0.0, tr("Growing from the seed"))
    box = _reach(volume, seed, growth)
    middle = seed_value(volume, seed)
    low, high = stored_range(volume, middle - growth.tolerance, middle + growth.tolerance)
    start: Index = (seed[0] - box[0].start, seed[1] - box[1].start, seed[2] - box[2].start)
    spacing = volume.geometry.spacing_mm[::-1]
    found = _flooded((volume.stored[box], labels[box], kept_out), (low, high), start, spacing, growth.reach_mm, task)
    crop = bounding_box(found)
    assert crop is not None  # the seed is in it
    region, at = found[crop], tuple(s - r.start for s, r in zip(start, crop, strict=True))
    if growth.fill_holes:
        holes = holes_in(region, task.part(0.5, 0.7), growth.slice_axis)
        region = region | (holes & ~kept_out[labels[box][crop]])
    if growth.neck_mm > 0:
        region = _without_necks(region, (at[0], at[1], at[2]), growth, spacing, task.part(0.7, 1.0))
    return region, shifted(crop, box)


def _reach(volume: Volume, seed: Index, growth: Growth) -> Box:
    """Where the region may lie at all."""
    z, y, x = (slice(n, n + 1) for n in seed)
    ranges = list(grown_mm((z, y, x), growth.reach_mm, volume.geometry))
    if growth.slice_axis is not None:
        ranges[growth.slice_axis] = slice(seed[growth.slice_axis], seed[growth.slice_axis] + 1)
    return ranges[0], ranges[1], ranges[2]


def _flooded(
    where: tuple[NDArray[np.generic], NDArray[np.uint8], NDArray[np.bool_]],
    ends: tuple[float, float],
    start: Index,
    spacing_mm: tuple[float, ...],
    reach_mm: float,
    task: TaskContext,
) -> NDArray[np.bool_]:
    """What is reached from ``start``; ``where`` are the stored values, the labels, and which of them keep it out."""
    from medcrypt_gui.core.segmentation.kernels import flood as kernel  # numba takes a second to load

    stored = where[0]
    state = np.zeros(stored.shape, np.uint8)
    centre, squared = np.array(start, np.float64), np.array(spacing_mm, np.float64) ** 2
    kernel.mark_open(*where, *ends, centre, squared, reach_mm**2 + 1e-6, state)
    state[start] = kernel.OPEN
    stack = np.empty(_FIRST_STACK + 4 * stored.shape[2], np.int64)
    stack[0] = np.ravel_multi_index(start, stored.shape)
    filled, rounds = 1, 0
    while filled:
        task.progress(0.5 * min(1.0, rounds * _AT_ONCE / state.size), tr("Growing from the seed"))
        filled = kernel.flood(state, stack, filled, _AT_ONCE)
        rounds += 1
        if filled < 0:
            filled = -1 - filled
            stack = np.concatenate([stack, np.empty_like(stack)])
    return np.asarray(state == kernel.FOUND)


def _without_necks(
    region: NDArray[np.bool_], seed: Index, growth: Growth, spacing_mm: tuple[float, ...], task: TaskContext
) -> NDArray[np.bool_]:
    """The part of the region around the seed that is reached without going through anything narrow."""
    radius = growth.neck_mm / 2
    task.progress(0.0, tr("Closing narrow passages"))
    if growth.slice_axis is not None:
        spacing_mm = tuple(1e6 if axis == growth.slice_axis else s for axis, s in enumerate(spacing_mm))
    mm = spacing_mm[0], spacing_mm[1], spacing_mm[2]
    margins = [0 if growth.slice_axis == axis else int(radius / s) + 1 for axis, s in enumerate(mm)]
    padded = np.pad(region, [(m, m) for m in margins])  # beyond the region's box there is no region
    core = shrunk(padded, radius, mm, task)
    labels, _ = pieces(core)
    place = tuple(s + m for s, m in zip(seed, margins, strict=True))
    number = int(labels[place]) or _nearest_piece(labels, place, mm)
    if number == 0:
        return region  # all of it is narrow: nothing is left to tell a passage from
    task.progress(0.6, tr("Closing narrow passages"))
    kept = grown(labels == number, radius, mm, task) & padded
    kept[place] = True
    return kept[tuple(slice(m, m + n) for m, n in zip(margins, region.shape, strict=True))]


def _nearest_piece(labels: NDArray[np.int32], place: tuple[int, ...], spacing_mm: tuple[float, ...]) -> int:
    found = np.nonzero(labels)
    if found[0].size == 0:
        return 0
    away = sum(((axis - at) * step) ** 2 for axis, at, step in zip(found, place, spacing_mm, strict=True))
    return int(labels[tuple(axis[int(np.argmin(away))] for axis in found)])


def _around(volume: Volume, seed: Index, margin: int) -> NDArray[np.float64]:
    near = volume.stored[tuple(slice(max(n - margin, 0), n + margin + 1) for n in seed)].astype(np.float64)
    values = near * volume.slope + volume.intercept
    finite = values[np.isfinite(values)]
    if not finite.size:
        raise NoValueError(tr("there is no value at this place of the image"))
    return finite
