"""From a model's probabilities to a mask on the image's own grid."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.task import TaskContext

_SLAB_VOXELS = 2_000_000  # sampled at a time: bounds the memory and the time between two checkpoints


def to_mask(
    probability: NDArray[np.float32], grid: Geometry, image: Geometry, threshold: float, task: TaskContext
) -> RoiMask:
    """The largest region above ``threshold``, without holes, on ``image``.

    ``probability`` is ``(Z, Y, X)`` on ``grid``. It is the probability that is resampled, linearly, so that the border
    is smooth on a grid finer than the model's; working memory is a slab of slices beside the uint8 result.
    """
    region = largest_solid(probability > threshold)
    near = ndimage.binary_dilation(region, iterations=2)  # keeps the border's slope, drops every other piece
    kept = np.where(near, probability, np.float32(0.0))
    kept[ndimage.binary_erosion(region)] = 1.0  # holes are filled
    labels = np.zeros(image.shape, np.uint8)
    step = max(1, _SLAB_VOXELS // (image.shape[1] * image.shape[2]))
    box = index_box(region, grid, image)
    for start in range(box[0].start, box[0].stop, step):
        task.checkpoint()
        slab = (slice(start, min(start + step, box[0].stop)), box[1], box[2])
        labels[slab] = sample_slab(kept, grid, image, slab) > threshold
    return RoiMask(labels, image)


def largest_solid(region: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The largest connected piece of ``region`` (26 neighbours) with its holes filled; empty stays empty."""
    pieces, count = ndimage.label(region, structure=np.ones((3,) * region.ndim))
    if count == 0:
        return np.zeros(region.shape, bool)
    largest = 1 + int(np.argmax(np.bincount(pieces.ravel())[1:]))
    return np.asarray(ndimage.binary_fill_holes(pieces == largest))


def index_box(region: NDArray[np.bool_], grid: Geometry, image: Geometry) -> tuple[slice, slice, slice]:
    """The image's voxels ``(z, y, x)`` that the region may reach; empty slices for an empty region."""
    found = ndimage.find_objects(region.astype(np.uint8))
    if not found:
        return slice(0, 0), slice(0, 0), slice(0, 0)
    z, y, x = found[0]
    ends = [(float(s.start) - 2.0, float(s.stop) + 1.0) for s in (x, y, z)]
    corners = np.array([[i, j, k] for i in ends[0] for j in ends[1] for k in ends[2]])
    index = image.to_index(grid.to_mm(corners))[:, ::-1]
    low = np.clip(np.floor(index.min(axis=0)), 0, image.shape).astype(int)
    high = np.clip(np.ceil(index.max(axis=0)) + 1, 0, image.shape).astype(int)
    box = [slice(int(a), int(b)) for a, b in zip(low, high, strict=True)]
    return box[0], box[1], box[2]


def sample_slab(
    probability: NDArray[np.float32], grid: Geometry, image: Geometry, slab: tuple[slice, slice, slice]
) -> NDArray[np.float32]:
    """Probabilities at the image's voxels in ``slab`` (ranges along z, y, x); 0 outside the model's grid."""
    to_grid = np.linalg.inv(grid.affine_lps) @ image.affine_lps
    matrix = to_grid[:3, :3][np.ix_([2, 1, 0], [2, 1, 0])]
    first = np.array([s.start for s in slab], dtype=np.float64)
    shape = tuple(s.stop - s.start for s in slab)
    offset = matrix @ first + to_grid[:3, 3][::-1]
    mode = "constant"
    return ndimage.affine_transform(probability, matrix, offset, shape, np.float32, 1, mode, 0.0, False)
