"""Which voxels of a small region belong with its centre: what an edge-aware tip paints."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_MOST_PATCH = 3  # voxels to each side of the centre from which its grey level and the noise are taken
_LEAST_SHARE = 0.02  # of the range of values under the tip: how far apart like values may be where there is no noise


def alike(
    values: NDArray[np.float32], region: NDArray[np.bool_], centre: tuple[int, int, int], tolerance: float
) -> NDArray[np.bool_]:
    """The part of ``region`` ``(Z, Y, X)`` whose values are like those around ``centre`` and that is connected with it.

    ``values`` are of the region's shape. Like is what deviates from the mean around the centre by at most ``tolerance``
    standard deviations of the values there. Single noisy voxels are evened out first. Connected is what can be reached
    within the centre's slice, and from there slice by slice away from it. All False where the centre lies outside, or
    has no value (NaN, infinite); voxels without one are like none.
    """
    known = np.isfinite(values)
    if not all(0 <= i < n for i, n in zip(centre, region.shape, strict=True)) or not known[centre]:
        return np.zeros_like(region)
    around = _around(centre, region.shape)
    patch = values[around][known[around]]
    mean, spread = float(patch.mean()), float(patch.std())
    if not known.all():
        values, region = np.where(known, values, np.float32(mean)), region & known
    inside = values[region]
    least = _LEAST_SHARE * float(np.ptp(inside)) if inside.size else 0.0
    band = max(tolerance * spread, least)
    like = np.abs(_evened(values) - np.float32(mean)) <= np.float32(band)
    like &= region
    like[centre] = region[centre]
    return _reached(like, centre)


def _around(centre: tuple[int, int, int], shape: tuple[int, ...]) -> tuple[slice, ...]:
    """A patch around the centre, a third as large as the region at most, of one voxel to each side at least."""
    reach = max(1, min(_MOST_PATCH, max(shape) // 6))
    return tuple(slice(max(i - reach, 0), min(i + reach + 1, n)) for i, n in zip(centre, shape, strict=True))


def _evened(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Each voxel's mean with its eight neighbours in the plane."""
    import cv2

    flat = _flat_axis(values.shape)
    if flat is not None:
        plane = np.ascontiguousarray(values.take(0, axis=flat))
        return np.expand_dims(np.asarray(cv2.blur(plane, (3, 3), borderType=cv2.BORDER_REPLICATE)), flat)
    return np.stack([cv2.blur(plane, (3, 3), borderType=cv2.BORDER_REPLICATE) for plane in values])


def _reached(like: NDArray[np.bool_], centre: tuple[int, int, int]) -> NDArray[np.bool_]:
    """What of ``like`` hangs together with the centre."""
    flat = _flat_axis(like.shape) or 0
    planes = np.moveaxis(like, flat, 0)
    result = np.zeros_like(planes)
    middle = centre[flat]
    seed = np.zeros(planes.shape[1:], np.bool_)
    seed[tuple(i for axis, i in enumerate(centre) if axis != flat)] = True
    result[middle] = _parts_under(planes[middle], seed)
    for way in (range(middle + 1, len(planes)), range(middle - 1, -1, -1)):
        before = result[middle]
        for n in way:
            before = result[n] = _parts_under(planes[n], before)
            if not before.any():
                break
    return np.moveaxis(result, 0, flat)


def _parts_under(plane: NDArray[np.bool_], seed: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The connected parts of a plane that share a voxel with ``seed``."""
    import cv2

    count, parts = cv2.connectedComponents(np.ascontiguousarray(plane).view(np.uint8), connectivity=4)
    wanted = np.zeros(count, np.bool_)
    wanted[parts[seed]] = True
    wanted[0] = False
    return np.asarray(wanted[parts])


def _flat_axis(shape: tuple[int, ...]) -> int | None:
    """The axis along which there is one voxel only."""
    return next((axis for axis, n in enumerate(shape) if n == 1), None)
