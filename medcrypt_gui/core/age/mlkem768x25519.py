"""The hybrid post-quantum key type of age: ``age1pq1...`` and ``AGE-SECRET-KEY-PQ-1...``.

HPKE (RFC 9180) in base mode with MLKEM768-X25519 (X-Wing, KEM 0x647a), HKDF-SHA256 and ChaCha20-Poly1305. A seed of 32
bytes is expanded with SHAKE-256 into the 64-byte seed of ML-KEM-768 and the 32-byte scalar of X25519. A file stays
closed as long as either of the two holds.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)

from medcrypt_gui.core.age import bech32
from medcrypt_gui.core.age.header import Stanza, decode_base64, encode_base64
from medcrypt_gui.core.age.recipients import WRAPPED_KEY_BYTES, RandomBytes, RecipientFamily
from medcrypt_gui.core.errors import InvalidCardError, UnreadableFileError, UsageError
from medcrypt_gui.core.language import tr

STANZA_TYPE = "mlkem768x25519"
SEED_BYTES = 32
PUBLIC_KEY_BYTES = 1184 + 32
ENCAPSULATION_BYTES = 1088 + 32

_RECIPIENT_PREFIX = "age1pq"
_IDENTITY_PREFIX = "age-secret-key-pq-"
_INFO = b"age-encryption.org/mlkem768x25519"
_SUITE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)


@dataclass(frozen=True)
class HybridRecipient:
    """A public key of 1216 bytes: ML-KEM-768 encapsulation key, X25519 public key."""

    public_key: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.public_key) != PUBLIC_KEY_BYTES:
            raise ValueError(tr("a hybrid public key has {number} bytes", number=PUBLIC_KEY_BYTES))

    @classmethod
    def from_string(cls, text: str) -> HybridRecipient:
        """Parse ``age1pq1...``. Raises `UsageError`."""
        try:
            data = bech32.decode_as(_RECIPIENT_PREFIX, text)
            recipient = cls(data)
            recipient._hpke_key()
        except ValueError as error:
            raise UsageError(tr("not a post-quantum recipient: {error}", error=error)) from error
        return recipient

    def __str__(self) -> str:
        return bech32.encode(_RECIPIENT_PREFIX, self.public_key)

    @property
    def family(self) -> RecipientFamily:
        return RecipientFamily.POST_QUANTUM

    def wrap(self, file_key: bytes, random_bytes: RandomBytes) -> Stanza:  # noqa: ARG002 (HPKE draws its own)
        sealed = _SUITE.encrypt(file_key, self._hpke_key(), info=_INFO)
        encapsulation, body = sealed[:ENCAPSULATION_BYTES], sealed[ENCAPSULATION_BYTES:]
        return Stanza(STANZA_TYPE, (encode_base64(encapsulation),), body)

    def _hpke_key(self) -> MLKEM768X25519PublicKey:
        return MLKEM768X25519PublicKey(
            MLKEM768PublicKey.from_public_bytes(self.public_key[:-32]),
            X25519PublicKey.from_public_bytes(self.public_key[-32:]),
        )


@dataclass(frozen=True)
class HybridIdentity:
    """A secret key; ``seed`` is all there is to it."""

    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.seed) != SEED_BYTES:
            raise ValueError(tr("a hybrid identity has a seed of 32 bytes"))

    @classmethod
    def generate(cls, seed: bytes | None = None) -> HybridIdentity:
        """A fresh identity, or the one of ``seed``."""
        return cls(os.urandom(SEED_BYTES) if seed is None else seed)

    @classmethod
    def from_seed(cls, seed: bytes) -> HybridIdentity:
        return cls(seed)

    @classmethod
    def from_string(cls, text: str) -> HybridIdentity:
        """Parse ``AGE-SECRET-KEY-PQ-1...``. Raises `InvalidCardError`."""
        try:
            data = bech32.decode_as(_IDENTITY_PREFIX, text)
            return cls(data)
        except ValueError as error:
            raise InvalidCardError(tr("not a post-quantum identity: {error}", error=error)) from error

    @property
    def secret_string(self) -> str:
        """``AGE-SECRET-KEY-PQ-1...``: a secret, to be handed to the user only."""
        return bech32.encode(_IDENTITY_PREFIX, self.seed).upper()

    @property
    def recipient(self) -> HybridRecipient:
        mlkem_key, x25519_key = self._expanded()
        return HybridRecipient(mlkem_key.public_key().public_bytes_raw() + x25519_key.public_key().public_bytes_raw())

    def unwrap(self, stanzas: Sequence[Stanza]) -> bytes | None:
        private_key = MLKEM768X25519PrivateKey(*self._expanded())
        for stanza in stanzas:
            if stanza.type != STANZA_TYPE:
                continue
            sealed = _encapsulation(stanza) + stanza.body
            try:
                return _SUITE.decrypt(sealed, private_key, info=_INFO)
            except InvalidTag:
                continue  # Wrapped for somebody else.
        return None

    def _expanded(self) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
        expanded = hashlib.shake_256(self.seed).digest(96)
        return MLKEM768PrivateKey.from_seed_bytes(expanded[:64]), X25519PrivateKey.from_private_bytes(expanded[64:])


def _encapsulation(stanza: Stanza) -> bytes:
    if len(stanza.args) != 1:
        raise UnreadableFileError(tr("an mlkem768x25519 stanza must have one argument"))
    encapsulation = decode_base64(stanza.args[0].encode("ascii"))
    if len(encapsulation) != ENCAPSULATION_BYTES or len(stanza.body) != WRAPPED_KEY_BYTES:
        raise UnreadableFileError(tr("an mlkem768x25519 stanza has the wrong length"))
    return encapsulation
