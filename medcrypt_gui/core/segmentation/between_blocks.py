"""Values of blocks of voxels, read at the voxels that the blocks were made of: linear between the blocks' centres."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.imaging.geometry import Geometry

Array = NDArray[np.float32]


def planes(values: Array, blocks: Geometry, image: Geometry) -> Iterator[Array]:
    """``values`` ``(Z, Y, X)`` on ``blocks`` at the voxels of ``image``, one ``(Y, X)`` plane after the other.

    ``blocks`` is what `preprocess.reduce_blocks` makes of ``image``: the axes fall together, so that each can be read
    by itself, which is several times faster than sampling freely. Beyond the outermost centres their values go on.
    """
    axes = zip(blocks.spacing_mm[::-1], image.spacing_mm[::-1], values.shape, image.shape, strict=True)
    (z, z_part), (y, y_part), (x, x_part) = (_places(round(b / i), count, n) for b, i, count, n in axes)
    after = [np.minimum(place + 1, n - 1) for place, n in zip((z, y, x), values.shape, strict=True)]
    for here, there, part in zip(z, after[0], z_part, strict=True):
        plane = values[here] + part * (values[there] - values[here])
        plane = plane[y] + y_part[:, None] * (plane[after[1]] - plane[y])
        yield plane[:, x] + x_part * (plane[:, after[2]] - plane[:, x])


def _places(step: int, blocks: int, voxels: int) -> tuple[NDArray[np.intp], Array]:
    """For each voxel along an axis, the block whose centre comes before it, and how far it is to the next, 0 to 1."""
    place = np.clip((np.arange(voxels) - (step - 1) / 2) / step, 0, blocks - 1)
    before = np.floor(place).astype(np.intp)
    return before, (place - before).astype(np.float32)
