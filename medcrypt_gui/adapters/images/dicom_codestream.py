"""What a compressed image says of itself, for headers that do not tell the truth about it."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from enum import Enum

from pydicom.uid import (
    HTJ2K,
    JPEG2000,
    UID,
    HTJ2KLossless,
    HTJ2KLosslessRPCL,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGExtended12Bit,
    JPEGLossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    JPEGLSNearLossless,
    RLELossless,
)

HEAD_BYTES = 1 << 16  # an application's own segments may come before the size
_NO_LENGTH = {0x01, *range(0xD0, 0xD9)}  # markers that stand alone
_RLE_HEADER = struct.Struct("<16I")


class Coding(Enum):
    """A family of codings; the value is the transfer syntax that serves all of it."""

    DCT = JPEGExtended12Bit
    LOSSLESS_JPEG = JPEGLossless
    JPEG_LS = JPEGLSNearLossless
    JPEG_2000 = JPEG2000
    RLE = RLELossless


_FAMILIES = {
    Coding.DCT: {JPEGBaseline8Bit, JPEGExtended12Bit},
    Coding.LOSSLESS_JPEG: {JPEGLossless, JPEGLosslessSV1},
    Coding.JPEG_LS: {JPEGLSLossless, JPEGLSNearLossless},
    Coding.JPEG_2000: {JPEG2000, JPEG2000Lossless, HTJ2K, HTJ2KLossless, HTJ2KLosslessRPCL},
    Coding.RLE: {RLELossless},
}
_FRAME_MARKERS = {0xC0: Coding.DCT, 0xC1: Coding.DCT, 0xC3: Coding.LOSSLESS_JPEG, 0xF7: Coding.JPEG_LS}


@dataclass(frozen=True)
class Codestream:
    """How an image is coded, and its size in pixels where the coding tells it."""

    coding: Coding
    rows: int | None = None
    columns: int | None = None


def look_at(head: bytes) -> Codestream | None:
    """What the first bytes of a compressed image are; None when they are nothing known."""
    if head[:2] == b"\xff\xd8":
        return _jpeg(head)
    start = 0 if head[:4] == b"\xff\x4f\xff\x51" else head[:1024].find(b"\xff\x4f\xff\x51")
    # Within the boxes of a JP2 file, which begins with a box of 12 bytes.
    if start == 0 or (start > 0 and head[:4] == b"\0\0\0\x0c"):
        right, bottom, left, top = struct.unpack_from(">4I", head.ljust(start + 24, b"\0"), start + 8)
        return Codestream(Coding.JPEG_2000, bottom - top, right - left)
    return Codestream(Coding.RLE) if _is_rle(head) else None


def syntax_in_truth(declared: UID, head: bytes) -> UID:
    """The declared transfer syntax, or one of the family that the codestream is really of."""
    stream = look_at(head)
    if stream is None or declared in _FAMILIES[stream.coding]:
        return declared
    return UID(stream.coding.value)


def _jpeg(head: bytes) -> Codestream | None:
    at = 2
    while at + 9 <= len(head) and head[at] == 0xFF:
        marker = head[at + 1]
        if marker == 0xFF:  # fill byte
            at += 1
            continue
        if marker in _FRAME_MARKERS:
            rows, columns = struct.unpack_from(">HH", head, at + 5)
            # Zero rows are counted by a marker behind the image.
            return Codestream(_FRAME_MARKERS[marker], rows or None, columns)
        at += 2 if marker in _NO_LENGTH else 2 + struct.unpack_from(">H", head, at + 2)[0]
    return None


def _is_rle(head: bytes) -> bool:
    """The header of RLE (PS3.5 G.5): the number of segments, and where each of them begins."""
    if len(head) < _RLE_HEADER.size:
        return False
    count, *starts = _RLE_HEADER.unpack_from(head)
    used = starts[:count]
    return 1 <= count <= 15 and used[0] == _RLE_HEADER.size and used == sorted(used) and not any(starts[count:])
