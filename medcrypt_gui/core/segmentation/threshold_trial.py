"""A threshold being tried: the mask as it would be, one shown slice at a time, fast enough to follow a slider."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.planes import PlaneView
from medcrypt_gui.core.mask.box import grown
from medcrypt_gui.core.segmentation.mask_origin import MaskOrigin, Region
from medcrypt_gui.core.segmentation.postprocess import sample_slab
from medcrypt_gui.core.segmentation.proposal import ProbabilityMap

_QUICKLY_LABELLED_VOXELS = 3_000_000  # of the model's grid, within what may hold the region: about 50 ms
_LOWEST_THRESHOLD = 0.02


class ThresholdTrial:
    """Cuts the probabilities of one origin at any threshold. Voxels decided by hand stay as they are.

    The cut is that of ``postprocess.to_mask`` but for holes, and, on grids too large to find the largest piece of in
    time, for pieces apart from it: what is tried is shown, what is chosen is made exactly.
    """

    def __init__(self, probability: ProbabilityMap, origin: MaskOrigin, current: Region, image: Geometry) -> None:
        self._image, self._current = image, current
        self._kept = origin.by_hand(current)
        self._values, self._grid = _cropped(probability)
        self.threshold = origin.threshold
        self._main = self._values

    def cut_at(self, threshold: float) -> None:
        """Try this threshold from now on."""
        self.threshold = threshold
        self._main = _main_piece(self._values, threshold)

    def plane(self, view: PlaneView, n: int) -> NDArray[np.uint8]:
        """Slice ``n`` of the mask as it would be, ``(height, width)``, 1 = inside."""
        ranges = [slice(0, size) for size in self._image.shape]
        ranges[2 - view.through_axis] = slice(n, n + 1)
        slab = (ranges[0], ranges[1], ranges[2])
        cut = sample_slab(self._main, self._grid, self._image, slab) > self.threshold
        region = np.where(self._kept[slab], self._current[slab], cut).view(np.uint8)
        return view.slice_of(np.broadcast_to(region, self._image.shape), n)


def _cropped(probability: ProbabilityMap) -> tuple[NDArray[np.float32], Geometry]:
    """The part of the map that any threshold on offer can reach, with one voxel around, and its grid."""
    found = ndimage.find_objects((probability.values > _LOWEST_THRESHOLD).astype(np.uint8))
    if not found:
        return probability.values, probability.geometry
    box = grown(found[0], (1, 1, 1), probability.geometry.shape)
    values = probability.values[box]
    affine = probability.geometry.affine_lps.copy()
    affine[:3, 3] = probability.geometry.to_mm((float(box[2].start), float(box[1].start), float(box[0].start)))
    z, y, x = values.shape
    return values, Geometry((z, y, x), affine)


def _main_piece(values: NDArray[np.float32], threshold: float) -> NDArray[np.float32]:
    """The probabilities of the largest piece above ``threshold``, certain inside it, and of what lies below it."""
    if values.size > _QUICKLY_LABELLED_VOXELS:
        return values
    pieces, count = ndimage.label(values > threshold, structure=np.ones((3, 3, 3)))
    if count == 0:
        return values
    largest = pieces == 1 + int(np.argmax(np.bincount(pieces.ravel())[1:]))
    main = np.where(largest | (pieces == 0), values, np.float32(0.0))
    main[_eroded(largest)] = 1.0  # as `to_mask` does, so that both agree to the voxel
    return main


def _eroded(region: Region) -> Region:
    """``region`` without its outermost voxels (six neighbours); many times faster than SciPy's."""
    eroded = region.copy()
    for axis in range(3):
        away, back = np.moveaxis(eroded, axis, 0), np.moveaxis(region, axis, 0)
        away[1:] &= back[:-1]
        away[:-1] &= back[1:]
        away[[0, -1]] = False
    return eroded
