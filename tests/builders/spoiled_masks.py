"""Scans with their masks as a technician gets them: most are right, some are spoiled in a known way."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import nibabel
import numpy as np
from numpy.typing import NDArray

Voxels = NDArray[np.uint8]
_BALL, _HOLE, _SHIFT = 12, 14, 10  # voxels


def middle(mask: Voxels) -> NDArray[np.intp]:
    """The centre of the marked voxels."""
    return np.array([ends.mean() for ends in np.nonzero(mask)]).astype(np.intp)


def half(mask: Voxels) -> Voxels:
    """The lower half is missing."""
    spoiled = mask.copy()
    spoiled[:, :, : middle(mask)[2]] = 0
    return spoiled


def ball(mask: Voxels) -> Voxels:
    """A ball in the background, in the corner farthest from the mask; it touches nothing."""
    place = [_BALL + 1 if at > n / 2 else n - _BALL - 2 for at, n in zip(middle(mask), mask.shape, strict=True)]
    inside = _around(mask, np.array(place), _BALL)
    return np.where(inside & (mask == 0), np.uint8(1), mask)


def hole(mask: Voxels) -> Voxels:
    """A cavity in the middle, closed on all sides."""
    return np.where(_around(mask, middle(mask), _HOLE), np.uint8(0), mask)


def shifted(mask: Voxels) -> Voxels:
    """It lies beside the head."""
    return np.roll(mask, _SHIFT, axis=0)


def build_day(scans: Path, folder: Path, spoiled: Mapping[int, Callable[[Voxels], Voxels]], count: int) -> Path:
    """The first ``count`` NiChart scans and their masks in ``folder``, those with these numbers spoiled."""
    folder.mkdir(parents=True)
    for number in range(1, count + 1):
        shutil.copyfile(scans / f"Subj{number}_T1.nii.gz", folder / f"Subj{number}_T1.nii.gz")
        name = f"Subj{number}_T1_brainmask.nii.gz"
        if number not in spoiled:
            shutil.copyfile(scans / name, folder / name)
            continue
        image = nibabel.load(scans / name)
        mask = spoiled[number](np.asarray(image.dataobj).astype(np.uint8))
        nibabel.save(nibabel.Nifti1Image(mask, image.affine, dtype=np.uint8), folder / name)
    return folder


def _around(mask: Voxels, place: NDArray[np.intp], radius: int) -> NDArray[np.bool_]:
    x, y, z = (np.arange(n) - at for n, at in zip(mask.shape, place, strict=True))
    squares: NDArray[np.intp] = x[:, None, None] ** 2 + y[None, :, None] ** 2 + z[None, None, :] ** 2
    return squares <= radius**2
