"""What every kind of age key offers: a recipient wraps a file key, an identity unwraps it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from medcrypt_gui.core.age.header import FILE_KEY_BYTES, Stanza
from medcrypt_gui.core.errors import UnreadableFileError
from medcrypt_gui.core.language import tr

RandomBytes = Callable[[int], bytes]

WRAPPED_KEY_BYTES = FILE_KEY_BYTES + 16


class RecipientFamily(Enum):
    """Recipients of one family may share a file; those of two families may not."""

    POST_QUANTUM = "post-quantum"
    """Withstands a quantum computer. One classical recipient beside it would undo that."""
    CLASSICAL = "classical"
    """X25519."""
    PASSPHRASE = "passphrase"
    """Stands alone in its header, so that who opens the file knows that it came from a holder of the passphrase."""


class Recipient(Protocol):
    """A public key, or a passphrase to encrypt with. ``str(recipient)`` is its public text, if it has one."""

    @property
    def family(self) -> RecipientFamily: ...

    def wrap(self, file_key: bytes, random_bytes: RandomBytes) -> Stanza:
        """The stanza from which the matching identity gets the 16-byte ``file_key``."""
        ...


class Identity(Protocol):
    """A secret key, or a passphrase to decrypt with."""

    @property
    def recipient(self) -> Recipient: ...

    def unwrap(self, stanzas: Sequence[Stanza]) -> bytes | None:
        """The file key, or None if no stanza is for this identity. Raises `UnreadableFileError` for a malformed one."""
        ...


def seal_file_key(wrapping_key: bytes, file_key: bytes) -> bytes:
    """The 32-byte body of a stanza. The nonce may be zero because every wrapping key is used once."""
    return ChaCha20Poly1305(wrapping_key).encrypt(bytes(12), file_key, None)


def open_file_key(wrapping_key: bytes, body: bytes) -> bytes | None:
    """The file key in a stanza's body, or None if this wrapping key does not fit.

    The length is checked first: a longer text could be made to open under several keys.
    """
    if len(body) != WRAPPED_KEY_BYTES:
        raise UnreadableFileError(tr("a wrapped file key has the wrong length"))
    try:
        return ChaCha20Poly1305(wrapping_key).decrypt(bytes(12), body, None)
    except InvalidTag:
        return None
