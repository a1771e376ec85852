"""The tables and windows of a DICOM file (PS3.3 C.11.1 and C.11.2), with the deviations that are met in real ones."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.multival import MultiValue

from medcrypt_gui.adapters.images.dicom_text import PARSER_ERRORS, number, numbers, text
from medcrypt_gui.core.imaging.file_window import Curve, FileWindow
from medcrypt_gui.core.imaging.lookup_table import LookupTable

_ENTRIES_OF_ZERO = 1 << 16  # a number of entries that does not fit 16 bits is written as 0
_FEWEST_BITS, _MOST_BITS = 8, 16
_MOST_WINDOWS = 64


def modality_table(dataset: Dataset, little_endian: bool) -> LookupTable | None:
    """What turns stored values into those that are shown; None without a table, or when it is damaged."""
    items = items_of(dataset, "ModalityLUTSequence")
    return _table(items[0], little_endian, _is_signed(dataset)) if items else None


def modality_table_unit(dataset: Dataset) -> str:
    """What the table's values are: ModalityLUTType, "" where it names none."""
    items = items_of(dataset, "ModalityLUTSequence")
    named = text(items[0], "ModalityLUTType") if items else ""
    # Optical densities are stored in thousandths (PS3.3 C.11.1.1.2).
    return {"US": "", "OD": "OD/1000"}.get(named, named)


def file_windows(dataset: Dataset, little_endian: bool) -> tuple[FileWindow, ...]:
    """Every way in which the file offers to be shown: its tables first, then its windows, in their order."""
    signed = _is_signed(dataset) or (number(dataset, "RescaleIntercept") or 0.0) < 0
    tables = [
        (item, _table(item, little_endian, signed)) for item in items_of(dataset, "VOILUTSequence")[:_MOST_WINDOWS]
    ]
    shown_by_table = [_window_of(table, text(item, "LUTExplanation")) for item, table in tables if table is not None]
    return (*shown_by_table, *_lines_and_curves(dataset))


def _window_of(table: LookupTable, name: str) -> FileWindow:
    """The table's whole extent as level and width, from which a user goes on."""
    count = table.values.size
    return FileWindow(table.first + count / 2, float(count), table, name)


def _lines_and_curves(dataset: Dataset) -> list[FileWindow]:
    levels, widths = numbers(dataset, "WindowCenter"), numbers(dataset, "WindowWidth")
    names = _texts(dataset, "WindowCenterWidthExplanation")
    function = text(dataset, "VOILUTFunction")
    windows = []
    for place, (level, width) in enumerate(zip(levels[:_MOST_WINDOWS], widths, strict=False)):
        if width > 0:
            name = names[place] if place < len(names) else ""
            windows.append(FileWindow(level, width, _curve(dataset, function, width), name))
    return windows


def _curve(dataset: Dataset, function: str, width: float) -> Curve:
    """LINEAR counts whole numbers; where values are none, it would cut off a part of them, and is taken as exact."""
    if function == "SIGMOID":
        return Curve.SIGMOID
    scale = [number(dataset, keyword) for keyword in ("RescaleSlope", "RescaleIntercept", "DoseGridScaling")]
    whole = all(part is None or part == round(part) for part in scale) and "PixelRepresentation" in dataset
    return Curve.LINEAR if function != "LINEAR_EXACT" and whole and width >= 1 else Curve.EXACT


def _table(item: Dataset, little_endian: bool, signed: bool) -> LookupTable | None:
    try:
        described = [int(part) for part in item.LUTDescriptor]
        entries = _entries(item["LUTData"].value, little_endian, described)
    except PARSER_ERRORS:
        return None
    if len(described) != 3 or entries.size == 0:
        return None
    count, first, bits = (part & 0xFFFF for part in described)
    # Written as an unsigned number although the values that it maps are signed, or the other way round.
    first = first - (1 << 16) if signed and first >= 1 << 15 else first
    entries = entries[: count or _ENTRIES_OF_ZERO]
    bits = bits if _FEWEST_BITS <= bits <= _MOST_BITS else _FEWEST_BITS
    top = (1 << max(bits, int(entries.max()).bit_length())) - 1
    return LookupTable(first, entries, top)


def _entries(value: Any, little_endian: bool, described: list[int]) -> NDArray[np.uint16]:
    """LUTData as numbers: of two bytes each, or of one where there are too few bytes for two."""
    count = (described[0] & 0xFFFF) or _ENTRIES_OF_ZERO
    if not isinstance(value, bytes):
        words = np.atleast_1d(np.asarray(value, dtype=np.int64)) & 0xFFFF
        value, little_endian = words.astype("<u2").tobytes(), True
    if count <= len(value) < 2 * count and described[2] <= _FEWEST_BITS:
        return np.frombuffer(value, np.uint8).astype(np.uint16)
    whole = value[: len(value) // 2 * 2]
    return np.frombuffer(whole, "<u2" if little_endian else ">u2").astype(np.uint16)


def items_of(dataset: Dataset, keyword: str) -> list[Dataset]:
    """The items of a sequence; none where it is damaged."""
    try:
        return list(dataset.get(keyword) or [])
    except PARSER_ERRORS:
        return []


def _texts(dataset: Dataset, keyword: str) -> list[str]:
    try:
        value = dataset.get(keyword)
    except PARSER_ERRORS:
        return []
    parts = value if isinstance(value, (list, MultiValue)) else [] if value is None else [value]
    return [str(part).strip("\0 ") for part in parts]


def _is_signed(dataset: Dataset) -> bool:
    return number(dataset, "PixelRepresentation") == 1
