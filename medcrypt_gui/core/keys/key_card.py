"""Key cards: the key of a study as a text for a QR code, plain (``K``) or under a passphrase (``P``).

The text is ``MC1``, a letter for the kind, and Base32 of the body and its CRC-32 (format.md, section 7).
"""

from __future__ import annotations

import base64
import binascii
import os
import zlib
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from enum import IntEnum

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from medcrypt_gui.core.age import HybridIdentity, X25519Identity
from medcrypt_gui.core.errors import InvalidCardError, WrongPassphraseError
from medcrypt_gui.core.keys.identity import FINGERPRINT_BYTES, fingerprint
from medcrypt_gui.core.keys.passphrase import SALT_BYTES, Argon2Params, stretch
from medcrypt_gui.core.language import tr

PREFIX = "MC1"
VERSION = 0  # draft: becomes 1 when the format is declared final
SEED_BYTES = 32
CARD_CHARACTERS = (80, 136)
"""The lengths of a plain and of a protected card's text."""

CardIdentity = HybridIdentity | X25519Identity

_HEAD_BYTES = 3 + FINGERPRINT_BYTES
_SEALED_SEED_BYTES = SEED_BYTES + 16
_PLAIN_BODY_BYTES = _HEAD_BYTES + SEED_BYTES
_PROTECTED_BODY_BYTES = _HEAD_BYTES + 3 + SALT_BYTES + _SEALED_SEED_BYTES
_CRC_BYTES = 4

# A handheld scanner types the text as on a US keyboard; these undo what a German and a French layout make of it.
_LAYOUTS: tuple[dict[int, int], ...] = (
    {},
    str.maketrans("YZ", "ZY"),
    str.maketrans("QAWZ?,&É\"'(-È", "AQZWMM1234567"),
)
# Base32 has no 0, 1, 8: whoever types one of them read an O, I or B.
MISREAD = str.maketrans("018", "OIB")


class Purpose(IntEnum):
    """What a card opens."""

    ROI = 1
    """The region of interest of one protected set, and the packages it was put into."""
    PACKAGE = 2
    """One sealed package, but not the region of interest in it."""
    PERSONAL = 3
    """Everything that was encrypted to one person."""


class IdentityKind(IntEnum):
    """The age key type of a card."""

    X25519 = 1
    HYBRID = 2


@dataclass(frozen=True)
class KeyCard(ABC):
    """What can be read from any card without a passphrase; ``fingerprint`` is the 8 bytes of its recipient."""

    purpose: Purpose
    kind: IdentityKind
    fingerprint: bytes

    @property
    @abstractmethod
    def protected(self) -> bool:
        """Whether it takes a passphrase to open."""

    @property
    @abstractmethod
    def text(self) -> str:
        """The text of its QR code."""

    @abstractmethod
    def open(self, passphrase: str | None = None) -> CardIdentity:
        """The identity in the card. Raises `WrongPassphraseError`, or `InvalidCardError` if it contradicts itself."""

    def _head(self) -> bytes:
        return bytes((VERSION, self.kind, self.purpose)) + self.fingerprint

    def _identity(self, seed: bytes) -> CardIdentity:
        identity: CardIdentity = (
            HybridIdentity.from_seed(seed) if self.kind is IdentityKind.HYBRID else X25519Identity.from_seed(seed)
        )
        if bytes(fingerprint(str(identity.recipient))) != self.fingerprint:
            raise InvalidCardError(tr("the key in the card is not the one that its fingerprint names"))
        return identity


@dataclass(frozen=True)
class PlainCard(KeyCard):
    """A card that opens for whoever holds it."""

    seed: bytes = field(repr=False)

    @property
    def protected(self) -> bool:
        return False

    @property
    def text(self) -> str:
        return _encode("K", self._head() + self.seed)

    def open(self, passphrase: str | None = None) -> CardIdentity:  # noqa: ARG002 (a plain card needs none)
        return self._identity(self.seed)


@dataclass(frozen=True)
class ProtectedCard(KeyCard):
    """A card whose seed is encrypted under a passphrase."""

    params: Argon2Params
    salt: bytes = field(repr=False)
    sealed_seed: bytes = field(repr=False)

    @property
    def protected(self) -> bool:
        return True

    @property
    def text(self) -> str:
        return _encode("P", _associated(self._head(), self.params, self.salt) + self.sealed_seed)

    def open(self, passphrase: str | None = None) -> CardIdentity:
        if not passphrase:
            raise WrongPassphraseError(tr("the card needs a passphrase"))
        key = stretch(passphrase, self.salt, self.params)
        associated = _associated(self._head(), self.params, self.salt)
        try:
            seed = ChaCha20Poly1305(key).decrypt(bytes(12), self.sealed_seed, associated)
        except InvalidTag as error:
            raise WrongPassphraseError(tr("the card does not open with this passphrase")) from error
        return self._identity(seed)


def encode_plain(identity: CardIdentity, purpose: Purpose) -> str:
    """The text of a card without passphrase, 80 characters."""
    kind, mark = _kind_and_fingerprint(identity)
    return PlainCard(purpose, kind, mark, identity.seed).text


def encode_protected(
    identity: CardIdentity,
    purpose: Purpose,
    passphrase: str,
    *,
    params: Argon2Params | None = None,
    salt: bytes | None = None,
) -> str:
    """The text of a card under ``passphrase``, 136 characters; takes about a second.

    ``salt`` is 16 fresh random bytes unless a test gives its own. Raises `WeakPassphraseError` for an empty passphrase.
    """
    kind, mark = _kind_and_fingerprint(identity)
    params = params or Argon2Params()
    salt = os.urandom(SALT_BYTES) if salt is None else salt
    head = bytes((VERSION, kind, purpose)) + mark
    # The nonce may be fixed because the key, made with a fresh salt, is used once.
    cipher = ChaCha20Poly1305(stretch(passphrase, salt, params))
    sealed = cipher.encrypt(bytes(12), identity.seed, _associated(head, params, salt))
    return ProtectedCard(purpose, kind, mark, params, salt, sealed).text


def parse(text: str) -> PlainCard | ProtectedCard:
    """The card in the text of a QR code; spaces and case do not matter.

    Raises `InvalidCardError` if it is no card, its checksum fails, or this version does not know its kind.
    """
    typed = "".join(text.split()).upper()
    candidates = [typed.translate(layout) for layout in _LAYOUTS]
    named = [candidate for candidate in candidates if candidate.startswith(PREFIX)]
    if not named:
        raise InvalidCardError(tr("not a MedCrypt key card"))
    kind = named[0][len(PREFIX) : len(PREFIX) + 1]
    if kind not in ("K", "P"):
        raise InvalidCardError(tr("a kind of key card that this version does not know"))
    expected = _PLAIN_BODY_BYTES if kind == "K" else _PROTECTED_BODY_BYTES
    for candidate in named:
        body = _checked_body(candidate[len(PREFIX) + 1 :].translate(MISREAD), expected)
        if body is not None:
            return _plain_card(body) if kind == "K" else _protected_card(body)
    raise InvalidCardError(tr("the checksum of the key card fails: a character is wrong or missing"))


def _encode(kind: str, body: bytes) -> str:
    checked = body + zlib.crc32(body).to_bytes(_CRC_BYTES, "big")
    return PREFIX + kind + base64.b32encode(checked).decode("ascii").rstrip("=")


def _checked_body(text: str, expected_bytes: int) -> bytes | None:
    """The body in canonical Base32 if length and CRC-32 fit, else None."""
    try:
        data = base64.b32decode(text + "=" * (-len(text) % 8))
    except (binascii.Error, ValueError):
        return None
    body, crc = data[:-_CRC_BYTES], data[-_CRC_BYTES:]
    canonical = base64.b32encode(data).decode("ascii").rstrip("=") == text
    intact = canonical and len(body) == expected_bytes and zlib.crc32(body).to_bytes(_CRC_BYTES, "big") == crc
    return body if intact else None


def _parse_head(body: bytes) -> tuple[Purpose, IdentityKind, bytes]:
    if body[0] != VERSION:
        raise InvalidCardError(
            tr("a key card of version {given}; this program reads {version}", given=body[0], version=VERSION)
        )
    try:
        return Purpose(body[2]), IdentityKind(body[1]), body[3:_HEAD_BYTES]
    except ValueError as error:
        raise InvalidCardError(tr("the key card is of a kind that this version does not know")) from error


def _plain_card(body: bytes) -> PlainCard:
    return PlainCard(*_parse_head(body), body[_HEAD_BYTES:])


def _protected_card(body: bytes) -> ProtectedCard:
    head = _parse_head(body)
    rest = body[_HEAD_BYTES:]
    try:
        params = Argon2Params(rest[0], rest[1], rest[2])
    except ValueError as error:
        raise InvalidCardError(tr("the key card is damaged: {error}", error=error)) from error
    return ProtectedCard(*head, params, rest[3 : 3 + SALT_BYTES], rest[3 + SALT_BYTES :])


def _associated(head: bytes, params: Argon2Params, salt: bytes) -> bytes:
    return head + bytes((params.log2_memory_kib, params.passes, params.lanes)) + salt


def _kind_and_fingerprint(identity: CardIdentity) -> tuple[IdentityKind, bytes]:
    kind = IdentityKind.HYBRID if isinstance(identity, HybridIdentity) else IdentityKind.X25519
    return kind, bytes(fingerprint(str(identity.recipient)))
