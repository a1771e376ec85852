"""One region from several series of the same head: their probabilities brought to one grid and averaged as log-odds.

Averaging log-odds is the geometric pooling of independent opinions: a series that is sure (far from one half) counts
for more than one that wavers, voxel by voxel. On top of it each series has one weight of two factors. Its confidence is
how steep its probabilities fall at its border: thick slices, noise, or a contrast that the model knows less make a wide
zone of middling probabilities. Its agreement is how well its region fits the one that all make together: a series in
which the model lost half of the brain may be sure of that, but stands alone. The first power was chosen on the three
studies of ``models/training/evaluate_fusion.py``, the second on proposals of a network that had hardly learnt, of which
one series in three was far off.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.mask.dice import dice
from medcrypt_gui.core.segmentation.preprocess import sample
from medcrypt_gui.core.segmentation.proposal import ProbabilityMap

_SUREST = 0.995  # a probability further from one half counts no more than this
_MIDDLING = (0.1, 0.9)
_CONFIDENCE_POWER = 6  # a border half as wide counts 64 times: with less, two blurred series outvote a sharp one
_AGREEMENT_POWER = 20  # a Dice of 0.97 against the rest counts about half


@dataclass(frozen=True, eq=False)
class SeriesOpinion:
    """What one series says: its probabilities, and ``image``, its own grid, outside which it knows nothing."""

    probability: ProbabilityMap
    image: Geometry


def fuse(opinions: Sequence[SeriesOpinion], grid: Geometry, threshold: float = 0.5) -> ProbabilityMap:
    """The probabilities of all opinions together, on ``grid``; 0 where no series has seen anything.

    ``threshold`` is the probability at which the regions begin whose agreement counts.
    Raises ValueError without any opinion.
    """
    if not opinions:
        raise ValueError("there is nothing to fuse")
    odds = [log_odds(_moved(opinion.probability, grid)) for opinion in opinions]
    seen = [_seen(opinion, grid) for opinion in opinions]
    trust = [confidence(opinion) ** _CONFIDENCE_POWER for opinion in opinions]
    pooled = _pooled(odds, seen, [1.0] * len(opinions))  # all alike: one that is wrong but sure must not judge itself
    cut = float(log_odds(np.array([threshold], np.float32))[0])
    # Once only: weighing again and again by what was agreed on would end with a single opinion.
    agreement = [dice((own > cut) & there, (pooled > cut) & there) for own, there in zip(odds, seen, strict=True)]
    pooled = _pooled(odds, seen, [t * a**_AGREEMENT_POWER for t, a in zip(trust, agreement, strict=True)])
    with np.errstate(over="ignore"):
        return ProbabilityMap(np.asarray(1 / (1 + np.exp(-pooled)), np.float32), grid)


def confidence(opinion: SeriesOpinion) -> float:
    """How sure a series is of its border, in 1/mm: the reciprocal of the mean width of middling probabilities."""
    values, geometry = opinion.probability.values, opinion.probability.geometry
    low, high = _MIDDLING
    volume = float(((values > low) & (values < high)).sum()) * geometry.voxel_volume_ml * 1000
    area = _border_area_mm2(values > 0.5, geometry)
    return area / max(volume, 1e-6) if area > 0 else 0.0


def log_odds(probability: NDArray[np.float32]) -> NDArray[np.float32]:
    """The logarithm of p / (1 - p), limited to what a probability of 0.995 gives."""
    limited = np.clip(probability, 1 - _SUREST, _SUREST)
    return np.asarray(np.log(limited / (1 - limited)), np.float32)


def _pooled(
    odds: Sequence[NDArray[np.float32]], seen: Sequence[NDArray[np.bool_]], weights: Sequence[float]
) -> NDArray[np.float32]:
    """The weighted mean of the log-odds of those that have seen a voxel; minus infinity where nobody has a say."""
    total, heard = np.zeros(odds[0].shape, np.float32), np.zeros(odds[0].shape, np.float32)
    for own, there, weight in zip(odds, seen, weights, strict=True):
        total += np.where(there, np.float32(weight) * own, np.float32(0.0))
        heard += np.where(there, np.float32(weight), np.float32(0.0))
    return np.divide(total, heard, out=np.full(total.shape, -np.inf, np.float32), where=heard > 0)


def _moved(probability: ProbabilityMap, grid: Geometry) -> NDArray[np.float32]:
    if probability.geometry.same_grid(grid):
        return probability.values
    return sample(probability.values, probability.geometry, grid)


def _seen(opinion: SeriesOpinion, grid: Geometry) -> NDArray[np.bool_]:
    """Where on ``grid`` the series has voxels of its own."""
    to_image = np.linalg.inv(opinion.image.affine_lps) @ grid.affine_lps
    axes = [np.arange(n, dtype=np.float32) for n in grid.shape[::-1]]
    inside = np.ones(grid.shape, bool)
    for row, size in zip(to_image[:3].astype(np.float32), opinion.image.shape[::-1], strict=True):
        index = row[0] * axes[0] + row[1] * axes[1][:, None] + row[2] * axes[2][:, None, None] + row[3]
        inside &= (index > -1) & (index < size)
    return inside


def _border_area_mm2(region: NDArray[np.bool_], geometry: Geometry) -> float:
    """The area of the region's voxel faces, which overstates a slanted surface by the same factor in every series."""
    sx, sy, sz = geometry.spacing_mm
    faces = (sx * sy, sx * sz, sy * sz)
    return sum(float(np.count_nonzero(np.diff(region, axis=axis))) * face for axis, face in enumerate(faces))
