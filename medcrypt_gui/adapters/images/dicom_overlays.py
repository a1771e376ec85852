"""The overlays of a DICOM file (groups 6000 to 601E, PS3.3 C.9.2): one-bit graphics over its image."""

from __future__ import annotations

from pydicom.dataset import Dataset

from medcrypt_gui.adapters.images.dicom_text import PARSER_ERRORS
from medcrypt_gui.core.imaging.overlay_plane import OverlayPlane
from medcrypt_gui.core.imaging.series import PixelLayout

GROUPS = range(0x6000, 0x6020, 2)
_ROWS, _COLUMNS, _FRAMES, _KIND, _ORIGIN, _FIRST_FRAME = 0x0010, 0x0011, 0x0015, 0x0040, 0x0050, 0x0051
_BITS_ALLOCATED, _BIT_POSITION, _DATA = 0x0100, 0x0102, 0x3000
ELEMENTS = (_ROWS, _COLUMNS, _FRAMES, _KIND, _ORIGIN, _FIRST_FRAME, _BITS_ALLOCATED, _BIT_POSITION, _DATA)


def overlays_of(dataset: Dataset, layout: PixelLayout, frame: int, little_endian: bool) -> tuple[OverlayPlane, ...]:
    """The graphics over image ``frame`` (from 0), one a group; groups that contradict themselves are left out."""
    found = []
    for group in GROUPS:
        if (group << 16 | _ROWS) in dataset or (group << 16 | _BIT_POSITION) in dataset:
            try:
                plane = _plane(dataset, group, layout, frame, little_endian)
            except PARSER_ERRORS:
                continue
            if plane is not None:
                found.append(plane)
    return tuple(found)


def _plane(dataset: Dataset, group: int, layout: PixelLayout, frame: int, little_endian: bool) -> OverlayPlane | None:
    data = dataset.get(group << 16 | _DATA)
    if data is None or not data.value:
        return _embedded(layout, _number(dataset, group, _BIT_POSITION, 0))
    rows, columns = _number(dataset, group, _ROWS, 0), _number(dataset, group, _COLUMNS, 0)
    origin = dataset.get(group << 16 | _ORIGIN)
    top, left = (int(part) - 1 for part in origin.value) if origin is not None and origin.value else (0, 0)
    several = (group << 16 | _FRAMES) in dataset
    count = _number(dataset, group, _FRAMES, 1)
    # Without a number of frames, the graphics hold for every image.
    place = frame - (_number(dataset, group, _FIRST_FRAME, 1) - 1) if several else 0
    packed = bytes(data.value)
    if not little_endian and data.VR == "OW":
        packed = _swapped(packed)
    start = place * rows * columns
    if min(rows, columns) < 1 or not 0 <= place < count or start + rows * columns > len(packed) * 8:
        return None
    return OverlayPlane(rows, columns, top, left, packed, start)


def _embedded(layout: PixelLayout, position: int) -> OverlayPlane | None:
    """Graphics in one bit of the samples, which must be none of the value's."""
    value_bits = range(layout.high_bit + 1 - layout.bits_stored, layout.high_bit + 1)
    if layout.colour or layout.floating or position in value_bits or not 0 <= position < layout.bits_allocated:
        return None
    return OverlayPlane(layout.rows, layout.columns, 0, 0, position=position)


def _number(dataset: Dataset, group: int, element: int, default: int) -> int:
    entry = dataset.get(group << 16 | element)
    return default if entry is None or entry.value is None or entry.value == "" else int(entry.value)


def _swapped(words: bytes) -> bytes:
    """The two bytes of every word exchanged."""
    even = bytearray(words[: len(words) // 2 * 2])
    even[0::2], even[1::2] = even[1::2], even[0::2]
    return bytes(even)
