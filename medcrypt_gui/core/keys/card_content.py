"""What stands on a printed key card; nothing of it names a patient."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from medcrypt_gui.core.keys.identity import fingerprint
from medcrypt_gui.core.keys.key_card import CardIdentity, Purpose, parse


@dataclass(frozen=True)
class CardContent:
    """One card: the text of its code, and what people read beside it."""

    text: str
    purpose: Purpose
    protected: bool
    words: tuple[str, ...]
    fingerprint_hex: str
    made_on: date
    program_version: str

    @classmethod
    def of(
        cls, text: str, identity: CardIdentity, *, wordlist: tuple[str, ...], made_on: date, program_version: str
    ) -> CardContent:
        """The content for the card ``text``, which must be one of ``identity``. Raises `InvalidCardError`."""
        card = parse(text)
        mark = fingerprint(str(identity.recipient))
        if card.fingerprint != bytes(mark):
            raise ValueError("the card is of another identity")
        return cls(text, card.purpose, card.protected, mark.words(wordlist), mark.hex, made_on, program_version)
