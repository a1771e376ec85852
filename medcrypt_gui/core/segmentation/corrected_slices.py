"""In which slices a person worked, told from the voxels that were changed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.mask.box import bounding_box

SlicePlace = tuple[int, int]
"""An array axis (0, 1 or 2 of ``(Z, Y, X)``) and an index along it."""

_FEWEST_VOXELS = 4  # fewer are a slip of the hand
_MOST_SLICES = 64


def corrected_slices(changed: NDArray[np.bool_]) -> tuple[SlicePlace, ...]:
    """The fewest slices, of any plane, that hold all changes: those that were drawn in. The fullest ones come first.

    ``changed`` is ``(Z, Y, X)``. A stroke in one sagittal slice touches many axial ones by a line each; taking the
    fullest slice first and then what remains finds the one it was drawn in.
    """
    box = bounding_box(changed)
    if box is None:
        return ()
    rest = changed[box].copy()
    found: list[SlicePlace] = []
    while len(found) < _MOST_SLICES:
        counts = [rest.sum(axis=tuple(other for other in range(3) if other != axis)) for axis in range(3)]
        axis = int(np.argmax([count.max() for count in counts]))
        index = int(np.argmax(counts[axis]))
        if counts[axis][index] < _FEWEST_VOXELS:
            break
        found.append((axis, index + box[axis].start))
        rest[(slice(None),) * axis + (index,)] = False
    return tuple(found)
