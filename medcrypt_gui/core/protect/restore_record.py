"""Restore records: what an instance's protection keeps, encrypted, to give the original back (format.md, 2.3)."""

from __future__ import annotations

import os
import re
import struct
from dataclasses import dataclass
from enum import IntEnum
from pathlib import PurePosixPath

from medcrypt_gui.core.errors import IntegrityError
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.protect.items import Items, decode_record, encode_record, single, values_of

_PLACE = struct.Struct("<IIII")
PLACE_BYTES = _PLACE.size
_MOST_INSTANCES = 1 << 20
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9]) *(\..*)?", re.IGNORECASE)


class Mode(IntEnum):
    """How the original is kept."""

    PATCH = 1
    """The visible pixels are the original ones but for the ROI; the bytes before and after them are in the record."""
    WHOLE = 2
    """The whole original file is in the record; the visible file is a rendition of it."""


class _Item(IntEnum):
    SHA256 = 1
    PATH = 3
    PLACE = 4
    NEXT_PATH = 5
    KEYSTREAM = 6
    MASK = 7
    MODE = 8
    BEFORE = 9
    AFTER = 10
    FILE = 11
    VISIBLE_HEADER = 13


@dataclass(frozen=True)
class Place:
    """Where an instance stands: ``index`` of ``count`` in its series, numbers from 0."""

    index: int
    count: int

    def encode(self) -> bytes:
        return _PLACE.pack(self.index, self.count, 0, 1)

    @classmethod
    def decode(cls, value: bytes) -> Place:
        if len(value) != _PLACE.size:
            raise IntegrityError(tr("the instance's place has the wrong length"))
        index, count, series, series_count = _PLACE.unpack(value)
        if not (index < count <= _MOST_INSTANCES and (series, series_count) == (0, 1)):
            raise IntegrityError(tr("the instance's place lies outside its series"))
        return cls(index, count)


@dataclass(frozen=True)
class OriginalRecord:
    """R_0, for who holds all tiers: the original's name and bytes.

    ``kept`` is the bytes before and after the pixel value (`Mode.PATCH`) or the original file alone (`Mode.WHOLE`).
    """

    sha256: bytes
    path: str
    place: Place
    next_path: str
    mode: Mode
    kept: tuple[bytes, ...]

    def encode(self) -> bytes:
        kinds = (_Item.BEFORE, _Item.AFTER) if self.mode is Mode.PATCH else (_Item.FILE,)
        return encode_record(
            [
                (_Item.SHA256, self.sha256),
                (_Item.PATH, _encode_path(self.path)),
                (_Item.PLACE, self.place.encode()),
                (_Item.NEXT_PATH, _encode_path(self.next_path)),
                (_Item.MODE, bytes([self.mode])),
                *zip(kinds, self.kept, strict=True),
            ]
        )

    @classmethod
    def decode(cls, record: bytes) -> OriginalRecord:
        """Raises `IntegrityError`, also for a path that would leave the folder it is restored to."""
        items = decode_record(record)
        mode = _decode_mode(items)
        kinds = (_Item.BEFORE, _Item.AFTER) if mode is Mode.PATCH else (_Item.FILE,)
        return cls(
            sha256=single(items, _Item.SHA256),
            path=_decode_path(single(items, _Item.PATH)),
            place=Place.decode(single(items, _Item.PLACE)),
            next_path=_decode_path(single(items, _Item.NEXT_PATH)),
            mode=mode,
            kept=tuple(single(items, kind) for kind in kinds),
        )


@dataclass(frozen=True)
class RegionRecord:
    """R_1, for the holders of tier 1: the mask, its keystream and the visible header."""

    sha256: bytes
    place: Place
    keystream_id: str
    mask_stream: bytes
    mode: Mode
    visible_header: bytes

    def encode(self) -> bytes:
        return encode_record(
            [
                (_Item.SHA256, self.sha256),
                (_Item.PLACE, self.place.encode()),
                (_Item.KEYSTREAM, self.keystream_id.encode("ascii")),
                (_Item.MASK, self.mask_stream),
                (_Item.MODE, bytes([self.mode])),
                (_Item.VISIBLE_HEADER, self.visible_header),
            ]
        )

    @classmethod
    def decode(cls, record: bytes) -> RegionRecord:
        """Raises `IntegrityError`."""
        items = decode_record(record)
        return cls(
            sha256=single(items, _Item.SHA256),
            place=Place.decode(single(items, _Item.PLACE)),
            keystream_id=single(items, _Item.KEYSTREAM).decode("ascii", "replace"),
            mask_stream=single(items, _Item.MASK),
            mode=_decode_mode(items),
            visible_header=single(items, _Item.VISIBLE_HEADER),
        )


def is_safe_path(path: str) -> bool:
    """Whether a relative ``/`` path stays inside its folder on every system: no drive, no ``..``, no reserved name."""
    parts = path.split("/")
    if os.name == "nt" and ":" in path:  # would name a stream of another file
        return False
    if not path or "\0" in path or re.match(r"[A-Za-z]:", path) or PurePosixPath(path).is_absolute():
        return False
    dots = ("", ".", "..")
    return all(p not in dots and "\\" not in p and not _RESERVED.fullmatch(p.rstrip(" .")) for p in parts)


def _decode_mode(items: Items) -> Mode:
    value = values_of(items, _Item.MODE)
    if value not in ((b"\x01",), (b"\x02",)):
        raise IntegrityError(tr("the restore record names no known mode"))
    return Mode(value[0][0])


def _encode_path(path: str) -> bytes:
    # File names that are not valid Unicode are kept as the bytes they are.
    return path.encode("utf-8", "surrogateescape")


def _decode_path(value: bytes) -> str:
    path = value.decode("utf-8", "surrogateescape")
    if not is_safe_path(path):
        raise IntegrityError(tr("an original's name would leave the folder it is restored to"))
    return path
