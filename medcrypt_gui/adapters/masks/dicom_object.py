"""DICOM files that are no images of a patient but speak of some: read whole, and told by their kind."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO, cast

import pydicom
from pydicom.dataset import Dataset

from medcrypt_gui.adapters.images.deflated import HEAD_BYTES, MOST_BYTES, is_deflated, refuse_bomb
from medcrypt_gui.adapters.images.dicom_header import at_most, quiet
from medcrypt_gui.adapters.images.dicom_text import PARSER_ERRORS, text
from medcrypt_gui.adapters.images.guarded_reads import GuardedReads
from medcrypt_gui.core.errors import UnreadableFileError
from medcrypt_gui.core.language import tr

_SOP_CLASS = 0x00080016


def sop_class(path: Path) -> str:
    """The kind of DICOM file, by its UID; empty for what is no DICOM file. Raises `OSError`."""
    with quiet(), path.open("rb") as file:
        try:
            guarded = cast(BinaryIO, GuardedReads(file))
            head = pydicom.dcmread(guarded, stop_before_pixels=True, force=True, specific_tags=[_SOP_CLASS])
            return text(head, "SOPClassUID") or str(head.file_meta.get("MediaStorageSOPClassUID", ""))
        except PARSER_ERRORS:
            return ""


def read_object(path: Path) -> Dataset:
    """The whole file. Raises `UnreadableFileError`; what its elements hold may still be damaged."""
    try:
        with quiet(), path.open("rb") as file:
            if is_deflated(file.read(HEAD_BYTES)):
                file.seek(0)
                refuse_bomb(at_most(file, MOST_BYTES + 1))
            file.seek(0)
            return pydicom.dcmread(cast(BinaryIO, GuardedReads(file)), force=True)
    except OSError as exc:
        raise UnreadableFileError(tr("cannot be read: {reason}", reason=exc.strerror), path=path) from exc
    except PARSER_ERRORS as exc:
        raise damaged(path, exc) from exc


def damaged(path: Path, error: Exception) -> UnreadableFileError:
    """What is said of a file in which pydicom stumbled."""
    return UnreadableFileError(tr("the DICOM file is damaged ({kind})", kind=type(error).__name__), path=path)
