"""A mask as run lengths: alternating, outside first, LEB128, inside a zlib stream (format.md, 2.3, item 7)."""

from __future__ import annotations

import zlib

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.errors import IntegrityError
from medcrypt_gui.core.language import tr

_MAX_BYTES_PER_RUN = 9


def encode_mask(mask: NDArray[np.bool_]) -> bytes:
    """The zlib stream of a flat bool mask's run lengths."""
    changes = np.flatnonzero(mask[1:] != mask[:-1]) + 1
    runs = np.diff(np.concatenate(([0], changes, [mask.size])))
    if mask.size and mask[0]:
        runs = np.concatenate(([0], runs))
    return zlib.compress(_encode_leb128(runs.astype(np.uint64)), 6)


def decode_mask(stream: bytes, pixel_count: int) -> NDArray[np.bool_]:
    """Inverse of `encode_mask`. Raises `IntegrityError` unless the runs sum to ``pixel_count``.

    Inflation stops at what the most fragmented mask of this size could need.
    """
    limit = _MAX_BYTES_PER_RUN + 2 * pixel_count
    inflater = zlib.decompressobj()
    try:
        encoded = inflater.decompress(stream, limit)
    except zlib.error as error:
        raise IntegrityError(tr("the stored mask cannot be inflated")) from error
    if not inflater.eof or inflater.unused_data:
        raise IntegrityError(tr("the stored mask is longer than its image"))
    runs = _decode_leb128(encoded)
    if len(runs) > pixel_count + 2 or sum(runs.tolist()) != pixel_count:
        raise IntegrityError(tr("the stored mask does not cover its image"))
    return np.repeat(np.arange(len(runs)) % 2 == 1, runs.astype(np.int64))


def _encode_leb128(values: NDArray[np.uint64]) -> bytes:
    groups = np.stack([(values >> np.uint64(7 * i)) & np.uint64(127) for i in range(_MAX_BYTES_PER_RUN)], axis=1)
    used = np.maximum(_MAX_BYTES_PER_RUN - np.argmax(groups[:, ::-1] != 0, axis=1), 1)
    used[values == 0] = 1
    column = np.arange(_MAX_BYTES_PER_RUN)
    groups |= np.where(column < used[:, None] - 1, np.uint64(128), np.uint64(0))
    return groups[column < used[:, None]].astype(np.uint8).tobytes()


def _decode_leb128(encoded: bytes) -> NDArray[np.uint64]:
    data = np.frombuffer(encoded, np.uint8)
    last = np.flatnonzero(data < 128)
    if data.size == 0 or last.size == 0 or last[-1] != data.size - 1:
        raise IntegrityError(tr("the stored mask is cut off"))
    first = np.concatenate(([0], last[:-1] + 1))
    if int((last - first).max()) >= _MAX_BYTES_PER_RUN:
        raise IntegrityError(tr("the stored mask holds an impossible run"))
    place = np.arange(data.size) - np.repeat(first, last - first + 1)
    parts = (data & 127).astype(np.uint64) << (np.uint64(7) * place.astype(np.uint64))
    return np.add.reduceat(parts, first)
