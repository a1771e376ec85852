"""A small picture of a mask alone: seen from the front, from the left and from above, in the colours of its labels."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.mask.box import bounding_box
from medcrypt_gui.core.mask.roi_mask import RoiMask

_GAP_PX = 8
_FAINTEST = 0.35  # of the colour, where the mask is one voxel thin


def projections(mask: RoiMask, side_px: int) -> NDArray[np.uint8]:
    """``(side, 3 side + gaps, 3)`` RGB on black, true to scale; nothing but black for an empty mask.

    The head is up and the front is up; seen from the front and from above, the patient's left is on the right.
    """
    picture = np.zeros((side_px, 3 * side_px + 2 * _GAP_PX, 3), np.uint8)
    box = bounding_box(mask.labels)
    if box is None:
        return picture
    patient, spacing = _along_patient(mask, box)
    high, deep, wide = (size * mm for size, mm in zip(patient.shape, spacing, strict=True))
    scale = (side_px - 2) / max(high, deep, wide)
    colours = _colours(mask)
    views = (
        _seen(patient, 1, colours)[::-1],  # rows towards the head, columns towards the left
        _seen(patient, 2, colours)[::-1],  # columns towards the back
        _seen(patient, 0, colours),  # rows towards the back, columns towards the left
    )
    sizes = ((high, wide), (high, deep), (deep, wide))
    for number, (view, size_mm) in enumerate(zip(views, sizes, strict=True)):
        rows, columns = (max(1, round(mm * scale)) for mm in size_mm)
        top, left = (side_px - rows) // 2, number * (side_px + _GAP_PX) + (side_px - columns) // 2
        small = cv2.resize(np.ascontiguousarray(view), (columns, rows), interpolation=cv2.INTER_AREA)
        picture[top : top + rows, left : left + columns] = small
    return picture


def _along_patient(mask: RoiMask, box: tuple[slice, slice, slice]) -> tuple[NDArray[np.uint8], tuple[float, ...]]:
    """The marked part with axes that run towards the patient's head, back and left; and their voxel sizes in mm."""
    axes = mask.geometry.patient_axes()[::-1]
    order = tuple(2 - index for index, _sign in axes)
    signs = tuple(slice(None, None, sign) for _index, sign in axes)
    spacing = tuple(mask.geometry.spacing_mm[index] for index, _sign in axes)
    return mask.labels[box].transpose(order)[signs], spacing


def _colours(mask: RoiMask) -> NDArray[np.float32]:
    table = np.full((256, 3), 170, np.float32)
    for one in mask.table:
        table[one.number] = one.colour
    table[0] = 0
    return table


def _seen(labels: NDArray[np.uint8], axis: int, colours: NDArray[np.float32]) -> NDArray[np.uint8]:
    """What lies along ``axis``: the label of the highest number, the brighter the more there is of any."""
    depth = np.count_nonzero(labels, axis=axis).astype(np.float32)
    strength = _FAINTEST + (1 - _FAINTEST) * depth / max(float(depth.max()), 1.0)
    return (colours[labels.max(axis=axis)] * strength[..., None]).astype(np.uint8)
