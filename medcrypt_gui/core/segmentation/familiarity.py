"""Whether an image, and what was found in it, is like what a network learned from (out-of-distribution score).

A network answers anything, also noise, a knee or a head upside down. Some twenty plain figures of the image as the
network sees it are compared with their mean and deviation over the training images, which the card carries. This is a
Gaussian with a diagonal covariance: it knows nothing of anatomy, and says only "unlike", never "wrong".
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from medcrypt_gui.core.language import tr
from medcrypt_gui.core.segmentation.familiar import Familiar
from medcrypt_gui.core.segmentation.preprocess import foreground
from medcrypt_gui.core.segmentation.proposal import ProbabilityMap
from medcrypt_gui.core.segmentation.uncertainty import voxel_doubt

_COARSE_MM = 4.0
_QUANTILES = (0.05, 0.25, 0.50, 0.75, 0.95)
_SLABS = 6  # of equal height, from the lowest to the highest
_LAYERS_MM = (0.0, 6.0, 12.0, 22.0, 1e3)  # depth below the surface: skin, skull, outer and inner brain in a head
_MOST_DEVIATIONS = 8.0  # one feature says no more than "far off"
_FAINT = 1e-6


def image_features(values: NDArray[np.float32], spacing_mm: float) -> NDArray[np.float64]:
    """The figures called `familiar.FEATURES`, of a prepared image ``(Z, Y, X)``, axes along S, P, L.

    Brightness: quantiles over the foreground, and the median of the air, in standard deviations of the foreground.
    Shape: the share of the grid that is foreground, and of each sixth of its height. Layers: mean brightness at four
    depths below the surface. Texture: the mean difference of neighbours (logarithm), and how alike the image is to its
    mirror images (correlation).
    """
    step = max(1, round(_COARSE_MM / spacing_mm))
    coarse = values[::step, ::step, ::step]
    inside = foreground(coarse)
    tissue, air = coarse[inside], coarse[~inside]
    depth = ndimage.distance_transform_edt(np.pad(inside, 1))[1:-1, 1:-1, 1:-1] * spacing_mm * step
    layers = [coarse[(depth > low) & (depth <= high)] for low, high in pairwise(_LAYERS_MM)]
    return np.array(
        [
            *np.quantile(tissue, _QUANTILES),
            np.median(air) if air.size else tissue.min(),
            inside.mean(),
            *(slab.mean() if slab.size else 0.0 for slab in np.array_split(inside, _SLABS)),
            *(layer.mean() if layer.size else tissue.mean() for layer in layers),
            np.log(_neighbour_difference(coarse, inside) + _FAINT),
            _likeness(coarse, coarse[:, :, ::-1]),
            _likeness(coarse, coarse[:, ::-1]),
        ],
        dtype=np.float64,
    )


def unfamiliarity(features: NDArray[np.float64], familiar: Familiar) -> float:
    """The root mean square of the features' distances from their means, in deviations: about 1 for a usual image."""
    distances = (features - np.array(familiar.mean)) / np.array(familiar.deviation)
    return float(np.sqrt(np.mean(np.minimum(np.abs(distances), _MOST_DEVIATIONS) ** 2)))


def border_off_mm(probability: ProbabilityMap) -> float:
    """How far the border of the region may be off, on average over its surface (see `uncertainty`); 0 without one."""
    spacing = probability.geometry.spacing_mm[::-1]
    region = probability.values > 0.5
    surface = 0.0
    for axis in range(3):
        faces = np.count_nonzero(np.diff(region, axis=axis))
        surface += faces * np.prod(spacing) / spacing[axis]
    surface *= 2 / 3  # faces of voxels overstate a smooth surface by half, averaged over directions
    doubt = float(voxel_doubt(probability.values).sum(dtype=np.float64) * np.prod(spacing))
    return doubt / surface if surface > 0 else 0.0


def doubts(
    values: NDArray[np.float32], probability: ProbabilityMap, volume_ml: float, familiar: Familiar
) -> tuple[str, ...]:
    """Sentences for the user: what is unusual about the prepared image and about the region of ``volume_ml``."""
    found = []
    score = unfamiliarity(image_features(values, probability.geometry.spacing_mm[0]), familiar)
    if score > familiar.limit:
        found.append(
            tr(
                "This image is unlike those that the model learned from (it scores {score:.1f}; usual is up to "
                "{limit:.1f}). Look at every slice.",
                score=score,
                limit=familiar.limit,
            )
        )
    low, high = familiar.volume_ml
    if volume_ml > 0 and not low <= volume_ml <= high:
        found.append(
            tr(
                "The region measures {volume_ml:.0f} ml; usual is {low:.0f} to {high:.0f} ml.",
                volume_ml=volume_ml,
                low=low,
                high=high,
            )
        )
    off = border_off_mm(probability)
    if off > familiar.border_mm:
        found.append(
            tr(
                "The border is vague: it may be off by {off:.1f} mm on average; usual is up to {border_mm:.1f}.",
                off=off,
                border_mm=familiar.border_mm,
            )
        )
    return tuple(found)


def _neighbour_difference(values: NDArray[np.float32], inside: NDArray[np.bool_]) -> float:
    """The mean absolute difference of neighbours inside, over all axes."""
    total, count = 0.0, 0
    for axis in range(3):
        both = np.minimum(inside, np.roll(inside, -1, axis))
        kept = both.swapaxes(0, axis)[:-1]
        differences = np.abs(np.diff(values, axis=axis)).swapaxes(0, axis)[kept]
        total, count = total + float(differences.sum()), count + differences.size
    return total / count if count else 0.0


def _likeness(a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    """Pearson's correlation of two images; 1 for two constant ones."""
    x, y = a - a.mean(), b - b.mean()
    scale = float(np.sqrt((x**2).sum() * (y**2).sum()))
    return float((x * y).sum()) / scale if scale > _FAINT else 1.0
