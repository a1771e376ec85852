"""Small masks, records and studies for the tests of the review."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import nibabel
import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.series import ImageFormat, Series
from medcrypt_gui.core.mask.labels import LabelTable
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.review.record import Decision, KeptMask, ReviewRecord
from medcrypt_gui.core.review.state import ReviewState

GRID = Geometry((6, 12, 10), np.array([[0.0, 0.9, 0.1, -40.1], [-1.1, 0, 0, 33], [0, 0.1, 2.5, 7.25], [0, 0, 0, 1.0]]))
MONDAY = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)


def hash_of(letter: str) -> str:
    """A hash that is none, told from others by its letter."""
    return letter * 64


def kept(letter: str, file: str = "A.medcrypt-mask.nii.gz") -> KeptMask:
    return KeptMask(file, hash_of(letter), LabelTable(), 1.5)


def decision(
    state: ReviewState, letter: str | None = "a", version: int = 1, minutes: int = 0, reviewer: str = "Ada"
) -> Decision:
    mask = kept(letter) if letter is not None else None
    return Decision(state, version, mask, MONDAY + timedelta(minutes=minutes), reviewer)


def record(*decisions: Decision, working: str | None = None) -> ReviewRecord:
    """A record with these decisions; ``working`` is the letter of another mask kept since."""
    made = ReviewRecord()
    for one in decisions:
        made = made.with_decision(one)
    return made if working is None else made.with_working(kept(working), MONDAY)


def ball(grid: Geometry = GRID, radius: float = 3.0, number: int = 1, table: LabelTable | None = None) -> RoiMask:
    """A ball in the middle of the grid, in voxels."""
    place = np.indices(grid.shape) - (np.array(grid.shape)[:, None, None, None] - 1) / 2
    labels = np.where((place**2).sum(axis=0) <= radius**2, np.uint8(number), np.uint8(0))
    return RoiMask(labels, grid, table or LabelTable())


def with_voxel(mask: RoiMask, value: int = 1, at: tuple[int, int, int] = (0, 0, 0)) -> RoiMask:
    """The mask with one voxel changed."""
    labels = mask.labels.copy()
    labels[at] = value
    return RoiMask(labels, mask.geometry, mask.table)


def write_nifti(path: Path, voxels: NDArray[np.generic], grid: Geometry = GRID) -> Path:
    """``(Z, Y, X)`` voxels as a NIfTI file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    image = nibabel.Nifti1Image(voxels.transpose(), grid.affine_ras)
    image.set_sform(grid.affine_ras, 1)
    image.set_qform(grid.affine_ras, 1, strip_shears=True)
    nibabel.save(image, path)
    return path


def write_study(folder: Path, name: str = "A", mask: RoiMask | None = None, suffix: str = "_mask") -> Path:
    """A NIfTI study, and beside it a mask where one is given."""
    noise = np.random.default_rng(len(name)).integers(0, 900, GRID.shape).astype(np.int16)
    if mask is not None:
        write_nifti(folder / f"{name}{suffix}.nii.gz", mask.labels)
    return write_nifti(folder / f"{name}.nii.gz", noise)


def nifti_series(path: Path, grid: Geometry = GRID) -> Series:
    return Series(str(path), ImageFormat.NIFTI, "MR", path.name, None, (path,), grid)


def dicom_series(folder: Path, uid: str = "1.2.3", names: Sequence[str] = ("Doe_1.dcm",)) -> Series:
    files = tuple(folder / name for name in names)
    return Series(uid, ImageFormat.DICOM, "CT", "head", 1, files, GRID)
