"""Protect's view of NIfTI files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.adapters.protection.read_original import read_original
from medcrypt_gui.core.errors import InputError, UnsupportedInputError
from medcrypt_gui.core.imaging.series import ImageFormat
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.protect.envelope import Source
from medcrypt_gui.core.protect.nifti_source import NiftiOriginal
from medcrypt_gui.core.protect.port import ProtectionJob, Survey
from medcrypt_gui.core.protect.set_keys import KeyedSet, RandomBytes
from medcrypt_gui.core.task import TaskContext

_BLOCK_BYTES = 8192


class NiftiProtector:
    """Single-file NIfTI images of whole numbers, ``.nii`` and ``.nii.gz``."""

    format = ImageFormat.NIFTI

    def survey(self, files: Sequence[Path], task: TaskContext) -> Survey:
        task.checkpoint()
        if len(files) != 1:
            raise UnsupportedInputError(tr("NIfTI pairs (.hdr and .img) are not supported yet"))
        original = _read(files[0])
        suffix, size = (".nii.gz", 2 * len(original.data)) if original.compressed else (".nii", len(original.data))
        readable = [tr("everything outside the region, the face included unless the region covers it")]
        if original.header.field("descrip")[0].strip(b"\0 "):
            readable.insert(0, tr("the description in the NIfTI header"))
        return Survey(tuple(files), (original.layout,), (f"IMAGE0001{suffix}",), size + _BLOCK_BYTES, tuple(readable))

    def begin(
        self,
        survey: Survey,
        masks: Sequence[NDArray[np.bool_]],
        protected_set: KeyedSet,
        random_bytes: RandomBytes,  # noqa: ARG002 (a NIfTI header holds no identifier to replace)
    ) -> ProtectionJob:
        return _NiftiJob(survey.files[0], masks[0], len(protected_set.key_blob))


@dataclass(frozen=True, eq=False)
class _NiftiJob:
    path: Path
    mask: NDArray[np.bool_]
    key_blob_bytes: int

    def source(self, index: int) -> Source:  # noqa: ARG002 (there is one file)
        return _read(self.path).source(self.mask, self.key_blob_bytes)


def _read(path: Path) -> NiftiOriginal:
    try:
        return NiftiOriginal.parse(read_original(path))
    except InputError as error:
        raise type(error)(error.detail, path=path) from error
