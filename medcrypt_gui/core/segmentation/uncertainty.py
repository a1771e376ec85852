"""Where a proposal is unsure, so that a person looks there first.

With ``p`` the probability of the region, ``min(p, 1 - p)`` is the chance that a voxel lies on the wrong side of the
border. Networks that learned from soft targets are never quite sure, so the medians of ``p`` inside and outside the
region, as sure as this network gets here, are stretched to 1 and 0 first. Every border has a thin band of doubt; what
matters is how wide it is. Summed across the band it is a length: *how far, on average, the border may be off*. A
border whose probabilities fall linearly over ``w`` mm is unsure by ``w / 4`` mm. Two readings of it:

- per slice: the sum over the slice divided by the length of the border in it (`slice_doubt`);
- per place: the mean over a ball-like neighbourhood (a Gaussian), compared with what a flat border that is off by
  `_BORDER_OFF_MM` would give there (`doubtful_regions`).
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.segmentation.postprocess import index_box, sample_slab
from medcrypt_gui.core.segmentation.proposal import ProbabilityMap
from medcrypt_gui.core.task import TaskContext

_HALF = np.float32(0.5)
_NEIGHBOURHOOD_MM = 5.0  # standard deviation of the Gaussian that gathers doubt around a place
_BORDER_OFF_MM = 1.5  # marks about a twentieth of the border of a brain that is found well
SHORTEST_BORDER_MM = 60.0  # a slice with less border (a region of 2 cm) counts as having this much
_LATTICE = np.pi / 4  # border length of a digital region per length of its pixels' edges, averaged over directions
_SLAB_VOXELS = 2_000_000
_FAINT = np.float32(0.01)  # less doubt than this in a voxel does not count


def voxel_doubt(probability: NDArray[np.float32]) -> NDArray[np.float32]:
    """The chance, 0..0.5, that each voxel is on the wrong side of the border."""
    inside = probability > _HALF
    surest = [
        np.median(part) if part.size else end for part, end in ((probability[inside], 1.0), (probability[~inside], 0.0))
    ]
    high, low = max(float(surest[0]), 0.6), min(float(surest[1]), 0.4)
    chance = np.where(inside, (high - probability) / (high - 0.5), (probability - low) / (0.5 - low))
    return np.asarray(np.maximum(chance, 0.0) / 2, dtype=np.float32)


def slice_doubt(probability: ProbabilityMap, image: Geometry) -> NDArray[np.float64]:
    """Millimetres, ``(Z,)``: how far the border in each slice of ``image`` may be off, on average; 0 without region.

    The probabilities are read in the slice's own plane, at about the voxel size of their grid.
    """
    grid = probability.geometry
    region, doubt = (probability.values > _HALF).astype(np.float32), voxel_doubt(probability.values)
    plane = _coarse_in_plane(image, min(grid.spacing_mm))
    width, height = plane.spacing_mm[:2]
    result = np.zeros(plane.shape[0])
    for slab in _slabs(index_box((doubt > _FAINT) | (region > _HALF), grid, plane)):
        wrong = sample_slab(doubt, grid, plane, slab).sum(axis=(1, 2), dtype=np.float64) * width * height
        border = border_mm(sample_slab(region, grid, plane, slab) > _HALF, width, height)
        result[slab[0]] = wrong / np.maximum(border, SHORTEST_BORDER_MM)
    return result


def doubtful_regions(probability: ProbabilityMap, image: Geometry, task: TaskContext) -> NDArray[np.bool_]:
    """Places on ``image``, bool ``(Z, Y, X)``, around which the border may be off by `_BORDER_OFF_MM` or more."""
    task.checkpoint()
    spread = [_NEIGHBOURHOOD_MM / s for s in probability.geometry.spacing_mm[::-1]]
    around = ndimage.gaussian_filter(voxel_doubt(probability.values), spread, mode="constant", truncate=3.0)
    flat = _BORDER_OFF_MM / (_NEIGHBOURHOOD_MM * np.sqrt(2 * np.pi))  # on a flat border that is off by that much
    found = np.zeros(image.shape, bool)
    for slab in _slabs(index_box(around > flat, probability.geometry, image)):
        task.checkpoint()
        found[slab] = sample_slab(around, probability.geometry, image, slab) > flat
    return found


Box = tuple[slice, slice, slice]


def _slabs(box: Box) -> Iterator[Box]:
    """The box in parts of so many slices that memory stays bounded."""
    plane = (box[1].stop - box[1].start) * (box[2].stop - box[2].start)
    step = max(1, _SLAB_VOXELS // max(1, plane))
    for start in range(box[0].start, box[0].stop, step):
        yield slice(start, min(start + step, box[0].stop)), box[1], box[2]


def _coarse_in_plane(image: Geometry, spacing_mm: float) -> Geometry:
    """The slices of ``image`` with pixels of about ``spacing_mm``, never finer than they are."""
    z, y, x = image.shape
    steps = [max(1.0, spacing_mm / s) for s in image.spacing_mm[:2]]
    affine = image.affine_lps.copy()
    affine[:3, :2] = affine[:3, :2] * steps
    return Geometry((z, int(np.ceil(y / steps[1])), int(np.ceil(x / steps[0]))), affine)


def border_mm(region: NDArray[np.bool_], width_mm: float, height_mm: float) -> NDArray[np.float64]:
    """The length of the border in each slice of ``region`` ``(Z, Y, X)``; the image's own edge is no border."""
    rows = (region[:, 1:] != region[:, :-1]).sum(axis=(1, 2))
    columns = (region[:, :, 1:] != region[:, :, :-1]).sum(axis=(1, 2))
    return np.asarray(_LATTICE * (rows * width_mm + columns * height_mm), dtype=np.float64)
