"""The age file format (age-encryption.org/v1, C2SP): keys, headers and payloads."""

from __future__ import annotations

from medcrypt_gui.core.age.file import decrypt, encrypt
from medcrypt_gui.core.age.mlkem768x25519 import HybridIdentity, HybridRecipient
from medcrypt_gui.core.age.recipients import Identity, Recipient
from medcrypt_gui.core.age.scrypt import ScryptIdentity, ScryptRecipient
from medcrypt_gui.core.age.stream import decrypt_stream, encrypt_stream
from medcrypt_gui.core.age.x25519 import X25519Identity, X25519Recipient
from medcrypt_gui.core.errors import InvalidCardError, UsageError
from medcrypt_gui.core.language import tr

__all__ = [
    "HybridIdentity",
    "HybridRecipient",
    "Identity",
    "Recipient",
    "ScryptIdentity",
    "ScryptRecipient",
    "X25519Identity",
    "X25519Recipient",
    "decrypt",
    "decrypt_stream",
    "encrypt",
    "encrypt_stream",
    "parse_identity",
    "parse_recipient",
]


def parse_identity(text: str) -> HybridIdentity | X25519Identity:
    """The identity in ``AGE-SECRET-KEY-PQ-1...`` or ``AGE-SECRET-KEY-1...``. Raises `InvalidCardError`."""
    lowered = text.strip().lower()
    if lowered.startswith("age-secret-key-pq-1"):
        return HybridIdentity.from_string(text.strip())
    if lowered.startswith("age-secret-key-1"):
        return X25519Identity.from_string(text.strip())
    raise InvalidCardError(tr("not an age identity"))


def parse_recipient(text: str) -> HybridRecipient | X25519Recipient:
    """The recipient in ``age1pq1...`` or ``age1...``. Raises `UsageError`."""
    lowered = text.strip().lower()
    if lowered.startswith("age1pq1"):
        return HybridRecipient.from_string(text.strip())
    if lowered.startswith("age1"):
        return X25519Recipient.from_string(text.strip())
    raise UsageError(tr("not an age recipient"))
