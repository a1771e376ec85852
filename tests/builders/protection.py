"""Series put through Protect, for tests."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.adapters.protection import PROTECTORS
from medcrypt_gui.core.age import HybridIdentity
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.series import ImageFormat, Series
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.protect_study import ProtectedSet, ProtectRequest, plan_protection, protect

# One identity serves all tests: making one is no subject of theirs.
IDENTITY = HybridIdentity.from_seed(bytes(range(32)))


@dataclass(frozen=True)
class Protected:
    """A protection and what went into it."""

    originals: tuple[Path, ...]
    mask: NDArray[np.bool_]
    outcome: ProtectedSet
    identity: HybridIdentity

    @property
    def folder(self) -> Path:
        return self.outcome.folder

    def original_bytes(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in self.originals}


def plain_series(files: Sequence[Path], shape: tuple[int, int, int]) -> Series:
    """The series of these files in this order, as a reader would give it, on a unit grid."""
    nifti = files[0].name.endswith((".nii", ".nii.gz"))
    image_format = ImageFormat.NIFTI if nifti else ImageFormat.DICOM
    return Series("1.2.3", image_format, "MR", "test", 1, tuple(files), Geometry(shape, np.eye(4)))


def box_mask(shape: tuple[int, int, int]) -> NDArray[np.bool_]:
    """A box that covers the middle half of every axis, at least one voxel."""
    mask = np.zeros(shape, bool)
    mask[tuple(slice(n // 4, max(n // 4 + 1, 3 * n // 4)) for n in shape)] = True
    return mask


def request_for(files: Sequence[Path], mask: NDArray[np.bool_], target: Path, *, force: bool = False) -> ProtectRequest:
    series = plain_series(files, mask.shape)
    return ProtectRequest(series, RoiMask.from_bool(mask, series.geometry), target, force=force)


def protect_files(
    files: Sequence[Path], mask: NDArray[np.bool_], target: Path, identity: HybridIdentity = IDENTITY
) -> Protected:
    """Protect ``files`` where ``mask`` ``(Z, Y, X)`` is set."""
    plan = plan_protection(request_for(files, mask, target), PROTECTORS)
    return Protected(tuple(files), mask, protect(plan, identity, TaskContext()), identity)


def copied(folder: Path, target: Path) -> Path:
    shutil.copytree(folder, target)
    return target
