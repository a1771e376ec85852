"""One region from several series of the same head: their probabilities brought to one grid and averaged as log-odds.

Averaging log-odds is the geometric pooling of independent opinions: a series that is sure (far from one half) counts
for more than one that wavers, voxel by voxel. On top of it each series has one weight, its confidence: how steep its
probabilities fall at its border. A series that sees the border only faintly, because its slices are thick, it is noisy,
or the model knows its contrast less, has a wide zone of middling probabilities and so a small weight.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.segmentation.preprocess import sample
from medcrypt_gui.core.segmentation.proposal import ProbabilityMap

_SUREST = 0.995  # a probability further from one half counts no more than this
_MIDDLING = (0.1, 0.9)


@dataclass(frozen=True, eq=False)
class SeriesOpinion:
    """What one series says: its probabilities, and ``image``, its own grid, outside which it knows nothing."""

    probability: ProbabilityMap
    image: Geometry


def fuse(opinions: Sequence[SeriesOpinion], grid: Geometry) -> ProbabilityMap:
    """The probabilities of all opinions together, on ``grid``; 0 where no series has seen anything.

    Raises ValueError without any opinion.
    """
    if not opinions:
        raise ValueError("there is nothing to fuse")
    total = np.zeros(grid.shape, np.float32)
    weights = np.zeros(grid.shape, np.float32)
    for opinion in opinions:
        weight = confidence(opinion) * _seen(opinion, grid)
        total += weight * log_odds(_moved(opinion.probability, grid))
        weights += weight
    mean = np.divide(total, weights, out=np.full(grid.shape, -np.inf, np.float32), where=weights > 0)
    with np.errstate(over="ignore"):
        return ProbabilityMap(np.asarray(1 / (1 + np.exp(-mean)), np.float32), grid)


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


def _moved(probability: ProbabilityMap, grid: Geometry) -> NDArray[np.float32]:
    if probability.geometry.same_grid(grid):
        return probability.values
    return sample(probability.values, probability.geometry, grid)


def _seen(opinion: SeriesOpinion, grid: Geometry) -> NDArray[np.float32]:
    """1 where the series has voxels of its own, 0 elsewhere, on ``grid``."""
    to_image = np.linalg.inv(opinion.image.affine_lps) @ grid.affine_lps
    axes = [np.arange(n, dtype=np.float32) for n in grid.shape[::-1]]
    inside = np.ones(grid.shape, bool)
    for row, size in zip(to_image[:3].astype(np.float32), opinion.image.shape[::-1], strict=True):
        index = row[0] * axes[0] + row[1] * axes[1][:, None] + row[2] * axes[2][:, None, None] + row[3]
        inside &= (index > -1) & (index < size)
    return inside.astype(np.float32)


def _border_area_mm2(region: NDArray[np.bool_], geometry: Geometry) -> float:
    """The area of the region's voxel faces, which overstates a slanted surface by the same factor in every series."""
    sx, sy, sz = geometry.spacing_mm
    faces = (sx * sy, sx * sz, sy * sz)
    return sum(float(np.count_nonzero(np.diff(region, axis=axis))) * face for axis, face in enumerate(faces))
