"""A DICOM file's whole header as lines to read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pydicom
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset

from medcrypt_gui.adapters.images.dicom_header import header_errors, quiet
from medcrypt_gui.adapters.images.dicom_text import PARSER_ERRORS
from medcrypt_gui.core.imaging.header_entry import HeaderEntry
from medcrypt_gui.core.language import tr, trn

_LONGEST = 400  # letters of a value
_DEEPEST = 12
_BULK = {"OB", "OW", "OD", "OF", "OL", "OV", "UN"}


def header_entries(path: Path) -> tuple[HeaderEntry, ...]:
    """Every element before the pixels, nested ones after their sequence. Raises `UnreadableFileError`."""
    with header_errors(path), quiet(), path.open("rb") as file:
        dataset = pydicom.dcmread(file, stop_before_pixels=True, force=True)
        return (*_lines(dataset.file_meta, 0), *_lines(dataset, 0))


def _lines(dataset: Dataset, depth: int) -> Iterator[HeaderEntry]:
    for tag in sorted(dataset.keys()):
        try:
            element = dataset[tag]
        except PARSER_ERRORS as exc:
            yield HeaderEntry(_address(tag), "", "", tr("(cannot be read: {kind})", kind=type(exc).__name__), depth)
            continue
        if element.VR != "SQ":
            yield HeaderEntry(_address(tag), element.name, element.VR, _value(element), depth)
            continue
        items = list(element.value or [])
        yield HeaderEntry(_address(tag), element.name, "SQ", trn("{count} item", "{count} items", len(items)), depth)
        for item in items if depth < _DEEPEST else ():
            yield from _lines(item, depth + 1)


def _address(tag: int) -> str:
    return f"({tag >> 16:04X},{tag & 0xFFFF:04X})"


def _value(element: DataElement) -> str:
    value = element.value
    if element.VR in _BULK and isinstance(value, bytes):
        return trn("{count} bytes", "{count} bytes", len(value))
    parts = [str(part) for part in value] if isinstance(value, (list, pydicom.multival.MultiValue)) else [str(value)]
    text = "\\".join(parts) if value is not None else ""
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
