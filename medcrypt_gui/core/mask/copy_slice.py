"""One slice's region as that of a neighbour."""

from __future__ import annotations

import numpy as np

from medcrypt_gui.core.language import tr
from medcrypt_gui.core.mask.edit import Box, whole_box
from medcrypt_gui.core.mask.editor import Part
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.mask.sink import SinkMode


def copied(mask: RoiMask, axis: int, here: int, step: int) -> Part:
    """The active label in slice ``here`` across ``axis`` of ``(Z, Y, X)``, to replace what the label is in the slice
    ``step`` further on."""
    region = mask.labels[_slice(mask, axis, here)] == mask.table.active_number
    return Part(np.asarray(region), _slice(mask, axis, here + step), SinkMode.SET)


def why_not_copied(mask: RoiMask, axis: int, here: int, step: int) -> str:
    """Why there is nothing to copy, or nowhere to."""
    if not 0 <= here + step < mask.labels.shape[axis]:
        return tr("This is the last slice.") if step > 0 else tr("This is the first slice.")
    if not (mask.labels[_slice(mask, axis, here)] == mask.table.active_number).any():
        return tr("{name} is not in this slice.", name=mask.table.active.name)
    return ""


def _slice(mask: RoiMask, axis: int, number: int) -> Box:
    ranges = list(whole_box(mask.geometry.shape))
    ranges[axis] = slice(number, number + 1)
    return ranges[0], ranges[1], ranges[2]
