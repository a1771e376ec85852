"""What the visible header of a protected DICOM file says (format.md, 4.3 and 4.4)."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field

from medcrypt_gui.core.imaging.volume import Window
from medcrypt_gui.core.language import mark, tr
from medcrypt_gui.core.protect.dicom_elements import PIXEL_DATA, Element, new_element, walk
from medcrypt_gui.core.protect.samples import SampleLayout

PRIVATE_GROUP = 0x0099
CREATOR = "MEDCRYPT 1"
SOP_CLASS, SOP_INSTANCE, SERIES_INSTANCE = 0x00080016, 0x00080018, 0x0020000E
DERIVATION = "Region of interest encrypted by MedCrypt; not for diagnosis"

_IMAGE_TYPE, _FRAME_TYPE, _DERIVATION_DESCRIPTION = 0x00080008, 0x00089007, 0x00082111
_PRIVATE_CHARACTERISTICS = 0x00080300
_WINDOW_CENTER, _WINDOW_WIDTH, _VOI_LUT = 0x00281050, 0x00281051, 0x00283010
_BITS_ALLOCATED, _BITS_STORED, _HIGH_BIT, _PIXEL_REPRESENTATION = 0x00280100, 0x00280101, 0x00280102, 0x00280103
_STANDARD_UIDS = "1.2.840.10008."
_SEQUENCE_ITEM = b"\xfe\xff\x00\xe0"

# Each of these tells something of the original pixels, or has no meaning beside changed ones.
_REMOVED = frozenset(
    (
        *range(0x00280106, 0x00280112),  # smallest and largest pixel values
        0x00603000,  # histogram
        0x00880200,  # icon image
        0xFFFAFFFA,  # digital signatures
        0x4FFE0001,  # MAC parameters
        0xFFFCFFFC,  # trailing padding
        0x7FE00001,  # extended offset table ...
        0x7FE00002,
        0x7FE00003,
        _PRIVATE_CHARACTERISTICS,
    )
)
_READABLE = (
    (0x00100010, mark("the patient's name")),
    (0x00100020, mark("the patient's ID")),
    (0x00100030, mark("the birth date")),
    (0x00100040, mark("the patient's sex")),
    (0x00080020, mark("the study date")),
    (0x00080080, mark("the institution")),
    (0x00080090, mark("the referring physician")),
    (0x00081030, mark("the study description")),
)


@dataclass(frozen=True)
class VisibleChanges:
    """What all visible headers of one protection have in common: new UIDs, and a window where the original has none."""

    uids: Mapping[str, str] = field(repr=False)
    window: Window | None


def new_uid(project_key: bytes, job_id: bytes, original_uid: str) -> str:
    """The visible UID for ``original_uid``: keyed, so that nobody without ``project_key`` can link the two."""
    message = b"medcrypt/v1/uid\0" + job_id + original_uid.encode("latin-1")
    value = bytearray(hmac.digest(project_key, message, "sha256")[:16])
    value[6] = value[6] & 0x0F | 0x80  # UUID version 8
    value[8] = value[8] & 0x3F | 0x80
    return f"2.25.{int.from_bytes(value, 'big')}"


def visible_elements(
    original: Mapping[int, Element], layout: SampleLayout, changes: VisibleChanges
) -> tuple[Element, ...]:
    """The visible data set without our private block and without pixel data, ascending."""
    kept = {
        element.tag: element
        for element in walk(
            (element for tag, element in original.items() if tag != PIXEL_DATA),
            lambda element: _changed(element, changes.uids),
        )
    }
    for element in _added(kept, layout, changes.window):
        kept[element.tag] = element
    return tuple(kept[tag] for tag in sorted(kept))


def readable_identifiers(original: Mapping[int, Element]) -> tuple[str, ...]:
    """What a protected file still tells about the patient, by kind; never the values."""
    return tuple(tr(name) for tag, name in _READABLE if tag in original and original[tag].text)


def has_window(original: Mapping[int, Element]) -> bool:
    """Whether the original says how it wants to be shown."""
    return _WINDOW_CENTER in original or _VOI_LUT in original


def _changed(element: Element, uids: Mapping[str, str]) -> Element | None:
    group = element.tag >> 16
    if group % 2 or element.tag in _REMOVED or element.tag & 0xFFFF == 0 or group >> 8 in (0x50, 0x60):
        return None
    if element.vr == b"UN" and element.raw.startswith(_SEQUENCE_ITEM):
        return None  # A sequence in disguise could hold any of the above.
    if element.vr == b"UI":
        return _with_new_uids(element, uids)
    if element.tag in (_IMAGE_TYPE, _FRAME_TYPE):
        return new_element(element.tag, b"CS", "\\".join(["DERIVED", *element.text.split("\\")[1:]]))
    return element


def _with_new_uids(element: Element, uids: Mapping[str, str]) -> Element:
    values = element.text.split("\\")
    replaced = [value if value.startswith(_STANDARD_UIDS) else uids.get(value.strip(" \0"), value) for value in values]
    return element if replaced == values else new_element(element.tag, b"UI", "\\".join(replaced))


def _added(kept: Mapping[int, Element], layout: SampleLayout, window: Window | None) -> list[Element]:
    numbers = {
        _BITS_ALLOCATED: layout.bits_allocated,
        _BITS_STORED: layout.bits_stored,
        _HIGH_BIT: layout.high_bit,
        _PIXEL_REPRESENTATION: int(layout.signed),
    }
    added = [Element(tag, b"US", number.to_bytes(2, "little")) for tag, number in numbers.items()]
    added.append(new_element(_DERIVATION_DESCRIPTION, b"ST", DERIVATION))
    added.append(_private_characteristics())
    if window is not None and not {_WINDOW_CENTER, _VOI_LUT} & kept.keys():
        added.append(new_element(_WINDOW_CENTER, b"DS", f"{window.level:.6g}"))
        added.append(new_element(_WINDOW_WIDTH, b"DS", f"{window.width:.6g}"))
    return added


def _private_characteristics() -> Element:
    """(0008,0300): tells de-identifiers that our block holds no identity in the clear."""
    item = (
        Element(0x00080301, b"US", PRIVATE_GROUP.to_bytes(2, "little")),
        new_element(0x00080302, b"LO", CREATOR),
        new_element(0x00080303, b"CS", "SAFE"),
    )
    return Element(_PRIVATE_CHARACTERISTICS, b"SQ", (item,))
