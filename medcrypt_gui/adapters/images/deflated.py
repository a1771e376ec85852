"""Deflated DICOM files (PS3.5 A.5), looked at before a library inflates them whole: a small one may hold gigabytes."""

from __future__ import annotations

import struct
import zlib

from medcrypt_gui.core.errors import UnsupportedInputError
from medcrypt_gui.core.language import tr

HEAD_BYTES = 1024
MOST_BYTES = 1 << 29
_SYNTAX = b"1.2.840.10008.1.2.1.99"
_META_START = 144  # preamble, "DICM", and the element (0002,0000) that gives the length of what follows
_STEP_BYTES = 1 << 20


def is_deflated(head: bytes) -> bool:
    """Whether a file that begins so names the deflated transfer syntax."""
    return _SYNTAX in head[:HEAD_BYTES]


def refuse_bomb(data: bytes) -> None:
    """Raise `UnsupportedInputError` if a deflated DICOM file would inflate to more than 512 MiB.

    A file that is damaged passes: whoever reads it will say so.
    """
    if len(data) > MOST_BYTES:
        raise UnsupportedInputError(tr("the deflated file holds more than 512 MiB"))
    (meta_bytes,) = struct.unpack_from("<I", data.ljust(_META_START, b"\0"), _META_START - 4)
    inflater, rest, total = zlib.decompressobj(-zlib.MAX_WBITS), data[_META_START + meta_bytes :], 0
    try:
        while rest and not inflater.eof:
            total += len(inflater.decompress(rest, _STEP_BYTES))
            rest = inflater.unconsumed_tail
            if total > MOST_BYTES:
                raise UnsupportedInputError(tr("the deflated file holds more than 512 MiB"))
    except zlib.error:
        return
