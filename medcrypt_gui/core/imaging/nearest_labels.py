"""Labels from one grid on another: each voxel gets the label of the one nearest to it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.task import TaskContext

_ON_AN_AXIS = 1e-6


def take_nearest(
    labels: NDArray[np.uint8], to_source: NDArray[np.float64], shape: tuple[int, int, int], task: TaskContext | None
) -> NDArray[np.uint8]:
    """``labels`` as ``shape`` ``(Z, Y, X)``; ``to_source`` maps its index ``(x, y, z, 1)`` to that of ``labels``.

    A voxel whose centre lies in none of ``labels`` becomes 0. Raises `Cancelled`.
    """
    labels = np.ascontiguousarray(labels)
    result = np.zeros(shape, np.uint8)
    columns, rows = np.arange(shape[2]), np.arange(shape[1])
    within_slices = _axes_apart(to_source)
    for z, plane in enumerate(result):
        if task is not None and z % 8 == 0:
            task.checkpoint()
        start = to_source[:3, 2] * z + to_source[:3, 3]
        if within_slices:
            _fill_straight(labels, to_source, start, plane)
        else:
            _fill(labels, to_source, start, columns, rows, plane)
    return result


def _axes_apart(to_source: NDArray[np.float64]) -> bool:
    """Whether each source axis follows at most one of the result's: then rows and columns can be looked up apart."""
    return bool(((np.abs(to_source[:3, :3]) > _ON_AN_AXIS).sum(axis=1) <= 1).all())


def _fill_straight(
    labels: NDArray[np.uint8], to_source: NDArray[np.float64], start: NDArray[np.float64], plane: NDArray[np.uint8]
) -> None:
    rows, columns = np.arange(plane.shape[0])[:, None], np.arange(plane.shape[1])[None, :]
    chosen, inside = [], np.ones(plane.shape, np.bool_)
    for axis, size in enumerate(labels.shape[::-1]):
        along_x, along_y = abs(to_source[axis, 0]) > _ON_AN_AXIS, abs(to_source[axis, 1]) > _ON_AN_AXIS
        steps = to_source[axis, 0] * columns if along_x else to_source[axis, 1] * rows if along_y else np.zeros((1, 1))
        index = np.floor(np.clip(start[axis] + steps + 0.5, -1, size)).astype(np.int64)
        inside &= (index >= 0) & (index < size)
        chosen.append(np.clip(index, 0, size - 1))
    np.multiply(labels[chosen[2], chosen[1], chosen[0]], inside, out=plane, casting="unsafe")


def _fill(
    labels: NDArray[np.uint8],
    to_source: NDArray[np.float64],
    start: NDArray[np.float64],
    columns: NDArray[np.int64],
    rows: NDArray[np.int64],
    plane: NDArray[np.uint8],
) -> None:
    """One slice, however the grids stand to each other."""
    inside = np.ones(plane.shape, np.bool_)
    flat = np.zeros(plane.shape, np.int64)
    stride = 1
    for axis, size in enumerate(labels.shape[::-1]):
        place = (to_source[axis, 0] * columns + start[axis] + 0.5)[None, :] + (to_source[axis, 1] * rows)[:, None]
        index = np.floor(np.clip(place, -1, size, out=place), out=place).astype(np.int32)
        inside &= (index >= 0) & (index < size)
        flat += np.clip(index, 0, size - 1) * stride
        stride *= size
    np.multiply(labels.ravel()[flat], inside, out=plane, casting="unsafe")
