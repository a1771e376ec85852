"""DICOM files that are no images of a patient but speak of some: read whole, and told by their kind."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, TypeVar, cast

import pydicom
from pydicom.dataset import Dataset

from medcrypt_gui.adapters.images.deflated import HEAD_BYTES, MOST_BYTES, is_deflated, refuse_bomb
from medcrypt_gui.adapters.images.dicom_header import at_most, quiet
from medcrypt_gui.adapters.images.dicom_text import PARSER_ERRORS, text
from medcrypt_gui.adapters.images.guarded_reads import GuardedReads
from medcrypt_gui.core.errors import UnreadableFileError
from medcrypt_gui.core.language import tr

Made = TypeVar("Made")
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


def from_object(path: Path, made_of: Callable[[Dataset], Made]) -> Made:
    """What is made of the whole file. Raises `UnreadableFileError`, and what ``made_of`` raises."""
    try:
        with quiet():
            return made_of(_whole(path))
    except (OSError, *PARSER_ERRORS) as exc:  # sequences are parsed when they are first asked for
        detail = tr("the DICOM file is damaged ({kind})", kind=type(exc).__name__)
        raise UnreadableFileError(detail, path=path) from exc


def _whole(path: Path) -> Dataset:
    try:
        with path.open("rb") as file:
            if is_deflated(file.read(HEAD_BYTES)):
                file.seek(0)
                refuse_bomb(at_most(file, MOST_BYTES + 1))
            file.seek(0)
            return pydicom.dcmread(cast(BinaryIO, GuardedReads(file)), force=True)
    except OSError as exc:
        raise UnreadableFileError(tr("cannot be read: {reason}", reason=exc.strerror), path=path) from exc
