"""The words on a printed key card."""

from __future__ import annotations

from medcrypt_gui.core.keys.card_content import CardContent
from medcrypt_gui.core.keys.key_card import Purpose
from medcrypt_gui.core.language import mark, tr

_OPENS = {
    Purpose.ROI: mark("Opens the encrypted region of interest of one protected study"),
    Purpose.PACKAGE: mark("Opens one sealed package, but not the region of interest encrypted in it"),
    Purpose.PERSONAL: mark("Opens what was encrypted to one person"),
}

_COMMON_LAYOUT = mark(
    "The text of the code is MC1{kind} and Base32 (RFC 4648, no padding) of: version 1 byte, key type 1, purpose 1, "
    "fingerprint 8, {seed}, and the CRC-32 of all that, 4 bytes, big-endian. "
)
_SEALED_SEED = mark(
    "Argon2id memory (base-2 logarithm of KiB), passes and lanes 1 each, salt 16, and 48 bytes of ChaCha20-Poly1305: "
    "its key is the Argon2id output (32 bytes) for the passphrase (UTF-8, NFC), its nonce zero, its associated data "
    "everything before"
)
_AFTERWARDS = mark(
    "The seed, 32 bytes, in Bech32 with the prefix AGE-SECRET-KEY-PQ- (key type 2), is an identity for age 1.3 or "
    "later (age-encryption.org). It opens the key block that lies in every protected file. The way from there to the "
    "pixels is described in docs/format.md of MedCrypt, free software (Apache-2.0), for anybody to program anew."
)


def title_line(content: CardContent) -> str:
    """What the card opens, in one line."""
    return tr(_OPENS[content.purpose])


def fingerprint_note() -> str:
    """How to tell which study the card belongs to."""
    return tr("MedCrypt shows the same six words for the study")


def status(content: CardContent) -> tuple[str, str]:
    """Whether there is a passphrase, as a heading and a sentence."""
    if content.protected:
        return tr("Passphrase needed"), tr("It is not on this paper. Card and passphrase open the study only together.")
    return tr("No passphrase"), tr("Whoever holds this card, or a picture of it, can open the study.")


def qr_note() -> str:
    """What the two codes are."""
    return tr("Both codes are the same; one is enough.")


def typing_note() -> str:
    """How to enter the typed form."""
    return tr(
        "For when no camera is at hand. The two characters at the end of a line check it, so a slip is found at once. "
        "Spaces, small letters and line breaks do not matter. After MC1 there is no zero, one or eight: "
        "what looks like one is an O, an I or a B."
    )


def opening_steps(content: CardContent) -> tuple[str, ...]:
    """The way in, step by step."""
    steps = (
        tr("Open the protected study in MedCrypt and choose Unlock."),
        tr("Give it a photo or scan of this card, or type the lines above."),
    )
    last = tr("Compare the six words, then save a restored copy: every byte is as it was.")
    return (*steps, tr("Enter the passphrase."), last) if content.protected else (*steps, last)


def keeping(content: CardContent) -> tuple[str, ...]:
    """How not to lose it, and not to lose it to somebody."""
    apart = tr("Print it, and keep it apart from the disk that holds the study.")
    lost = tr(
        "Without this card nobody can open the study, not even the makers of MedCrypt. Keep a second copy elsewhere."
    )
    if content.protected:
        return apart, tr("Keep the passphrase elsewhere still."), lost
    return apart, tr("Lock it away like the study itself, and delete the file once it is printed."), lost


def without_medcrypt(content: CardContent) -> str:
    """Enough for somebody to begin with when this software no longer runs."""
    if content.protected:
        return tr(_COMMON_LAYOUT, kind="P", seed=tr(_SEALED_SEED)) + tr(_AFTERWARDS)
    return tr(_COMMON_LAYOUT, kind="K", seed=tr("seed 32")) + tr(_AFTERWARDS)
