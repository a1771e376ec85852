"""Item lists, the one framing of restore records, NIfTI extensions and NIfTI tails (format.md, 2.3, 5.2, 5.3).

An item is ``type u8 ‖ length u64 (little-endian) ‖ bytes``. Types ascend; equal types may follow each other.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable

from medcrypt_gui.core.errors import IntegrityError
from medcrypt_gui.core.language import tr

Items = tuple[tuple[int, bytes], ...]

_HEAD = struct.Struct("<BQ")
_END = _HEAD.pack(0, 0)


def padme_length(length: int) -> int:
    """The Padmé length of ``length`` bytes: at most 12 % more, so that sizes tell little (Nikitin et al., 2019)."""
    if length < 2:
        return length
    exponent = length.bit_length() - 1
    mantissa_bits = exponent.bit_length()
    step = 1 << (exponent - mantissa_bits)
    return -(-length // step) * step


def encode_items(items: Iterable[tuple[int, bytes]]) -> bytes:
    """The items in the given order, without an end mark."""
    return b"".join(piece for kind, value in items for piece in (_HEAD.pack(kind, len(value)), value))


def decode_items(data: bytes | memoryview) -> Items:
    """The items that fill ``data`` exactly. Raises `IntegrityError` if they do not or if the types descend."""
    items, end = _read(memoryview(data), stop_at_end_mark=False)
    if end != len(data):
        raise IntegrityError(tr("an item list does not end where its data end"))
    return items


def encode_record(items: Iterable[tuple[int, bytes]]) -> bytes:
    """Items, end mark, zeros up to the Padmé length."""
    record = encode_items(items) + _END
    return record.ljust(padme_length(len(record)), b"\0")


def decode_record(record: bytes) -> Items:
    """Inverse of `encode_record`. Raises `IntegrityError` if there is no end mark or anything but zeros follows it."""
    items, end = _read(memoryview(record), stop_at_end_mark=True)
    if record.count(0, end) != len(record) - end:
        raise IntegrityError(tr("a restore record goes on after its end"))
    return items


def values_of(items: Items, kind: int) -> tuple[bytes, ...]:
    """The values of every item of this type."""
    return tuple(value for item_kind, value in items if item_kind == kind)


def single(items: Items, kind: int) -> bytes:
    """The value of the one item of this type. Raises `IntegrityError` if there is none or more than one."""
    values = values_of(items, kind)
    if len(values) != 1:
        raise IntegrityError(tr("item {kind:#04x} occurs {count} times instead of once", kind=kind, count=len(values)))
    return values[0]


def _read(view: memoryview, *, stop_at_end_mark: bool) -> tuple[Items, int]:
    items: list[tuple[int, bytes]] = []
    at, previous = 0, 0
    while at < len(view) or stop_at_end_mark:
        if at + _HEAD.size > len(view):
            raise IntegrityError(tr("an item list is cut off"))
        kind, length = _HEAD.unpack_from(view, at)
        at += _HEAD.size
        if stop_at_end_mark and kind == 0 and length == 0:
            break
        if kind < previous or length > len(view) - at:
            raise IntegrityError(tr("an item list is malformed"))
        items.append((kind, bytes(view[at : at + length])))
        at, previous = at + length, kind
    return tuple(items), at
