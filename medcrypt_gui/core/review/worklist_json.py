"""A worklist as text: where the studies lie and what they are called, not what was decided about them."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from medcrypt_gui.core.errors import UnreadableFileError, UnsupportedInputError
from medcrypt_gui.core.imaging.series import ImageFormat
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.review.series_ref import SeriesRef
from medcrypt_gui.core.review.worklist import Worklist, WorklistEntry, WorklistItem

LARGEST_BYTES = 256 << 20
_VERSION = 1


def worklist_text(worklist: Worklist, folder: Path) -> bytes:
    """The content of a file that will lie in ``folder``: paths on the same disk are relative to it."""
    places = [item.id for item in worklist.items]
    content = {
        "version": _VERSION,
        "name": worklist.name,
        "current": places.index(worklist.current) if worklist.current in places else None,
        "studies": [_entry_as_json(item.entry, folder) for item in worklist.items],
    }
    return json.dumps(content, indent=1).encode("ascii")


def worklist_in(content: bytes, folder: Path) -> Worklist:
    """The worklist in a file that lies in ``folder``; what was decided is not in it.

    Raises `UnreadableFileError` for a damaged file, `UnsupportedInputError` for one of a newer version.
    """
    try:
        kept = json.loads(content.decode("utf-8"))
        if type(kept["version"]) is int and kept["version"] > _VERSION:
            raise UnsupportedInputError(tr("the worklist was written by a newer version"))
        if kept["version"] != _VERSION:
            raise ValueError("a worklist has a version")
        items = tuple(WorklistItem(_entry_in(one, folder)) for one in kept["studies"])
        items = tuple({item.id: item for item in items}.values())
        name, current = kept["name"], kept["current"]
        if not isinstance(name, str) or not (current is None or type(current) is int):
            raise TypeError("a worklist has a name")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UnreadableFileError(tr("the worklist is damaged")) from error
    shown = items[current].id if current is not None and 0 <= current < len(items) else ""
    return Worklist(items, name, shown)


def _entry_as_json(entry: WorklistEntry, folder: Path) -> dict[str, Any]:
    return {
        "path": _relative(entry.ref.path, folder),
        "opens": _relative(entry.opens, folder),
        "format": entry.ref.format.name.lower(),
        "key": entry.ref.key,
        "name": entry.name,
        "modality": entry.modality,
        "shape": list(entry.shape),
        "mask": _relative(entry.first_mask, folder) if entry.first_mask is not None else None,
    }


def _entry_in(kept: Mapping[str, Any], folder: Path) -> WorklistEntry:
    texts = [kept[name] for name in ("path", "opens", "format", "key", "name", "modality")]
    if any("\0" in text for text in (kept["path"], kept["opens"], kept["mask"] or "")):
        raise ValueError("a path is text")
    z, y, x = kept["shape"]
    if not all(isinstance(one, str) for one in texts) or not all(type(n) is int and n > 0 for n in (z, y, x)):
        raise TypeError("a study has a path, a name and a size")
    ref = SeriesRef(_absolute(kept["path"], folder), ImageFormat[kept["format"].upper()], kept["key"])
    mask = _absolute(kept["mask"], folder) if kept["mask"] is not None else None
    opens = _absolute(kept["opens"], folder)
    return WorklistEntry(ref, kept["name"], opens, kept["modality"], (z, y, x), mask)


def _relative(path: Path, folder: Path) -> str:
    """Below or beside the folder: relative, with ``/``; where only the root of the disk is common, the whole path."""
    try:
        common = Path(os.path.commonpath([path, folder]))
    except ValueError:  # another drive
        return str(path)
    if common == Path(common.anchor):
        return str(path)
    return Path(os.path.relpath(path, folder)).as_posix()


def _absolute(text: str, folder: Path) -> Path:
    return Path(os.path.normpath(folder / text))
