"""Passphrases: how they become bytes, how they are stretched, and how good they may be."""

from __future__ import annotations

import itertools
import math
import unicodedata
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from medcrypt_gui.core.errors import UnreadableFileError, WeakPassphraseError
from medcrypt_gui.core.language import tr

SALT_BYTES = 16
KEY_BYTES = 32

_LONGEST_FILE_LINE = 1 << 16
_WORD_BITS = math.log2(7776)
_CHARACTER_BITS = 4.5


@dataclass(frozen=True)
class Argon2Params:
    """The work of one try: memory (base-2 logarithm of KiB), passes, lanes. Refuses what is too cheap or absurd."""

    log2_memory_kib: int = 18
    passes: int = 3
    lanes: int = 4

    def __post_init__(self) -> None:
        if not (16 <= self.log2_memory_kib <= 21 and 1 <= self.passes <= 10 and 1 <= self.lanes <= 16):
            raise ValueError(
                tr("Argon2id parameters outside what is accepted (memory 2^16 to 2^21 KiB, passes 1-10, lanes 1-16)")
            )


class Strength(Enum):
    """How long a guesser who has the card would need, in rough classes of guesses."""

    WEAK = "weak"
    """Below 2^40 guesses: found with a few graphics cards."""
    FAIR = "fair"
    """2^40 to 2^60 guesses."""
    STRONG = "strong"
    """From 2^60 guesses."""


def passphrase_bytes(passphrase: str) -> bytes:
    """UTF-8 of the NFC form, so that every keyboard gives the same bytes. Raises `WeakPassphraseError` if empty."""
    if not passphrase:
        raise WeakPassphraseError(tr("the passphrase is empty"))
    return unicodedata.normalize("NFC", passphrase).encode("utf-8")


def stretch(passphrase: str, salt: bytes, params: Argon2Params) -> bytes:
    """The 32-byte key of a passphrase, by Argon2id (RFC 9106). Takes about a second at the default parameters."""
    kdf = Argon2id(
        salt=salt,
        length=KEY_BYTES,
        iterations=params.passes,
        lanes=params.lanes,
        memory_cost=1 << params.log2_memory_kib,
    )
    return kdf.derive(passphrase_bytes(passphrase))


def passphrase_from_file(path: Path) -> str:
    """The first line of a UTF-8 file, without its line ending (or a byte order mark), NFC-normalised.

    Raises `UnreadableFileError`, or `WeakPassphraseError` if that line is empty.
    """
    try:
        with path.open("rb") as stream:
            line = stream.readline(_LONGEST_FILE_LINE)
        text = line.decode("utf-8-sig").removesuffix("\n").removesuffix("\r")
    except OSError as error:
        raise UnreadableFileError(error.strerror or tr("cannot be read"), path=path) from error
    except UnicodeDecodeError as error:
        raise UnreadableFileError(tr("the passphrase file is not UTF-8"), path=path) from error
    return passphrase_bytes(text).decode("utf-8")


def strength(passphrase: str) -> Strength:
    """A rough class. It knows no dictionary: a well-known sentence or a birthday looks better than it is."""
    bits = estimated_bits(passphrase)
    if bits < 40:
        return Strength.WEAK
    return Strength.FAIR if bits < 60 else Strength.STRONG


def estimated_bits(passphrase: str) -> float:
    """How many bits a passphrase may be worth, rather too many than too few.

    The smaller of what its characters and what its words could hold if they were drawn at random. A character counts
    4.5 bits at most, because people do not draw them at random, and one bit if it repeats or continues the one before
    (``aaa``, ``abc``, ``321``).
    """
    passphrase = unicodedata.normalize("NFC", passphrase)
    steps = [abs(ord(after) - ord(before)) for before, after in itertools.pairwise(passphrase)]
    continued = sum(step <= 1 for step in steps)
    character_bits = min(math.log2(max(2, _alphabet_size(passphrase))), _CHARACTER_BITS)
    by_characters = (len(passphrase) - continued) * character_bits + continued
    words = [word for word in passphrase.replace("-", " ").split() if word.isalpha()]
    if len(words) < 2 or sum(map(len, words)) < 0.8 * len(passphrase.replace(" ", "")):
        return by_characters
    return min(by_characters, len({word.lower() for word in words}) * _WORD_BITS)


def _alphabet_size(passphrase: str) -> int:
    classes = (
        (str.islower, 26),
        (str.isupper, 26),
        (str.isdigit, 10),
        (lambda character: not character.isalnum(), 32),
        (lambda character: ord(character) > 127, 64),
    )
    return sum(size for belongs, size in classes if any(map(belongs, passphrase)))
