"""age files: what goes in comes out, for those named and nobody else, and never changed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medcrypt_gui.core.age import (
    HybridIdentity,
    HybridRecipient,
    Identity,
    ScryptIdentity,
    ScryptRecipient,
    X25519Identity,
    X25519Recipient,
    bech32,
    decrypt,
    decrypt_stream,
    encrypt,
    encrypt_stream,
    parse_identity,
    parse_recipient,
)
from medcrypt_gui.core.age.file import encrypt_with
from medcrypt_gui.core.age.header import parse_header
from medcrypt_gui.core.age.stream import CHUNK_BYTES, TAG_BYTES
from medcrypt_gui.core.errors import (
    InputError,
    IntegrityError,
    InvalidCardError,
    UnreadableFileError,
    UnsupportedInputError,
    UsageError,
    WrongKeyError,
)

HYBRID = HybridIdentity.from_seed(bytes(range(32)))
CLASSICAL = X25519Identity.from_seed(bytes(range(1, 33)))
KEY = bytes(range(32))


@pytest.mark.parametrize("identity", [HYBRID, CLASSICAL], ids=["hybrid", "x25519"])
@pytest.mark.parametrize("length", [0, 1, 56, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES])
def test_what_goes_in_comes_out(identity: HybridIdentity | X25519Identity, length: int) -> None:
    plaintext = bytes(length)
    assert decrypt(encrypt(plaintext, [identity.recipient]), [identity]) == plaintext


def test_every_recipient_opens_the_file_and_nobody_else() -> None:
    others = [HybridIdentity.generate(), HybridIdentity.generate()]
    file = encrypt(b"key", [HYBRID.recipient, others[0].recipient])
    assert decrypt(file, [HYBRID]) == decrypt(file, [others[1], CLASSICAL, others[0]]) == b"key"
    with pytest.raises(WrongKeyError):
        decrypt(file, [others[1], CLASSICAL])
    with pytest.raises(WrongKeyError):
        decrypt(file, [])


def test_two_files_never_share_a_key() -> None:
    assert encrypt(b"x", [HYBRID.recipient]) != encrypt(b"x", [HYBRID.recipient])


def test_a_given_randomness_gives_a_given_classical_file() -> None:
    first, second = (encrypt_with(b"x", [CLASSICAL.recipient], lambda count: bytes(count)) for _ in range(2))
    assert first == second


@pytest.mark.parametrize(
    "recipients",
    [
        [],
        [HYBRID.recipient, CLASSICAL.recipient],
        [ScryptRecipient(b"a"), HYBRID.recipient],
        [ScryptRecipient(b"a"), ScryptRecipient(b"b")],
    ],
    ids=["none", "mixed", "passphrase-and-key", "two-passphrases"],
)
def test_recipients_that_weaken_each_other_are_refused(recipients: list[HybridRecipient]) -> None:
    with pytest.raises(UsageError):
        encrypt(b"x", recipients)


def test_every_flipped_bit_is_refused_with_its_reason() -> None:
    file = encrypt(b"a key blob of fifty-six bytes or so", [CLASSICAL.recipient])
    header = parse_header(file).length
    for position in range(len(file)):
        for bit in range(8):
            broken = bytearray(file)
            broken[position] ^= 1 << bit
            expected = (InputError, WrongKeyError, IntegrityError) if position < header else IntegrityError
            with pytest.raises(expected):
                decrypt(bytes(broken), [CLASSICAL])


@settings(deadline=None, max_examples=200)
@given(data=st.data())
def test_a_flipped_bit_in_a_post_quantum_file_is_refused(data: st.DataObject) -> None:
    file = bytearray(FILE)
    position = data.draw(st.integers(0, len(file) - 1))
    file[position] ^= 1 << data.draw(st.integers(0, 7))
    with pytest.raises((InputError, WrongKeyError, IntegrityError)):
        decrypt(bytes(file), [HYBRID])


FILE = encrypt(b"a key blob", [HYBRID.recipient])


def test_a_changed_header_that_still_opens_is_an_integrity_error() -> None:
    greased = FILE.replace(b"\n---", b"\n-> grease\n\n---", 1)
    with pytest.raises(IntegrityError):
        decrypt(greased, [HYBRID])


def test_a_share_of_low_order_is_refused() -> None:
    stanza = parse_header(FILE).stanzas[0]
    encapsulation = HYBRID.recipient.wrap(bytes(16), bytes).args[0]
    assert stanza.type == "mlkem768x25519"
    assert len(encapsulation) == 1494
    low = FILE.replace(stanza.args[0].encode(), (stanza.args[0][:-43] + "A" * 43).encode())
    with pytest.raises((WrongKeyError, UnreadableFileError)):
        decrypt(low, [HYBRID])


@pytest.mark.parametrize("length", range(0, len(FILE), 97))
def test_a_cut_file_is_refused(length: int) -> None:
    with pytest.raises((UnreadableFileError, IntegrityError)):
        decrypt(FILE[:length], [HYBRID])


def test_another_version_is_named_as_such() -> None:
    with pytest.raises(UnsupportedInputError):
        decrypt(FILE.replace(b"/v1", b"/v2", 1), [HYBRID])


def test_a_passphrase_opens_its_file_and_another_does_not() -> None:
    file = encrypt(b"x", [ScryptRecipient(b"correct horse")])
    assert decrypt(file, [ScryptIdentity(b"correct horse")]) == b"x"
    with pytest.raises(UnsupportedInputError):
        decrypt(file, [ScryptIdentity(b"correct horse", highest_log_n=17)])


@pytest.mark.parametrize("identity", [HYBRID, CLASSICAL], ids=["hybrid", "x25519"])
def test_keys_survive_their_text_in_either_case(identity: HybridIdentity | X25519Identity) -> None:
    assert parse_identity(identity.secret_string) == parse_identity(identity.secret_string.lower()) == identity
    assert parse_recipient(str(identity.recipient)) == identity.recipient
    assert identity.secret_string not in repr(identity)
    assert identity.seed.hex() not in repr(identity)


def changed(text: str, position: int) -> str:
    return text[:position] + ("q" if text[position] != "q" else "p") + text[position + 1 :]


@pytest.mark.parametrize("text", ["", "age1", "AGE-SECRET-KEY-1", changed(HYBRID.secret_string.lower(), 40), "MC1K"])
def test_a_mistyped_identity_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(InvalidCardError) as caught:
        parse_identity(text)
    assert not text or text not in str(caught.value)


@pytest.mark.parametrize("text", ["", "age1pq1", "someone", changed(str(HYBRID.recipient), 700)])
def test_a_mistyped_recipient_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        parse_recipient(text)


def test_a_key_of_another_type_is_not_taken_for_its_own() -> None:
    with pytest.raises(InvalidCardError):
        HybridIdentity.from_string(CLASSICAL.secret_string)
    with pytest.raises(UsageError):
        X25519Recipient.from_string(str(HYBRID.recipient))


@given(st.binary(max_size=80))
def test_bech32_is_reversible(data: bytes) -> None:
    assert bech32.decode(bech32.encode("age", data)) == ("age", data)


@pytest.mark.parametrize("text", ["A12UEL5L", "a12uel5l", "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw"])
def test_bech32_accepts_the_valid_vectors_of_bip_173(text: str) -> None:
    prefix, data = bech32.decode(text)
    assert bech32.encode(prefix, data) == text.lower()


@pytest.mark.parametrize("text", ["A1G7SGD8", "10a06t8", "1qzzfhee", "pzry9x0s0muk", "x1b4n0q5v", "a12UEL5L", "age1"])
def test_bech32_refuses_the_invalid_vectors_of_bip_173(text: str) -> None:
    with pytest.raises(ValueError):
        bech32.decode(text)


@pytest.mark.parametrize("length", [0, 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES])
def test_a_stream_has_one_tag_a_chunk_and_comes_back(length: int) -> None:
    sealed = encrypt_stream(KEY, bytes(length))
    assert len(sealed) == length + TAG_BYTES * max(1, -(-length // CHUNK_BYTES))
    assert decrypt_stream(KEY, sealed) == bytes(length)


def test_chunks_cannot_be_swapped_dropped_or_added() -> None:
    size = CHUNK_BYTES + TAG_BYTES
    sealed = encrypt_stream(KEY, bytes(3 * CHUNK_BYTES))
    first, second, third = (sealed[start : start + size] for start in (0, size, 2 * size))
    broken = [
        second + first + third,
        first + third,
        first + second,
        sealed + sealed[-16:],
        sealed + b"\0",
        b"",
        first[:8],
    ]
    for text in broken:
        with pytest.raises(IntegrityError):
            decrypt_stream(KEY, text)


def test_an_identity_is_an_identity() -> None:
    identities: list[Identity] = [HYBRID, CLASSICAL, ScryptIdentity(b"a")]
    assert [type(identity.recipient).__name__ for identity in identities] == [
        "HybridRecipient",
        "X25519Recipient",
        "ScryptRecipient",
    ]
