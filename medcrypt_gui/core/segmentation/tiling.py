"""A network over an image larger than its input: overlapping tiles whose results pass smoothly into each other."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np
from numpy.typing import NDArray

_OVERLAP = 0.5  # share of a tile that its neighbour covers too; more costs time, less shows seams

Run = Callable[[NDArray[np.float32]], NDArray[np.float32]]


def run_in_tiles(
    values: NDArray[np.float32], tile: tuple[int, int, int], run: Run, on_tile: Callable[[float], None]
) -> NDArray[np.float32]:
    """``run`` (from and to ``(Z, Y, X)`` of shape ``tile``) over all of ``values``, whose axes are at least as long.

    Results are averaged with weights that fall linearly towards the faces of a tile and sum to one in every voxel.
    ``on_tile(fraction)`` is called before each tile.
    """
    starts = [tile_starts(size, length) for size, length in zip(values.shape, tile, strict=True)]
    weights = [tile_weights(size, length) for size, length in zip(values.shape, tile, strict=True)]
    result = np.zeros(values.shape, np.float32)
    places = list(product(*(range(len(of_axis)) for of_axis in starts)))
    for number, (a, b, c) in enumerate(places):
        on_tile(number / len(places))
        box = tuple(slice(of_axis[i], of_axis[i] + n) for of_axis, i, n in zip(starts, (a, b, c), tile, strict=True))
        weight = weights[0][a][:, None, None] * weights[1][b][:, None] * weights[2][c]
        result[box] += run(np.ascontiguousarray(values[box])) * weight
    return result


def tile_starts(size: int, tile: int) -> list[int]:
    """Where tiles begin along an axis: evenly spread, overlapping by at least half, the last one ending at ``size``."""
    count = 1 if size <= tile else 1 + int(np.ceil((size - tile) / (tile * (1 - _OVERLAP))))
    return [round(float(start)) for start in np.linspace(0, size - tile, count)]


def tile_weights(size: int, tile: int) -> list[NDArray[np.float32]]:
    """The weight of each tile of an axis at each of its places; over all tiles they sum to one everywhere."""
    starts = tile_starts(size, tile)
    hat = np.minimum(np.arange(1, tile + 1), np.arange(tile, 0, -1)).astype(np.float64)
    total = np.zeros(size)
    for start in starts:
        total[start : start + tile] += hat
    return [np.asarray(hat / total[start : start + tile], dtype=np.float32) for start in starts]
