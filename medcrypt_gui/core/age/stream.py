"""STREAM: a long text in authenticated chunks of 64 KiB (age-encryption.org/v1, payload).

Each chunk is ChaCha20-Poly1305 under one key; its nonce is the chunk's number (11 bytes, big-endian) and one byte that
is 1 in the last chunk, so chunks cannot be reordered, dropped or cut off. The nonces start from zero, so a key must
serve one text only.
"""

from __future__ import annotations

from collections.abc import Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from medcrypt_gui.core.errors import IntegrityError
from medcrypt_gui.core.language import tr

CHUNK_BYTES = 64 * 1024
TAG_BYTES = 16
_SEALED_CHUNK_BYTES = CHUNK_BYTES + TAG_BYTES


def encrypt_stream(key: bytes, plaintext: bytes) -> bytes:
    """The chunks of ``plaintext`` under the 32-byte ``key``, which must never be used again. No header."""
    cipher = ChaCha20Poly1305(key)
    view = memoryview(plaintext)
    return b"".join(
        cipher.encrypt(nonce, view[start:stop], None) for nonce, start, stop in _chunks(len(view), CHUNK_BYTES)
    )


def decrypt_stream(key: bytes, ciphertext: bytes) -> bytes:
    """Inverse of `encrypt_stream`. Raises `IntegrityError` if one bit differs, or a chunk is missing or too many."""
    cipher = ChaCha20Poly1305(key)
    view = memoryview(ciphertext)
    plain = []
    for nonce, start, stop in _chunks(len(view), _SEALED_CHUNK_BYTES):
        try:
            plain.append(cipher.decrypt(nonce, view[start:stop], None))
        except InvalidTag as error:
            raise IntegrityError(
                tr("chunk {number} of the encrypted data was changed", number=start // _SEALED_CHUNK_BYTES)
            ) from error
    if len(plain) > 1 and not plain[-1]:
        raise IntegrityError(tr("the encrypted data end in an empty chunk"))
    return b"".join(plain)


def _chunks(length: int, chunk_bytes: int) -> Iterator[tuple[bytes, int, int]]:
    """Nonce, start and stop of every chunk; an empty text is one empty chunk."""
    count = max(1, -(-length // chunk_bytes))
    for number in range(count):
        nonce = number.to_bytes(11, "big") + bytes([number == count - 1])
        yield nonce, number * chunk_bytes, min((number + 1) * chunk_bytes, length)
