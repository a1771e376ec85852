"""The standard layer: ChaCha20 (format.md, section 2.4). The confidentiality of pixels rests on this one."""

from __future__ import annotations

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext
from cryptography.hazmat.primitives.ciphers.algorithms import ChaCha20
from numpy.typing import NDArray

# OpenSSL's field: a 64-bit counter, then a 64-bit nonce. It may be zero because every key serves one instance only.
_COUNTER_AND_NONCE = bytes(16)
_PIECE_BYTES = 1 << 20


def chacha20_bytes(key: bytes, length: int) -> bytes:
    """The first ``length`` bytes of the ChaCha20 keystream of the 32-byte ``key``, block counter from 0."""
    return _encryptor(key).update(bytes(length))


def xor_white(key: bytes, data: NDArray[np.uint8]) -> None:
    """XOR the keystream of the 32-byte ``key`` into ``data`` (one-dimensional, contiguous), in place."""
    encryptor = _encryptor(key)
    for start in range(0, data.size, _PIECE_BYTES):
        piece = data[start : start + _PIECE_BYTES]
        piece[:] = np.frombuffer(encryptor.update(piece.data), np.uint8)


def _encryptor(key: bytes) -> CipherContext:
    return Cipher(ChaCha20(key, _COUNTER_AND_NONCE), mode=None).encryptor()
