"""The journal's outer format: a header, then records that are numbered, authenticated and of known length.

::

    header   magic "MCWORK1\\n", 1 byte mode, 8 bytes name of the secret, 32 bytes salt
    record   u32 length of the sealed content, u64 number, sealed content      (little-endian, numbers from 0)

Content is sealed with ChaCha20-Poly1305 (RFC 8439) under a key that HKDF-SHA256 (RFC 5869) makes for this file alone,
from the secret of the keyring and the file's random salt; so the record's number may serve as its nonce. The associated
data are the header and the number: no record can stand in another file or in another place. A file without a secret has
the same form; what seals it then is known to everybody, which makes it a checksum and no protection.
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass
from enum import Enum

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from medcrypt_gui.core.errors import UnreadableFileError, WrongKeyError
from medcrypt_gui.core.language import tr

SECRET_BYTES = 32
SALT_BYTES = 32
_MAGIC = b"MCWORK1\n"
_OPEN, _KEYED = b"\x00", b"\x01"
_NAME_BYTES = 8
HEADER_BYTES = len(_MAGIC) + 1 + _NAME_BYTES + SALT_BYTES
_FRAME = struct.Struct("<IQ")
_TAG_BYTES = 16
_NO_SECRET = b"there is no keyring"


class Ending(Enum):
    """How a journal ends; the value names it in logs."""

    WHOLE = "whole"
    CUT = "cut"  # within a record: the program or the computer was stopped while it was written
    DAMAGED = "damaged"  # a whole record that is not the one written there


@dataclass(frozen=True)
class Header:
    """The first bytes of a file. ``secret_name`` tells which secret opens it, None where none is needed."""

    salt: bytes
    secret_name: bytes | None

    @classmethod
    def of(cls, secret: bytes | None, salt: bytes) -> Header:
        """For a new file; ``salt`` is random and never used again."""
        if len(salt) != SALT_BYTES:
            raise ValueError(f"a salt has {SALT_BYTES} bytes")
        return cls(salt, None if secret is None else _name_of(secret))

    @classmethod
    def read(cls, content: bytes) -> Header:
        """Raises `UnreadableFileError` for what is no journal."""
        mode = content[len(_MAGIC) : len(_MAGIC) + 1]
        if len(content) < HEADER_BYTES or not content.startswith(_MAGIC) or mode not in (_OPEN, _KEYED):
            raise UnreadableFileError(tr("this is no journal of unsaved work"))
        name = content[len(_MAGIC) + 1 : len(_MAGIC) + 1 + _NAME_BYTES]
        return cls(content[HEADER_BYTES - SALT_BYTES : HEADER_BYTES], name if mode == _KEYED else None)

    @property
    def keyed(self) -> bool:
        return self.secret_name is not None

    def to_bytes(self) -> bytes:
        name = self.secret_name
        return _MAGIC + (_OPEN if name is None else _KEYED) + (name or bytes(_NAME_BYTES)) + self.salt


class Sealer:
    """Seals the records of one new file, one after another."""

    def __init__(self, header: Header, secret: bytes | None) -> None:
        self._header = header.to_bytes()
        self._cipher = ChaCha20Poly1305(_file_key(header, secret))
        self._next = 0

    def seal(self, content: bytes) -> bytes:
        """The next record, as it is to be written: who fails to write it writes these very bytes again."""
        number, self._next = self._next, self._next + 1
        sealed = self._cipher.encrypt(_nonce(number), content, _associated(self._header, number))
        return _FRAME.pack(len(sealed), number) + sealed


def open_records(content: bytes, secret: bytes | None, most: int | None = None) -> tuple[tuple[bytes, ...], Ending]:
    """What the records of a file (the first ``most``) hold, as far as they are whole and authentic, and how it ends.

    Raises `UnreadableFileError` for what is no journal, `WrongKeyError` where another secret sealed it.
    """
    header = Header.read(content)
    if header.keyed and (secret is None or _name_of(secret) != header.secret_name):
        raise WrongKeyError(tr("the key that sealed the unsaved work is no longer in the system's keyring"))
    cipher = ChaCha20Poly1305(_file_key(header, secret if header.keyed else None))
    found: list[bytes] = []
    start = HEADER_BYTES
    while start < len(content) and len(found) != most:
        if not any(content[start : start + _FRAME.size]) and not any(content[start:]):
            return tuple(found), Ending.CUT  # after a power cut some file systems leave zeros behind
        if len(content) - start < _FRAME.size:
            return tuple(found), Ending.CUT
        length, number = _FRAME.unpack_from(content, start)
        start += _FRAME.size
        if number != len(found) or length < _TAG_BYTES:
            return tuple(found), Ending.DAMAGED
        if len(content) - start < length:
            return tuple(found), Ending.CUT
        try:
            associated = _associated(content[:HEADER_BYTES], number)
            found.append(cipher.decrypt(_nonce(number), content[start : start + length], associated))
        except InvalidTag:
            return tuple(found), Ending.DAMAGED
        start += length
    return tuple(found), Ending.WHOLE


def _name_of(secret: bytes) -> bytes:
    return hashlib.sha256(b"medcrypt journal secret" + secret).digest()[:_NAME_BYTES]


def _file_key(header: Header, secret: bytes | None) -> bytes:
    if header.keyed and (secret is None or len(secret) != SECRET_BYTES):
        raise ValueError(f"a keyed journal needs a secret of {SECRET_BYTES} bytes")
    kdf = HKDF(algorithm=SHA256(), length=32, salt=header.salt, info=b"medcrypt journal 1")
    return kdf.derive(secret if header.keyed and secret is not None else _NO_SECRET)


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "little")


def _associated(header: bytes, number: int) -> bytes:
    return header + number.to_bytes(8, "little")
