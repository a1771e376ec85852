"""Where the pixel data of a DICOM file lie, and whether they can be what its header says.

Nothing is allocated by what a header promises before the file was found to be able to hold it.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from pydicom.dataset import Dataset
from pydicom.uid import UID

from medcrypt_gui.adapters.images.dicom_codestream import HEAD_BYTES, look_at
from medcrypt_gui.adapters.images.dicom_instance import frame_count, is_colour, is_floating
from medcrypt_gui.adapters.images.dicom_text import text
from medcrypt_gui.core.errors import UnreadableFileError
from medcrypt_gui.core.language import tr

_PIXEL_DATA = 0x7FE00010
_FLOAT_PIXEL_DATA = (0x7FE00008, 0x7FE00009)
_VRS = (b"OB", b"OW", b"OF", b"OD", b"UN")
_UNDEFINED_LENGTH = 0xFFFFFFFF
_MOST_COMPRESSED = 2000  # times; only empty images get smaller than that
_ALWAYS_BELIEVED = 1 << 26  # bytes


@dataclass(frozen=True)
class Place:
    """``offset`` is that of native samples, None where they must be decoded; ``notes`` are sentences for users."""

    offset: int | None
    big_endian: bool
    notes: tuple[str, ...] = ()


def locate(file: BinaryIO, dataset: Dataset, syntax: UID, size: int, path: Path) -> Place:
    """Look at what follows the header in ``file``, of ``size`` bytes. Raises `UnreadableFileError`."""
    little = bool(dataset.original_encoding[1])
    order = "<" if little else ">"
    start = file.tell()
    head = file.read(12)
    if len(head) < 8:
        raise UnreadableFileError(tr("it has no pixel data: cut off, or stripped of them"), path=path)
    group, element = struct.unpack(order + "HH", head[:4])
    if (group << 16 | element) not in (_FLOAT_PIXEL_DATA if is_floating(dataset) else (_PIXEL_DATA,)):
        raise UnreadableFileError(tr("it has no pixel data"), path=path)
    # A length is even, and so none of these; where the syntax lies, what is there counts.
    if head[4:6] not in _VRS:
        length, offset = struct.unpack(order + "I", head[4:8])[0], start + 8
    else:
        length, offset = struct.unpack(order + "I", head[8:12])[0], start + 12
    if length == _UNDEFINED_LENGTH:
        refuse_implausible(dataset, size, path)
        _check_fragments(file, offset, size, dataset, path)
        return Place(None, False)
    notes = _check_native(file, dataset, _Extent(offset, length, size), syntax, path)
    # 8-bit samples in big-endian words are swapped in pairs; that rarity is left to pydicom, as are colours.
    swapped = not little and dataset.BitsAllocated in (1, 8) and head[4:6] != b"OB"
    return Place(None if swapped or is_colour(dataset) else offset, not little, notes)


def refuse_implausible(dataset: Dataset, size: int, path: Path) -> None:
    """Raise `UnreadableFileError` if compressed pixels of ``size`` bytes cannot be as many as the header says."""
    expected = frame_bytes(dataset)
    if expected > max(_ALWAYS_BELIEVED, size * _MOST_COMPRESSED):
        detail = tr("the header promises {expected} bytes of pixels, the file has {size}", expected=expected, size=size)
        raise UnreadableFileError(detail, path=path)


def frame_bytes(dataset: Dataset) -> int:
    """Bytes of all images together, as the header describes them."""
    pixels = int(dataset.Rows) * int(dataset.Columns) * frame_count(dataset)
    if text(dataset, "PhotometricInterpretation") == "YBR_FULL_422":  # two pixels share their colour
        return pixels * 2
    return (pixels * int(dataset.get("SamplesPerPixel") or 1) * int(dataset.BitsAllocated) + 7) // 8


@dataclass(frozen=True)
class _Extent:
    """Where native pixel data begin, how long they claim to be, and how long the file is, in bytes."""

    offset: int
    length: int
    size: int


def _check_native(file: BinaryIO, dataset: Dataset, extent: _Extent, syntax: UID, path: Path) -> tuple[str, ...]:
    expected = frame_bytes(dataset)
    if syntax and syntax.is_transfer_syntax and syntax.is_compressed and extent.length - expected not in (0, 1):
        raise UnreadableFileError(tr("compressed pixel data without fragments"), path=path)
    there = max(0, min(extent.length, extent.size - extent.offset))
    if there < expected:
        detail = tr("the file is cut off: {there} of {expected} bytes of pixel data", there=there, expected=expected)
        raise UnreadableFileError(detail, path=path)
    pixels = int(dataset.Rows) * int(dataset.Columns) * frame_count(dataset)
    shared_colours = text(dataset, "PhotometricInterpretation") == "YBR_FULL_422"
    beyond = there - (pixels * 3 if shared_colours and there >= pixels * 3 else expected)
    return _what_lies_beyond(file, dataset, extent.offset + there - beyond, beyond, path)


def _what_lies_beyond(file: BinaryIO, dataset: Dataset, start: int, count: int, path: Path) -> tuple[str, ...]:
    """Padding is passed over, and whole images are told; anything else means that rows or columns are others."""
    one = max(1, frame_bytes(dataset) // frame_count(dataset))
    if count * int(dataset.Rows) < one:
        return ()
    file.seek(start)
    if not file.read(min(count, one)).strip(b"\0"):
        return ()
    if count % one <= 1:
        return (tr("The file holds more images than its header says; those beyond {n} are not shown.",
                   n=frame_count(dataset)),)  # fmt: skip
    detail = tr(
        "the header describes {expected} bytes of pixel data, the file holds {count} more",
        expected=frame_bytes(dataset),
        count=count,
    )
    raise UnreadableFileError(detail, path=path)


def _check_fragments(file: BinaryIO, offset: int, size: int, dataset: Dataset, path: Path) -> None:
    """Walk over the fragments of compressed pixel data: whole, enough of them, and of the size the header says.

    The delimiter at the end may be missing, if the last fragment is whole.
    """
    file.seek(offset)
    count = 0
    while file.tell() < size:
        head = file.read(8)
        if len(head) < 8:
            raise UnreadableFileError(tr("the file is cut off within its compressed pixel data"), path=path)
        group, element, length = struct.unpack("<HHI", head)
        if (group, element) == (0xFFFE, 0xE0DD):
            break
        if (group, element) != (0xFFFE, 0xE000) or file.tell() + length > size:
            detail = tr("the file is cut off or damaged within its compressed pixel data")
            raise UnreadableFileError(detail, path=path)
        following = file.tell() + length
        if count == 1:  # after the table of offsets
            _check_size(file.read(min(length, HEAD_BYTES)), dataset, path)
        file.seek(following)
        count += 1
    frames = frame_count(dataset)
    if count - 1 < frames:
        detail = tr(
            "the header promises {frames} images, the file holds {count}", frames=frames, count=max(count - 1, 0)
        )
        raise UnreadableFileError(detail, path=path)


def _check_size(head: bytes, dataset: Dataset, path: Path) -> None:
    stream = look_at(head)
    if stream is None or stream.rows is None:
        return
    said, true = (int(dataset.Rows), int(dataset.Columns)), (stream.rows, stream.columns)
    if said != true:
        detail = tr(
            "the header says {columns} x {rows} pixels, the compressed image is {true_columns} x {true_rows}",
            columns=said[1],
            rows=said[0],
            true_columns=true[1],
            true_rows=true[0],
        )
        raise UnreadableFileError(detail, path=path)
