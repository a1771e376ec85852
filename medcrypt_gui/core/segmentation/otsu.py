"""The threshold that parts a histogram best in two."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def otsu_threshold(values: NDArray[np.float32], bins: int = 256, limits: tuple[float, float] | None = None) -> float:
    """Otsu's threshold (IEEE Trans. SMC 9, 1979, 62-66) of finite values, in the middle of its plateau.

    Values outside ``limits`` do not count.
    """
    counts, edges = np.histogram(values, bins=bins, range=limits)
    centres = (edges[:-1] + edges[1:]) / 2
    below = np.cumsum(counts)[:-1].astype(np.float64)
    above = counts.sum() - below
    sums = np.cumsum(counts * centres)
    with np.errstate(divide="ignore", invalid="ignore"):
        between = below * above * (sums[:-1] / below - (sums[-1] - sums[:-1]) / above) ** 2
    between = np.nan_to_num(between, nan=0.0)
    best = np.flatnonzero(between >= between.max() * (1 - 1e-9))
    return float(edges[1:-1][best].mean())
