"""Protected DICOM files: put together and taken apart (format.md, 4.2 and 4.3)."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from medcrypt_gui.core.errors import NotProtectedError, UnreadableFileError
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.protect.block import Part, ProtectionBlock
from medcrypt_gui.core.protect.dicom_elements import (
    PIXEL_DATA,
    PREAMBLE_BYTES,
    Element,
    new_element,
    parse_file,
    serialise,
)
from medcrypt_gui.core.protect.dicom_rules import CREATOR, PRIVATE_GROUP, SERIES_INSTANCE, SOP_CLASS, SOP_INSTANCE
from medcrypt_gui.core.protect.envelope import Enclosure, ProtectedInstance
from medcrypt_gui.core.protect.samples import SampleLayout, Words
from medcrypt_gui.core.protect.tags import TAG_BYTES

EXPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2.1"
# UUID-derived (2.25), made once for this program: it names the software that wrote a file, not the file.
_IMPLEMENTATION_CLASS = "2.25.302197503311571297480221158430427143505"
_IMPLEMENTATION_NAME = "MEDCRYPT_0"
_PREFIX = bytes(PREAMBLE_BYTES) + b"DICM"
_BLOCK = 0x10
_LENGTH = struct.Struct("<Q")


@dataclass(frozen=True, eq=False)
class DicomEnvelope:
    """The visible DICOM file. ``elements`` is the visible data set without our block and pixel data, ascending."""

    elements: tuple[Element, ...]
    layout: SampleLayout

    @cached_property
    def _halves(self) -> tuple[bytes, bytes]:
        """The data set before and behind our block."""
        low = [element for element in self.elements if element.tag >> 16 < PRIVATE_GROUP]
        return serialise(low), serialise(self.elements[len(low) :])

    @property
    def visible_header(self) -> bytes:
        return b"".join(self._halves)

    @cached_property
    def uids(self) -> tuple[bytes, bytes]:
        named = {element.tag: element for element in self.elements}
        return _uid(named, SOP_INSTANCE), _uid(named, SERIES_INSTANCE)

    def enclose(self, block: ProtectionBlock, samples: Words) -> Enclosure:
        low, high = self._halves
        parts = serialise(_private_elements(block))
        pixels = samples.tobytes()
        pixel_data = serialise([new_element(PIXEL_DATA, b"OW" if self.layout.bits_allocated == 16 else b"OB", pixels)])
        # The file tag is the last part, and its 32 bytes the last of its value.
        return Enclosure((_PREFIX, self._meta(), low, parts[:-TAG_BYTES]), (high, pixel_data))

    def _meta(self) -> bytes:
        sop_class = next((element.raw for element in self.elements if element.tag == SOP_CLASS), b"")
        meta = serialise(
            [
                Element(0x00020001, b"OB", b"\0\1"),
                new_element(0x00020002, b"UI", sop_class),
                new_element(0x00020003, b"UI", self.uids[0]),
                new_element(0x00020010, b"UI", EXPLICIT_LITTLE_ENDIAN),
                new_element(0x00020012, b"UI", _IMPLEMENTATION_CLASS),
                new_element(0x00020013, b"SH", _IMPLEMENTATION_NAME),
            ]
        )
        return serialise([Element(0x00020000, b"UL", len(meta).to_bytes(4, "little"))]) + meta


def private_block(elements: Iterable[Element]) -> int | None:
    """The number of the private block that our creator reserved, or None."""
    for element in elements:
        if element.tag >> 16 == PRIVATE_GROUP and 0x10 <= element.tag & 0xFFFF <= 0xFF and element.text == CREATOR:
            return element.tag & 0xFF
    return None


def read_protected_dicom(data: bytes) -> ProtectedInstance:
    """A protected DICOM file, taken apart. Raises `NotProtectedError` or `UnreadableFileError`."""
    file = parse_file(data)
    number = private_block(file.data_set.values())
    if number is None:
        raise NotProtectedError(tr("the DICOM file carries no protection"))
    ours = {tag & 0xFF: element for tag, element in file.data_set.items() if tag >> 8 == PRIVATE_GROUP << 8 | number}
    block = ProtectionBlock.from_parts({part: _unwrapped(element) for part, element in ours.items()})
    if len(block.file_tag) != TAG_BYTES:
        raise UnreadableFileError(tr("the file tag has the wrong length"))
    layout = _layout(file.data_set)
    tag_at = ours[Part.FILE_TAG].value_start + _LENGTH.size
    view = memoryview(data)
    return ProtectedInstance(
        block=block,
        visible_header=_visible_header(view, file.data_set, file.data_set_start),
        uids=(_uid(file.data_set, SOP_INSTANCE), _uid(file.data_set, SERIES_INSTANCE)),
        layout=layout,
        words=_words(file.data_set, layout),
        pieces=(view[:tag_at], bytes(TAG_BYTES), view[tag_at + TAG_BYTES :]),
    )


def _private_elements(block: ProtectionBlock) -> list[Element]:
    elements = [new_element(PRIVATE_GROUP << 16 | _BLOCK, b"LO", CREATOR)]
    for part, value in block.parts().items():
        wrapped = _LENGTH.pack(len(value)) + value
        elements.append(new_element(PRIVATE_GROUP << 16 | _BLOCK << 8 | part, b"OB", wrapped))
    return elements


def _unwrapped(element: Element) -> bytes:
    raw = element.raw
    if len(raw) < _LENGTH.size:
        raise UnreadableFileError(tr("a part of the protection block is cut off"))
    (length,) = _LENGTH.unpack_from(raw)
    body = raw[_LENGTH.size :]
    if length > len(body) or len(body) - length > 1:
        raise UnreadableFileError(tr("a part of the protection block is cut off"))
    return body[:length]


def _visible_header(view: memoryview, data_set: dict[int, Element], start: int) -> bytes:
    ours = [tag for tag in data_set if tag >> 16 == PRIVATE_GROUP]
    first = data_set[ours[0]].start
    behind = [element.start for tag, element in data_set.items() if tag > ours[-1]]
    if not behind or list(data_set)[-1] != PIXEL_DATA:
        raise UnreadableFileError(tr("the protected file does not end in its pixel data"))
    return bytes(view[start:first]) + bytes(view[behind[0] : data_set[PIXEL_DATA].start])


def _layout(data_set: dict[int, Element]) -> SampleLayout:
    try:
        rows, columns, allocated, stored, high, sign = (
            data_set[tag].u16() for tag in (0x00280010, 0x00280011, 0x00280100, 0x00280101, 0x00280102, 0x00280103)
        )
        layout = SampleLayout(1, rows, columns, allocated, stored, signed=bool(sign))
    except (KeyError, ValueError) as error:
        raise UnreadableFileError(tr("the protected file does not say how its samples lie")) from error
    if layout.high_bit != high or not layout.in_place:
        raise UnreadableFileError(tr("the samples of the protected file do not lie as Protect writes them"))
    return layout


def _words(data_set: dict[int, Element], layout: SampleLayout) -> Words:
    value = data_set[PIXEL_DATA].raw
    if len(value) != layout.value_bytes + layout.value_bytes % 2:
        raise UnreadableFileError(tr("the pixel data have the wrong length"))
    return np.frombuffer(value, layout.word_dtype, layout.pixel_count)


def _uid(data_set: dict[int, Element], tag: int) -> bytes:
    return data_set[tag].raw.rstrip(b"\0 ") if tag in data_set else b""
