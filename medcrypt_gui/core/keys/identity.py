"""Identities of studies, their fingerprints, and key files."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from medcrypt_gui.core.age import HybridIdentity, X25519Identity, parse_identity
from medcrypt_gui.core.errors import InvalidCardError
from medcrypt_gui.core.language import tr

FINGERPRINT_BYTES = 8
FINGERPRINT_WORDS = 6
WORDLIST_WORDS = 7776

_LABEL = b"medcrypt/v1/fp"


@dataclass(frozen=True)
class Fingerprint:
    """What identifies a recipient to people and on cards; ``digest`` is the whole SHA-256."""

    digest: bytes

    def __post_init__(self) -> None:
        if len(self.digest) != 32:
            raise ValueError("a fingerprint is a SHA-256")

    def __bytes__(self) -> bytes:
        """The first 8 bytes, as they stand in a key card."""
        return self.digest[:FINGERPRINT_BYTES]

    @property
    def hex(self) -> str:
        """The first 8 bytes as 16 hexadecimal digits."""
        return bytes(self).hex()

    def words(self, wordlist: tuple[str, ...]) -> tuple[str, ...]:
        """Six words of the EFF long list (7776 words), the same in every language.

        The digest as a little-endian integer, modulo 7776^6, written in base 7776, most significant word first.
        """
        if len(wordlist) != WORDLIST_WORDS:
            raise ValueError("needs the EFF long list")
        number = int.from_bytes(self.digest, "little")
        words = []
        for _ in range(FINGERPRINT_WORDS):
            number, place = divmod(number, WORDLIST_WORDS)
            words.append(wordlist[place])
        return tuple(reversed(words))


def fingerprint(recipient: str) -> Fingerprint:
    """The fingerprint of a recipient, given as its string (``age1pq1...`` or ``age1...``)."""
    return Fingerprint(hashlib.sha256(_LABEL + recipient.encode("ascii")).digest())


def read_key_file(text: str) -> tuple[HybridIdentity | X25519Identity, ...]:
    """The identities in an age key file: one a line, ``#`` begins a comment. Raises `InvalidCardError`."""
    lines = [line.strip() for line in text.splitlines()]
    identities = tuple(parse_identity(line) for line in lines if line and not line.startswith("#"))
    if not identities:
        raise InvalidCardError(tr("the key file holds no key"))
    return identities
