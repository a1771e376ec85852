"""Where one label lies: found slice by slice, so that a mask of half a gigabyte is never copied to look for it."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.mask.box import Box, shifted


def label_box(labels: NDArray[np.uint8], number: int, inside: Box | None = None) -> Box | None:
    """The smallest box around the voxels of ``labels`` ``(Z, Y, X)`` that have this number; None without any.

    Only those ``inside`` a box count, where one is given.
    """
    looked = labels if inside is None else labels[inside]
    slices: list[int] = []
    left, top, right, bottom = looked.shape[2], looked.shape[1], 0, 0
    for z, plane in enumerate(looked):
        x, y, width, height = cv2.boundingRect(cv2.inRange(plane, number, number))
        if width:
            slices.append(z)
            left, right = min(left, x), max(right, x + width)
            top, bottom = min(top, y), max(bottom, y + height)
    if not slices:
        return None
    found = slice(slices[0], slices[-1] + 1), slice(top, bottom), slice(left, right)
    return found if inside is None else shifted(found, inside)


def label_region(labels: NDArray[np.uint8], number: int) -> tuple[NDArray[np.bool_], Box] | None:
    """The voxels that have this number, bool, inside the smallest box around them, and that box."""
    box = label_box(labels, number)
    return None if box is None else (labels[box] == number, box)
