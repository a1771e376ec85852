"""The stored values of one slice of a mosaic: its part of the picture, which is decoded once for all of them."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.adapters.images.dicom_pixels import read_slice
from medcrypt_gui.core.imaging.series import Instance


def read_tile(instance: Instance, out: NDArray[np.generic]) -> None:
    """Fill ``out`` ``(rows, columns)`` with the stored values of one slice. Raises as `read_slice`."""
    tile = instance.tile
    assert tile is not None
    picture = _picture(replace(instance, frame=None, position=None, pixels=tile.whole, tile=None))
    rows, columns = out.shape
    out[...] = picture[tile.top : tile.top + rows, tile.left : tile.left + columns]


@lru_cache(maxsize=2)  # its slices are read one after the other
def _picture(whole: Instance) -> NDArray[np.generic]:
    picture = np.empty((whole.pixels.rows, whole.pixels.columns), whole.pixels.dtype)
    read_slice(whole, picture)
    return picture
