"""Growing from seeds: classes drawn in a few places share the voxels between them.

Each class grows outwards at its own speed: a step costs its length, more where the value is one that other classes'
seeds have rather than its own, and more across an edge; a voxel goes to the class that reaches it first. This is the
competition of GrowCut (Vezhnevets and Konouchine 2005) found by shortest paths (Zhu et al., Proc. SPIE 9036, 2014),
with what the seeds tell about each class's values. The same seeds give the same result.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.language import tr
from medcrypt_gui.core.task import TaskContext

Spacing = tuple[float, float, float]  # along (Z, Y, X), in mm

_AT_ONCE = 400_000
_STEP_COST = 8.0  # of one mean voxel step
_DISLIKE = 32.0  # of a value that only others have, against one voxel step
_CERTAINTY = 3  # how much more a clear difference counts than a slight one, which distance had better decide
_LOG_RATIO = 6.0  # of how often the classes have a value, from which on it is all one
_EDGE = 1.0  # of an edge as high as the noise, against one voxel step
_MOST_EDGE = 8.0
_BINS = 256


def compete(
    values: NDArray[np.float32], seeds: NDArray[np.uint8], spacing_mm: Spacing, task: TaskContext
) -> NDArray[np.uint8]:
    """Which class each voxel goes to: ``(Z, Y, X)`` uint8 as ``seeds``, where 0 is undecided and 1 and on are classes.

    ``values`` lie on the same grid and are finite; both lie in memory in order. Raises `Cancelled`.
    """
    from medcrypt_gui.core.segmentation.kernels import competition as kernel  # numba takes a second to load

    task.progress(0.0, tr("Learning what the seeds look like"))
    bins = _binned(values, seeds)
    dislike, noise = _class_dislikes(bins, seeds)
    edge = np.minimum(np.arange(_BINS) / max(noise, 0.5) * _EDGE, _MOST_EDGE) * _STEP_COST
    steps = np.array(spacing_mm) / float(np.prod(spacing_mm) ** (1 / 3)) * _STEP_COST
    owner = np.empty(seeds.size, np.uint8)
    cost, onward, back = (np.empty(seeds.size, np.int32) for _ in range(3))
    heads = np.empty(kernel.BUCKETS, np.int32)
    waiting = kernel.start(seeds.reshape(-1), owner, cost, onward, back, heads)
    now, rounds = 0, 0
    tables = dislike.astype(np.float32), edge.astype(np.float32), steps.astype(np.float32)
    while waiting:
        task.progress(0.1 + 0.85 * min(1.0, rounds * _AT_ONCE / seeds.size), tr("Growing from the seeds"))
        now, waiting = kernel.race(bins, owner, cost, onward, back, heads, *tables, now, waiting, _AT_ONCE)
        rounds += 1
    return owner.reshape(seeds.shape)


def _binned(values: NDArray[np.float32], seeds: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Values as 256 steps over the range that the seeds have, a little wider."""
    seeded = values[seeds > 0]
    low, high = (float(end) for end in np.percentile(seeded, (1, 99)))
    margin = max(0.25 * (high - low), 1e-6)
    low, width = low - margin, (high - low + 2 * margin) / (_BINS - 1)
    return np.clip((values - low) / width + 0.5, 0, _BINS - 1).astype(np.uint8)


def _class_dislikes(bins: NDArray[np.uint8], seeds: NDArray[np.uint8]) -> tuple[NDArray[np.float64], float]:
    """``(classes + 1, 256)``: how little each class likes each value; and the noise within a class, in bins.

    A class dislikes what other classes' seeds have more of: minus the logarithm of the ratio, within limits.
    """
    count = int(seeds.max()) + 1
    histograms = np.zeros((count, _BINS))
    spreads = []
    for number in range(1, count):
        mine = bins[seeds == number]
        if mine.size:
            histograms[number] = np.bincount(mine, minlength=_BINS) / mine.size
            spreads.append(1.4826 * float(np.median(np.abs(mine - np.median(mine)))))
    noise = max(min(spreads), 1.0)
    for number in range(1, count):
        histograms[number] = cv2.GaussianBlur(histograms[number][None], (0, 0), max(noise / 2, 1.5)).reshape(-1)
    best = histograms.max(axis=0)
    floor = 1e-4
    certainty = np.minimum(np.log((best + floor) / (histograms + floor)) / _LOG_RATIO, 1.0)
    return _DISLIKE * certainty**_CERTAINTY, noise
