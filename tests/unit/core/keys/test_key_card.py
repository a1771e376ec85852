"""A key card gives back its key to whoever may have it, and notices every slip."""

from __future__ import annotations

import base64
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medcrypt_gui.core.age import HybridIdentity, X25519Identity
from medcrypt_gui.core.errors import InvalidCardError, WeakPassphraseError, WrongPassphraseError
from medcrypt_gui.core.keys import (
    Argon2Params,
    Purpose,
    encode_plain,
    encode_protected,
    fingerprint,
    parse,
    parse_entered,
    parse_typed,
    typed_lines,
)

QUICK = Argon2Params(log2_memory_kib=16, passes=1, lanes=1)
IDENTITY = HybridIdentity.from_seed(bytes(range(32)))
PLAIN = encode_plain(IDENTITY, Purpose.ROI)
PROTECTED = encode_protected(IDENTITY, Purpose.ROI, "Grüße", params=QUICK, salt=bytes(range(16)))

# Frozen on the day the format was drafted (version 0); computed by hand from format.md, section 7.
KNOWN_PLAIN = "MC1KAABAC56775NCTAAQ4AAACAQDAQCQMBYIBEFAWDANBYHRAEISCMKBKFQXDAMRUGY4DUPB6R4KQIZQ"


def with_body(text: str, position: int, value: int) -> str:
    """The card with one byte of its body set, checksum made right again."""
    data = base64.b32decode(text[4:] + "=" * (-len(text[4:]) % 8))
    body = bytearray(data[:-4])
    body[position] = value
    return text[:4] + base64.b32encode(bytes(body) + zlib.crc32(body).to_bytes(4, "big")).decode().rstrip("=")


def test_a_plain_card_is_what_the_format_says() -> None:
    body = bytes([0, 2, 1]) + bytes(fingerprint(str(IDENTITY.recipient))) + bytes(range(32))
    expected = "MC1K" + base64.b32encode(body + zlib.crc32(body).to_bytes(4, "big")).decode().rstrip("=")
    assert PLAIN == expected == KNOWN_PLAIN


@pytest.mark.parametrize("identity", [IDENTITY, X25519Identity.from_seed(bytes(range(32)))], ids=["hybrid", "x25519"])
@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_card_gives_its_key_back(identity: HybridIdentity | X25519Identity, purpose: Purpose) -> None:
    plain = encode_plain(identity, purpose)
    protected = encode_protected(identity, purpose, "Grüße", params=QUICK)
    assert (len(plain), len(protected)) == (80, 136)
    for text, passphrase in ((plain, None), (protected, "Gru\u0308ße")):
        card = parse(text)
        assert card.open(passphrase) == identity
        assert card.purpose is purpose
        assert card.protected is (text is protected)
        assert card.fingerprint == bytes(fingerprint(str(identity.recipient)))
        assert card.text == text


@pytest.mark.parametrize("passphrase", [None, "", "grüße", "Grüße "])
def test_a_protected_card_stays_closed_without_its_passphrase(passphrase: str | None) -> None:
    with pytest.raises(WrongPassphraseError):
        parse(PROTECTED).open(passphrase)


def test_an_empty_passphrase_protects_nothing() -> None:
    with pytest.raises(WeakPassphraseError):
        encode_protected(IDENTITY, Purpose.ROI, "", params=QUICK)


def test_two_protected_cards_never_look_alike() -> None:
    assert encode_protected(IDENTITY, Purpose.ROI, "a", params=QUICK) != encode_protected(
        IDENTITY, Purpose.ROI, "a", params=QUICK
    )


def test_spaces_and_case_do_not_matter() -> None:
    spaced = " \n".join(PROTECTED[start : start + 7].lower() for start in range(0, 136, 7))
    assert parse(spaced) == parse(PROTECTED)


@pytest.mark.parametrize("layout", [("YZ", "ZY"), ("AQZWM1234567", "QAWZ?&É\"'(-È")], ids=["german", "french"])
@pytest.mark.parametrize("text", [PLAIN, PROTECTED], ids=["plain", "protected"])
def test_what_a_scanner_types_on_another_keyboard_is_understood(layout: tuple[str, str], text: str) -> None:
    assert parse(text.translate(str.maketrans(*layout))).text == text


@pytest.mark.parametrize("text", [PLAIN, PROTECTED], ids=["plain", "protected"])
def test_every_wrong_character_is_noticed(text: str) -> None:
    for position in range(len(text)):
        wrong = text[:position] + ("A" if text[position] != "A" else "C") + text[position + 1 :]
        with pytest.raises(InvalidCardError):
            parse(wrong)


@pytest.mark.parametrize(
    "text", ["", "MC1", "MC1K", PLAIN[:-1], PLAIN + "A", PROTECTED[:80], "MC1S" + PLAIN[4:], "hello", "MC2" + PLAIN[3:]]
)
def test_what_is_no_card_is_refused(text: str) -> None:
    with pytest.raises(InvalidCardError):
        parse(text)


@given(st.text(max_size=200))
def test_no_text_does_anything_but_parse_or_be_refused(text: str) -> None:
    for candidate in (text, "MC1K" + text, "MC1P" + text):
        with pytest.raises(InvalidCardError):
            parse_entered(candidate)


@pytest.mark.parametrize("position", [0, 1, 2], ids=["version", "identity-kind", "purpose"])
@pytest.mark.parametrize("value", [4, 129, 255])
def test_a_card_of_the_future_is_refused(position: int, value: int) -> None:
    for text in (PLAIN, PROTECTED):
        with pytest.raises(InvalidCardError):
            parse(with_body(text, position, value))


@pytest.mark.parametrize(("position", "value"), [(11, 15), (11, 22), (12, 0), (12, 11), (13, 0), (13, 17)])
def test_absurd_work_is_refused_before_it_is_done(position: int, value: int) -> None:
    with pytest.raises(InvalidCardError):
        parse(with_body(PROTECTED, position, value))


def test_a_fingerprint_of_another_key_is_noticed() -> None:
    with pytest.raises(InvalidCardError):
        parse(with_body(PLAIN, 5, 0x5A)).open()


@pytest.mark.parametrize(
    "position", [2, 5, 14, 29, 30, 77], ids=["purpose", "fingerprint", "salt", "salt-end", "seed", "tag"]
)
def test_every_part_of_a_protected_card_is_authenticated(position: int) -> None:
    with pytest.raises(WrongPassphraseError):
        parse(with_body(PROTECTED, position, 3)).open("Grüße")


def test_neither_key_nor_ciphertext_shows_in_a_representation() -> None:
    assert bytes(range(32)).hex() not in repr(parse(PLAIN))
    assert "seed" not in repr(parse(PLAIN)) + repr(parse(PROTECTED))


@pytest.mark.parametrize(("text", "lines"), [(PLAIN, 4), (PROTECTED, 7)], ids=["plain", "protected"])
def test_the_typed_form_comes_back_however_it_is_broken(text: str, lines: int) -> None:
    typed = typed_lines(text)
    assert len(typed) == lines
    assert all(len(group) <= 5 for line in typed for group in line.split())
    for entered in ("\n".join(typed), "\r\n\r\n".join(typed).lower(), "".join(typed), text, f"  {text}\n"):
        assert parse_entered(entered).text == text
    assert parse_typed("\n".join(typed)).text == text


def test_a_zero_typed_for_an_o_is_forgiven() -> None:
    typed = "\n".join(typed_lines(PROTECTED))
    mistyped = typed[:3] + typed[3:].replace("O", "0").replace("I", "1").replace("B", "8")
    assert parse_entered(mistyped).text == PROTECTED


@pytest.mark.parametrize("number", range(1, 8))
def test_the_line_with_the_slip_is_named(number: int) -> None:
    typed = typed_lines(PROTECTED)
    line = typed[number - 1]
    typed[number - 1] = line[:4] + ("X" if line[4] != "X" else "Y") + line[5:]
    with pytest.raises(InvalidCardError, match=f"line {number} "):
        parse_typed("\n".join(typed))


def test_exchanged_and_missing_lines_are_named() -> None:
    typed = typed_lines(PROTECTED)
    with pytest.raises(InvalidCardError, match="line 2 "):
        parse_typed("\n".join([typed[0], typed[2], typed[1], *typed[3:]]))
    with pytest.raises(InvalidCardError, match="line 3 "):
        parse_typed("\n".join([*typed[:2], *typed[3:]]))
    with pytest.raises(InvalidCardError):
        parse_typed("\n".join(typed[:-1]))
