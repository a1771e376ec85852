"""What the voxels of an image mean as a mask: labels by number, or inside and outside."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.adapters.masks.label_numbers import fitting_numbers
from medcrypt_gui.core.imaging.labels_present import labels_present
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.mask.labels import MOST_LABELS, ROI

_ROI_VALUES = {1, 255}  # by which programs say "inside"
_MOST_COUNTED = 1 << 16


def labels_of(
    volume: Volume, named: frozenset[int], path: Path
) -> tuple[NDArray[np.uint8], dict[int, int], tuple[str, ...]]:
    """``(Z, Y, X)`` uint8, for each value its label, and sentences on what was done to them.

    One value, negative ones or fractions (probabilities): whatever is not zero is the ROI; a number that is none is
    outside. Several whole ones are labels; above 255 they get free numbers. Values ``named`` in the file are labels in
    any case. Raises `UnsupportedInputError` for more values than a mask has labels.
    """
    values = _shown(volume)
    whole = values.dtype.kind in "ub" or _are_whole(values)
    inside = values != 0 if values.dtype.kind != "f" else (values != 0) & (values == values)
    if not whole:
        text = tr("The file holds fractions or negative values: all that is not zero is the ROI.")
        return np.where(inside, np.uint8(ROI), np.uint8(0)), {}, (text,)
    found = _different(values, inside)
    if len(found) == 1 and found[0] not in named:
        one = tr("The file's one value, {value}, is the ROI.", value=found[0])
        told: tuple[str, ...] = () if found[0] in _ROI_VALUES else (one,)
        return np.where(inside, np.uint8(ROI), np.uint8(0)), {found[0]: ROI}, told
    numbers_of, told = fitting_numbers(found, {}, path)
    if not found or max(found) <= MOST_LABELS:
        return np.where(inside, values, 0).astype(np.uint8), numbers_of, told
    labels = np.zeros(values.shape, np.uint8)
    order = np.array(found)
    targets = np.array([numbers_of[value] for value in found], np.uint8)
    for z, plane in enumerate(values):  # a slice at a time, so that little memory is taken
        places = np.clip(np.searchsorted(order, plane), 0, len(order) - 1)
        labels[z] = np.where(inside[z], targets[places], 0)
    return labels, numbers_of, told


def _shown(volume: Volume) -> NDArray[np.generic]:
    """The values, without a copy where those stored are the values."""
    if volume.slope == 1.0 and volume.intercept == 0.0:
        return volume.stored
    return np.asarray(volume.stored.astype(np.float64) * volume.slope + volume.intercept).astype(np.float32)


def _are_whole(values: NDArray[np.generic]) -> bool:
    """Whether all of them are whole numbers from zero up; what is no number is passed over."""
    for plane in values:
        if values.dtype.kind == "f":
            plane = plane[np.isfinite(plane)]
            if (plane != np.rint(plane)).any():
                return False
        if plane.size and plane.min() < 0:
            return False
    return True


def _different(values: NDArray[np.generic], inside: NDArray[np.bool_]) -> list[int]:
    if values.dtype == np.uint8:
        return sorted(labels_present(values.view(np.uint8)))
    found: set[int] = set()
    for plane, region in zip(values, inside, strict=True):
        found.update(int(value) for value in np.unique(plane[region]) if np.isfinite(value))
        if len(found) > _MOST_COUNTED:
            break
    return sorted(found)
