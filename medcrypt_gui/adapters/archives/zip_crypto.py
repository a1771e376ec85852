"""The old ZIP encryption ("ZipCrypto", PKWARE APPNOTE 6.1), compiled: in Python it runs at a megabyte a second."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray


def _table() -> NDArray[np.uint32]:
    crc = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        crc = np.where(crc & 1, (crc >> 1) ^ np.uint32(0xEDB88320), crc >> 1).astype(np.uint32)
    return crc


def _step_all(
    keys: NDArray[np.uint32], data: NDArray[np.uint8], out: NDArray[np.uint8], table: NDArray[np.uint32], plain: bool
) -> None:
    """Decrypt ``data`` into ``out`` and go on with ``keys``; of ``plain`` data (the password) take only the keys."""
    key0, key1, key2 = np.uint32(keys[0]), np.uint32(keys[1]), np.uint32(keys[2])
    for i in range(data.size):
        byte = np.uint32(data[i])
        if not plain:
            k = np.uint32(key2 | np.uint32(2)) & np.uint32(0xFFFF)
            byte ^= np.uint32(np.uint32(k * np.uint32(k ^ np.uint32(1))) >> np.uint32(8)) & np.uint32(0xFF)
            out[i] = np.uint8(byte)
        key0 = np.uint32(key0 >> np.uint32(8)) ^ table[(key0 ^ byte) & np.uint32(0xFF)]
        key1 = np.uint32(np.uint32(key1 + (key0 & np.uint32(0xFF))) * np.uint32(134775813) + np.uint32(1))
        key2 = np.uint32(key2 >> np.uint32(8)) ^ table[(key2 ^ (key1 >> np.uint32(24))) & np.uint32(0xFF)]
    keys[0], keys[1], keys[2] = key0, key1, key2


_SIGNATURE = "void(uint32[::1], uint8[::1], uint8[::1], uint32[::1], boolean)"
_step: Any
try:
    _step = njit(_SIGNATURE, nogil=True, cache=True)(_step_all)
except RuntimeError:  # no folder to cache in
    _step = njit(_SIGNATURE, nogil=True)(_step_all)
_CRC_TABLE = _table()


class CompiledDecrypter:
    """What pyzipper's own decrypter does. Raises `RuntimeError` for a password that is certainly wrong."""

    encryption_header_length = 12

    def __init__(self, zinfo: Any, pwd: bytes, encryption_header: bytes) -> None:
        self._keys = np.array([305419896, 591751049, 878082192], np.uint32)
        self._run(pwd, plain=True)
        # The last byte of the header repeats one of the checksum, or of the time where that was not known yet.
        expected = zinfo._raw_time >> 8 if zinfo.use_datadescripter else zinfo.CRC >> 24
        if self.decrypt(encryption_header[:12])[11] != expected & 0xFF:
            raise RuntimeError("bad password")

    def decrypt(self, data: bytes) -> bytes:
        return self._run(data, plain=False).tobytes()

    def _run(self, data: bytes, plain: bool) -> NDArray[np.uint8]:
        out = np.empty(0 if plain else len(data), np.uint8)
        _step(self._keys, np.frombuffer(bytearray(data), np.uint8), out, _CRC_TABLE, plain)
        return out
