"""A region of a grid at one bit a voxel, cut to its bounding box: what is kept of masks that may be asked for again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.mask.box import Box, bounding_box, box_shape


@dataclass(frozen=True, eq=False)
class PackedRegion:
    """Bits of the voxels inside ``box``; all others, and all where ``box`` is None, are outside the region."""

    shape: tuple[int, int, int]
    box: Box | None
    bits: NDArray[np.uint8]

    @classmethod
    def of(cls, region: NDArray[np.bool_]) -> PackedRegion:
        """Pack a region ``(Z, Y, X)`` bool."""
        box = bounding_box(region)
        bits = np.packbits(region[box].reshape(-1)) if box is not None else np.zeros(0, np.uint8)
        z, y, x = region.shape
        return cls((z, y, x), box, bits)

    @property
    def size_bytes(self) -> int:
        return self.bits.nbytes

    def unpacked(self) -> NDArray[np.bool_]:
        """The region ``(Z, Y, X)`` bool, a new array."""
        region = np.zeros(self.shape, np.bool_)
        if self.box is not None:
            shape = box_shape(self.box)
            inside = np.unpackbits(self.bits, count=int(np.prod(shape))).reshape(shape)
            region[self.box] = inside.view(np.bool_)
        return region
