"""The key schedule: every purpose has a key of its own, all from a tier's key (format.md, section 2)."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence

from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
INSTANCE_SALT_BYTES = 24

_PREFIX = "medcrypt/v1/"


def derive(key: bytes, salt: bytes, label: str, length: int = KEY_BYTES) -> bytes:
    """HKDF-SHA-512 of ``key`` for one purpose: info = ``"medcrypt/v1/" + label`` in ASCII (2.2)."""
    return HKDF(SHA512(), length, salt=salt, info=(_PREFIX + label).encode("ascii")).derive(key)


def full_key(tier_keys: Sequence[bytes], set_id: bytes) -> bytes:
    """K_0, which only a holder of every tier's key has (2.1)."""
    return derive(b"".join(tier_keys), set_id, "full")


def instance_salt(full: bytes, set_id: bytes, randomness: bytes, records: Sequence[bytes]) -> bytes:
    """S of one instance, 24 bytes, from 32 random bytes and its restore records R_0..R_T (2.2).

    As it hashes what is being protected, even a repeated source of randomness repeats a keystream only for the same
    content, where nothing is learnt from it.
    """
    message = randomness + b"".join(hashlib.sha256(record).digest() for record in records)
    return hmac.digest(derive(full, set_id, "salt"), message, "sha512")[:INSTANCE_SALT_BYTES]
