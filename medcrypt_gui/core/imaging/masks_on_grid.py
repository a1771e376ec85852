"""Bring a mask from its own grid to the image's, when both are the same grid written in another order."""

from __future__ import annotations

from itertools import product

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.errors import MaskMismatchError
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.language import tr

_TOLERANCE_VOXELS = 0.1


def reorder_to_grid(labels: NDArray[np.uint8], source: Geometry, target: Geometry) -> NDArray[np.uint8]:
    """``labels`` on ``source`` as ``(Z, Y, X)`` on ``target``: axes permuted and flipped, never resampled.

    Raises `MaskMismatchError` when the voxels do not coincide to within a tenth of a voxel.
    """
    to_target = np.linalg.inv(target.affine_lps) @ source.affine_lps  # index (x, y, z) on source to index on target
    axis_of = np.argmax(np.abs(to_target[:3, :3]), axis=1)  # for each target axis, the source axis along it
    if sorted(axis_of.tolist()) != [0, 1, 2]:
        raise MaskMismatchError(tr("the mask's axes are oblique to the image's"))
    sizes = source.shape[::-1]
    if tuple(sizes[axis] for axis in axis_of) != target.shape[::-1]:
        raise MaskMismatchError(
            tr("the mask is {mask} voxels, the image {image}", mask=_text(source), image=_text(target))
        )
    signs = np.sign(to_target[range(3), axis_of]).astype(int)
    ideal = np.eye(4)
    ideal[:3, :3] = 0.0
    for axis in range(3):
        ideal[axis, axis_of[axis]] = signs[axis]
        ideal[axis, 3] = 0.0 if signs[axis] > 0 else sizes[axis_of[axis]] - 1
    corners = np.array([(*corner, 1) for corner in product(*((0, size - 1) for size in sizes))]).T
    off = float(np.abs(to_target @ corners - ideal @ corners).max())
    if off > _TOLERANCE_VOXELS:
        raise MaskMismatchError(tr("the mask lies in another place: up to {voxels} voxels off", voxels=f"{off:.1f}"))
    by_index = labels.transpose(2, 1, 0).transpose(tuple(int(axis) for axis in axis_of))
    flipped = by_index[tuple(slice(None, None, int(sign)) for sign in signs)]
    return np.ascontiguousarray(flipped.transpose(2, 1, 0))


def _text(geometry: Geometry) -> str:
    return " x ".join(str(size) for size in geometry.shape[::-1])
