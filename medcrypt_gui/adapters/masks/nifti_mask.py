"""Masks as NIfTI files: the labels' numbers as voxels, their names in a comment of the header."""

from __future__ import annotations

import gzip
import io
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
from nibabel.nifti1 import Nifti1Extension

from medcrypt_gui.adapters.images.nifti import NiftiReader
from medcrypt_gui.adapters.images.nifti_header import open_inflated, read_header
from medcrypt_gui.adapters.masks import kept_labels
from medcrypt_gui.adapters.masks.image_mask import read_image_as_mask
from medcrypt_gui.core.imaging.labels_present import labels_present
from medcrypt_gui.core.imaging.series import Series
from medcrypt_gui.core.imaging.shear import is_sheared
from medcrypt_gui.core.language import mark
from medcrypt_gui.core.mask.labels import LabelTable
from medcrypt_gui.core.mask.mask_file import MaskKind, MaskMaker, StoredLabel, StoredMask
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.safe_write import write_atomically
from medcrypt_gui.core.task import TaskContext

NIFTI = MaskKind("nifti", mark("NIfTI"), (".nii.gz", ".nii"))
_COMMENT = 6  # the code of an extension of plain text, which every program may pass over
_MOST_HEADER_BYTES = 1 << 22
_CHUNK_BYTES = 1 << 22
_FAST, _SMALL = 3, 6  # 55 and 170 ms for 512 x 512 x 100; 0.20 and 0.14 MB
_TABLE_UNTOUCHED = LabelTable()


class NiftiMask:
    """Labels on the grid of any volume."""

    kinds = (NIFTI,)

    def recognises(self, path: Path) -> bool:
        """By the name."""
        return NiftiReader().recognises(path)

    def read(self, path: Path, series: Series, task: TaskContext) -> StoredMask:
        """See `read_image_as_mask`; the names are those in the header, where there are any."""
        return read_image_as_mask(path, NiftiReader(), series, task, _names(path, read_header(path).offset))

    def refusal(self, _kind: MaskKind, _series: Series) -> str:
        """Every series has a grid."""
        return ""

    def encode(
        self, _kind: MaskKind, name: str, mask: RoiMask, _series: Series, _maker: MaskMaker, task: TaskContext
    ) -> bytes:
        """As NIfTI-1 uint8, gzipped when the name ends so. Equal masks give equal files."""
        content = _plain(mask)
        return _gzipped(content, task) if name.lower().endswith(".gz") else content


def write_mask(path: Path, mask: RoiMask, force: bool = False) -> None:
    """Write a mask that a record beside it speaks of. Raises `WriteError` and its kinds."""
    content = _plain(mask)
    if path.name.lower().endswith(".gz"):
        content = _gzipped(content, TaskContext(), _FAST)
    write_atomically(path, content, force=force)


def _gzipped(content: bytes, task: TaskContext, level: int = _SMALL) -> bytes:
    """Without name and time, so that equal masks give equal files. Raises `Cancelled`."""
    file = io.BytesIO()
    with gzip.GzipFile("", "wb", compresslevel=level, fileobj=file, mtime=0) as stream:
        for start in range(0, len(content), _CHUNK_BYTES):
            task.checkpoint()
            stream.write(content[start : start + _CHUNK_BYTES])
    return file.getvalue()


def _plain(mask: RoiMask) -> bytes:
    new_image: Any = nibabel.Nifti1Image  # nibabel is not typed
    image = new_image(mask.labels.transpose(), mask.geometry.affine_ras, dtype=np.uint8)
    code = 1 if mask.geometry.oriented else 0
    image.set_sform(mask.geometry.affine_ras, code)
    # A qform cannot shear. Readers that find it declared beside the sform may take it, and put the mask elsewhere (ITK
    # 5.4 does); not declared, they take the sform or say that they cannot.
    image.set_qform(mask.geometry.affine_ras, 0 if is_sheared(mask.geometry) else code, strip_shears=True)
    table = mask.table.naming(labels_present(mask.labels))
    if table.labels != _TABLE_UNTOUCHED.labels:
        image.header.extensions.append(Nifti1Extension(_COMMENT, kept_labels.written(table).encode()))
    return bytes(image.to_bytes())


def _names(path: Path, offset: int) -> tuple[StoredLabel, ...]:
    """What an extension between header and voxels says of the labels."""
    if not 352 < offset <= _MOST_HEADER_BYTES:
        return ()
    with open_inflated(path) as file:
        head = file.read(offset)
    at = 352
    while at + 8 <= len(head):
        size, code = (int.from_bytes(head[at + k : at + k + 4], "little") for k in (0, 4))
        if size < 16 or size % 16:
            return ()
        if code == _COMMENT and (found := kept_labels.read(head[at + 8 : at + size].decode("utf-8", "replace"))):
            return found
        at += size
    return ()
