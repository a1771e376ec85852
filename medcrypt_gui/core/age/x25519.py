"""The X25519 key type of age: ``age1...`` and ``AGE-SECRET-KEY-1...``. Classical; for exchange with older tools."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from medcrypt_gui.core.age import bech32
from medcrypt_gui.core.age.header import Stanza, decode_base64, encode_base64
from medcrypt_gui.core.age.recipients import RandomBytes, RecipientFamily, open_file_key, seal_file_key
from medcrypt_gui.core.errors import InvalidCardError, UnreadableFileError, UsageError
from medcrypt_gui.core.language import tr

STANZA_TYPE = "X25519"
KEY_BYTES = 32

_RECIPIENT_PREFIX = "age"
_IDENTITY_PREFIX = "age-secret-key-"
_INFO = b"age-encryption.org/v1/X25519"


@dataclass(frozen=True)
class X25519Recipient:
    """A public key of 32 bytes."""

    public_key: bytes

    def __post_init__(self) -> None:
        if len(self.public_key) != KEY_BYTES:
            raise ValueError(tr("an X25519 public key has 32 bytes"))

    @classmethod
    def from_string(cls, text: str) -> X25519Recipient:
        """Parse ``age1...``. Raises `UsageError`."""
        try:
            data = bech32.decode_as(_RECIPIENT_PREFIX, text)
            return cls(data)
        except ValueError as error:
            raise UsageError(tr("not an X25519 recipient: {error}", error=error)) from error

    def __str__(self) -> str:
        return bech32.encode(_RECIPIENT_PREFIX, self.public_key)

    @property
    def family(self) -> RecipientFamily:
        return RecipientFamily.CLASSICAL

    def wrap(self, file_key: bytes, random_bytes: RandomBytes) -> Stanza:
        ephemeral = X25519PrivateKey.from_private_bytes(random_bytes(KEY_BYTES))
        share = ephemeral.public_key().public_bytes_raw()
        secret = ephemeral.exchange(X25519PublicKey.from_public_bytes(self.public_key))
        body = seal_file_key(_wrapping_key(secret, share, self.public_key), file_key)
        return Stanza(STANZA_TYPE, (encode_base64(share),), body)


@dataclass(frozen=True)
class X25519Identity:
    """A secret key; ``seed`` is the 32-byte scalar."""

    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.seed) != KEY_BYTES:
            raise ValueError(tr("an X25519 identity has 32 bytes"))

    @classmethod
    def generate(cls, seed: bytes | None = None) -> X25519Identity:
        """A fresh identity, or the one of ``seed``."""
        return cls(os.urandom(KEY_BYTES) if seed is None else seed)

    @classmethod
    def from_seed(cls, seed: bytes) -> X25519Identity:
        return cls(seed)

    @classmethod
    def from_string(cls, text: str) -> X25519Identity:
        """Parse ``AGE-SECRET-KEY-1...``. Raises `InvalidCardError`."""
        try:
            data = bech32.decode_as(_IDENTITY_PREFIX, text)
            return cls(data)
        except ValueError as error:
            raise InvalidCardError(tr("not an X25519 identity: {error}", error=error)) from error

    @property
    def secret_string(self) -> str:
        """``AGE-SECRET-KEY-1...``: a secret, to be handed to the user only."""
        return bech32.encode(_IDENTITY_PREFIX, self.seed).upper()

    @property
    def recipient(self) -> X25519Recipient:
        return X25519Recipient(self._private_key().public_key().public_bytes_raw())

    def unwrap(self, stanzas: Sequence[Stanza]) -> bytes | None:
        public_key = self.recipient.public_key
        for stanza in stanzas:
            if stanza.type != STANZA_TYPE:
                continue
            share = _share(stanza)
            try:
                secret = self._private_key().exchange(X25519PublicKey.from_public_bytes(share))
            except ValueError as error:  # The shared secret is all zero: a share of low order.
                raise UnreadableFileError(tr("an X25519 stanza holds a key of low order")) from error
            file_key = open_file_key(_wrapping_key(secret, share, public_key), stanza.body)
            if file_key is not None:
                return file_key
        return None

    def _private_key(self) -> X25519PrivateKey:
        return X25519PrivateKey.from_private_bytes(self.seed)


def _share(stanza: Stanza) -> bytes:
    if len(stanza.args) != 1:
        raise UnreadableFileError(tr("an X25519 stanza must have one argument"))
    share = decode_base64(stanza.args[0].encode("ascii"))
    if len(share) != KEY_BYTES:
        raise UnreadableFileError(tr("an X25519 stanza holds a key of the wrong length"))
    return share


def _wrapping_key(secret: bytes, share: bytes, public_key: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=share + public_key, info=_INFO).derive(secret)
