"""Keys are derived as format.md, section 2, says."""

from __future__ import annotations

import hashlib
import hmac

from medcrypt_gui.core.keys.schedule import derive, full_key, instance_salt

KEY = bytes(range(32))
SET_ID = bytes(range(16))


def hkdf_sha512(key: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    """RFC 5869 by hand, as a second opinion."""
    extracted = hmac.digest(salt, key, "sha512")
    block, expanded, number = b"", b"", 1
    while len(expanded) < length:
        block = hmac.digest(extracted, block + info + bytes([number]), "sha512")
        expanded, number = expanded + block, number + 1
    return expanded[:length]


def test_a_derived_key_is_hkdf_sha512_with_the_label_in_its_info() -> None:
    assert derive(KEY, SET_ID, "white") == hkdf_sha512(KEY, SET_ID, b"medcrypt/v1/white", 32)
    assert derive(KEY, SET_ID, "chaos/henon-w", 100) == hkdf_sha512(KEY, SET_ID, b"medcrypt/v1/chaos/henon-w", 100)


def test_the_full_key_takes_every_tier_in_order() -> None:
    other = bytes(32)
    assert full_key([KEY, other], SET_ID) == hkdf_sha512(KEY + other, SET_ID, b"medcrypt/v1/full", 32)
    assert full_key([KEY, other], SET_ID) != full_key([other, KEY], SET_ID)


def test_the_instance_salt_hashes_randomness_and_records() -> None:
    records = [b"R0", b"R1"]
    key = hkdf_sha512(KEY, SET_ID, b"medcrypt/v1/salt", 32)
    message = bytes(32) + hashlib.sha256(b"R0").digest() + hashlib.sha256(b"R1").digest()
    assert instance_salt(KEY, SET_ID, bytes(32), records) == hmac.digest(key, message, "sha512")[:24]
    assert instance_salt(KEY, SET_ID, bytes(32), [b"R0", b"other"]) != instance_salt(KEY, SET_ID, bytes(32), records)
