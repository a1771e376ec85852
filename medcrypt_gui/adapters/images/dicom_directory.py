"""DICOMDIR: the index of a disc or folder, and the files it names (PS3.3 annex F, PS3.10 section 8)."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pydicom
from pydicom.multival import MultiValue

from medcrypt_gui.adapters.images.dicom_text import PARSER_ERRORS
from medcrypt_gui.core.errors import UnreadableFileError
from medcrypt_gui.core.imaging.series import Unreadable
from medcrypt_gui.core.language import tr


def files_named_by(directory: Path, known: Iterable[Path]) -> tuple[list[Path], list[Unreadable]]:
    """The files that a DICOMDIR refers to beside the ``known`` ones, in its order; and those that are not there.

    Names are found whatever their capitals: discs are copied by systems that change them.
    """
    try:
        with directory.open("rb") as file:
            dataset = pydicom.dcmread(file, force=True, specific_tags=["DirectoryRecordSequence"])
            records = [record.get("ReferencedFileID") for record in dataset.get("DirectoryRecordSequence") or []]
    except PARSER_ERRORS as exc:
        reason = UnreadableFileError(tr("the DICOMDIR is damaged ({kind})", kind=type(exc).__name__), path=directory)
        return [], [Unreadable(directory, reason)]
    except OSError as exc:
        reason = UnreadableFileError(tr("cannot be read: {reason}", reason=exc.strerror), path=directory)
        return [], [Unreadable(directory, reason)]
    had = {str(path.absolute()).lower() for path in known}
    names = dict.fromkeys(parts for record in records if (parts := _parts(record)))
    listed: dict[Path, dict[str, Path]] = {}
    found: list[Path] = []
    missing: list[Unreadable] = []
    for parts in names:
        named = directory.absolute().parent.joinpath(*parts)
        if str(named).lower() in had:
            continue
        there = _on_disk(directory.parent, parts, listed)
        if there is None:
            reason = UnreadableFileError(tr("the DICOMDIR names this file, but it is not there"), path=named)
            missing.append(Unreadable(named, reason))
        elif str(there.absolute()).lower() not in had:
            found.append(there)
    return found, missing


def _parts(value: object) -> tuple[str, ...]:
    """The components of a file ID; none of one that would lead out of the folder."""
    parts = tuple(
        str(part).strip("\0 ") for part in (value if isinstance(value, (MultiValue, list)) else [value or ""])
    )
    unsafe = ("", ".", "..")
    return () if any(part in unsafe or set(part) & set("/\\:") for part in parts) else parts


def _on_disk(folder: Path, parts: tuple[str, ...], listed: dict[Path, dict[str, Path]]) -> Path | None:
    """The file below ``folder``; ``listed`` keeps what folders hold, by their names and in small letters."""
    at = folder
    for part in parts:
        if at not in listed:
            try:
                entries = list(at.iterdir())
            except OSError:
                return None
            listed[at] = {_plain(entry.name): entry for entry in entries} | {entry.name: entry for entry in entries}
        entry = listed[at].get(part) or listed[at].get(_plain(part))
        if entry is None:
            return None
        at = entry
    return at if at.is_file() else None


def _plain(name: str) -> str:
    """As names on discs are compared: without capitals, and without the version that ISO 9660 adds."""
    return name.lower().removesuffix(";1").removesuffix(".")
