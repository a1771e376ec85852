"""Closed lines filled: which pixel centres lie within an odd number of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def fill_contours(contours: Sequence[NDArray[np.float64]], shape: tuple[int, int]) -> NDArray[np.bool_]:
    """``(Y, X)`` bool: the pixels whose centres lie inside, counted even-odd over all ``contours``.

    A contour is ``(N, 2)`` column and row, pixel centres at whole numbers; its end is joined to its start. So a line
    within another cuts a hole, and a keyhole's cut, gone along forth and back, leaves no trace.
    """
    rows, columns = shape
    filled = np.zeros((rows, columns + 1), np.bool_)
    if not contours:
        return filled[:, :columns]
    begin = np.concatenate(contours)
    end = np.concatenate([np.roll(contour, -1, axis=0) for contour in contours])
    first = np.clip(np.ceil(np.minimum(begin[:, 1], end[:, 1])), 0, rows).astype(np.int64)
    stop = np.clip(np.ceil(np.maximum(begin[:, 1], end[:, 1])), 0, rows).astype(np.int64)
    counts = stop - first  # the rows whose centres an edge crosses, its lower end left out
    edge = np.repeat(np.arange(len(begin)), counts)
    row = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts) + first[edge]
    along = (row - begin[edge, 1]) / (end[edge, 1] - begin[edge, 1])
    crossing = begin[edge, 0] + along * (end[edge, 0] - begin[edge, 0])
    column = np.clip(np.ceil(crossing), 0, columns).astype(np.int64)
    flips = np.bincount(row * (columns + 1) + column, minlength=filled.size).reshape(filled.shape)
    return np.asarray(np.bitwise_xor.accumulate(flips & 1, axis=1).astype(np.bool_)[:, :columns])
