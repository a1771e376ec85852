"""DICOM data sets as trees of elements, Explicit VR Little Endian only (PS3.5, section 7).

Protect and Restore need the bytes of a file, not the meaning of its values: which elements there are, where each value
lies, and how to write them again.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from medcrypt_gui.core.errors import UnreadableFileError
from medcrypt_gui.core.language import tr

PREAMBLE_BYTES = 128
PIXEL_DATA = 0x7FE00010
_MAGIC = b"DICM"
_UNDEFINED = 0xFFFFFFFF
_ITEM, _ITEM_END, _SEQUENCE_END = 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD
_MAX_DEPTH = 32
_LONG_VRS = frozenset(re.findall(rb"..", b"OBODOFOLOVOWSQSVUCUNURUTUV"))
_SHORT_VRS = frozenset(re.findall(rb"..", b"AEASATCSDADSDTFDFLISLOLTPNSHSLSSSTTMUIULUS"))
_SHORT_HEAD = struct.Struct("<HH2sH")
_LENGTH = struct.Struct("<I")
_TEXT_PAD = {b"UI": b"\0", b"OB": b"\0", b"UN": b"\0"}


@dataclass(frozen=True, eq=False, slots=True)
class Element:
    """One element. ``value`` is its raw bytes, or for a sequence its items, each a tuple of elements.

    ``start`` and ``value_start`` are offsets in the file the element was parsed from (0 for a new one).
    """

    tag: int
    vr: bytes
    value: memoryview | bytes | tuple[tuple[Element, ...], ...]
    start: int = 0
    value_start: int = 0

    @property
    def items(self) -> tuple[tuple[Element, ...], ...]:
        """A sequence's items; empty for any other element."""
        return self.value if isinstance(self.value, tuple) else ()

    @property
    def raw(self) -> bytes:
        """The value's bytes; empty for a sequence."""
        return b"" if isinstance(self.value, tuple) else bytes(self.value)

    @property
    def text(self) -> str:
        """The value as Latin-1 text without padding."""
        return self.raw.decode("latin-1").strip(" \0")

    def u16(self) -> int:
        """A US value. Raises `UnreadableFileError` if there is none."""
        raw = self.raw
        if len(raw) < 2:
            raise UnreadableFileError(tr("element {tag:08x} holds no number", tag=self.tag))
        return int.from_bytes(raw[:2], "little")


@dataclass(frozen=True, eq=False)
class DicomFile:
    """A file's elements: the meta group, and the data set from offset ``data_set_start`` on."""

    meta: dict[int, Element]
    data_set: dict[int, Element]
    data_set_start: int


def is_dicom(data: bytes | memoryview) -> bool:
    return bytes(data[PREAMBLE_BYTES : PREAMBLE_BYTES + 4]) == _MAGIC


def parse_meta(data: bytes) -> tuple[dict[int, Element], int]:
    """The file meta elements and the offset behind them. Raises `UnreadableFileError`."""
    if not is_dicom(data):
        raise UnreadableFileError(tr("the file has no DICOM header"))
    view = memoryview(data)
    at, meta = PREAMBLE_BYTES + 4, {}
    while at + 2 <= len(view) and bytes(view[at : at + 2]) == b"\x02\x00":
        element, at = _parse_element(view, at, len(view), 0)
        meta[element.tag] = element
    return meta, at


def parse_file(data: bytes) -> DicomFile:
    """A whole file whose data set is in Explicit VR Little Endian. Raises `UnreadableFileError`."""
    meta, start = parse_meta(data)
    return DicomFile(meta, parse_data_set(data, start), start)


def parse_data_set(data: bytes, start: int = 0) -> dict[int, Element]:
    """The elements from ``start`` to the end of ``data``, by tag, in ascending order. Raises `UnreadableFileError`."""
    view = memoryview(data)
    elements, at, previous = {}, start, -1
    while at < len(view):
        element, at = _parse_element(view, at, len(view), 0)
        if element.tag <= previous:
            raise UnreadableFileError(tr("the data set's elements are out of order"))
        elements[element.tag] = element
        previous = element.tag
    return elements


def serialise(elements: Iterable[Element]) -> bytes:
    """Elements in the given order; sequences and items with defined lengths."""
    return b"".join(_serialised(element) for element in elements)


def new_element(tag: int, vr: bytes, value: bytes | str) -> Element:
    """An element with a single value, padded to even length as its VR demands."""
    raw = value.encode("latin-1") if isinstance(value, str) else value
    return Element(tag, vr, raw + _TEXT_PAD.get(vr, b" ") * (len(raw) % 2))


def walk(elements: Iterable[Element], change: Callable[[Element], Element | None]) -> tuple[Element, ...]:
    """The elements with ``change`` applied at every level, from the inside out; None removes one."""
    result = []
    for element in elements:
        if element.items:
            items = tuple(walk(item, change) for item in element.items)
            element = Element(element.tag, element.vr, items)
        changed = change(element)
        if changed is not None:
            result.append(changed)
    return tuple(result)


def _serialised(element: Element) -> bytes:
    value = element.value
    if isinstance(value, tuple):
        bodies = [serialise(item) for item in value]
        value = b"".join(struct.pack("<HHI", 0xFFFE, 0xE000, len(body)) + body for body in bodies)
    group, number = element.tag >> 16, element.tag & 0xFFFF
    if element.vr in _LONG_VRS:
        return struct.pack("<HH2sHI", group, number, element.vr, 0, len(value)) + value
    return _SHORT_HEAD.pack(group, number, element.vr, len(value)) + value


def _parse_element(view: memoryview, start: int, end: int, depth: int) -> tuple[Element, int]:
    if start + 8 > end or depth > _MAX_DEPTH:
        raise UnreadableFileError(tr("the data set is cut off or nested too deeply"))
    group, number, vr, length = _SHORT_HEAD.unpack_from(view, start)
    tag, at = group << 16 | number, start + 8
    if vr in _LONG_VRS:
        if at + 4 > end:
            raise UnreadableFileError(tr("the data set is cut off"))
        (length,) = _LENGTH.unpack_from(view, at)
        at += 4
    elif vr not in _SHORT_VRS:
        raise UnreadableFileError(tr("element {tag:08x} has no known value representation", tag=tag))
    if vr == b"SQ":
        items, after = _parse_items(view, at, end, length, depth)
        return Element(tag, vr, items, start, at), after
    if length > end - at:
        raise UnreadableFileError(tr("element {tag:08x} is cut off", tag=tag))
    return Element(tag, vr, view[at : at + length], start, at), at + length


def _parse_items(
    view: memoryview, at: int, end: int, length: int, depth: int
) -> tuple[tuple[tuple[Element, ...], ...], int]:
    defined = length != _UNDEFINED
    if defined and length > end - at:
        raise UnreadableFileError(tr("a sequence is cut off"))
    stop = at + length if defined else end
    items: list[tuple[Element, ...]] = []
    while at < stop or not defined:
        tag, item_length, at = _item_head(view, at, stop)
        if tag == _SEQUENCE_END and not defined:
            break
        if tag != _ITEM:
            raise UnreadableFileError(tr("a sequence holds something that is no item"))
        item, at = _parse_item(view, at, stop, item_length, depth + 1)
        items.append(item)
    return tuple(items), at


def _parse_item(view: memoryview, at: int, end: int, length: int, depth: int) -> tuple[tuple[Element, ...], int]:
    defined = length != _UNDEFINED
    if defined and length > end - at:
        raise UnreadableFileError(tr("an item is cut off"))
    stop = at + length if defined else end
    elements: list[Element] = []
    while at < stop or not defined:
        if not defined and _item_tag(view, at, stop) == _ITEM_END:
            return tuple(elements), at + 8
        element, at = _parse_element(view, at, stop, depth)
        elements.append(element)
    return tuple(elements), at


def _item_head(view: memoryview, at: int, end: int) -> tuple[int, int, int]:
    tag = _item_tag(view, at, end)
    return tag, _LENGTH.unpack_from(view, at + 4)[0], at + 8


def _item_tag(view: memoryview, at: int, end: int) -> int:
    if at + 8 > end:
        raise UnreadableFileError(tr("a sequence is cut off"))
    group, number = struct.unpack_from("<HH", view, at)
    return int(group) << 16 | int(number)
