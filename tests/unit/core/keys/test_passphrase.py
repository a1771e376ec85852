"""Passphrases mean the same on every machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from medcrypt_gui.core.errors import UnreadableFileError, WeakPassphraseError
from medcrypt_gui.core.keys.passphrase import (
    Argon2Params,
    Strength,
    passphrase_bytes,
    passphrase_from_file,
    strength,
    stretch,
)

QUICK = Argon2Params(log2_memory_kib=16, passes=1, lanes=1)


def test_composed_and_decomposed_letters_are_the_same() -> None:
    assert passphrase_bytes("Mu\u0308nchen") == passphrase_bytes("M\u00fcnchen") == "M\u00fcnchen".encode()


def test_the_stretched_key_depends_on_every_input() -> None:
    salt = bytes(16)
    keys = {
        stretch("a", salt, QUICK),
        stretch("b", salt, QUICK),
        stretch("a", bytes(15) + b"\1", QUICK),
        stretch("a", salt, Argon2Params(16, 2, 1)),
        stretch("a", salt, Argon2Params(16, 1, 2)),
    }
    assert len(keys) == 5
    assert {len(key) for key in keys} == {32}


@pytest.mark.parametrize("params", [(15, 3, 4), (22, 3, 4), (18, 0, 4), (18, 11, 4), (18, 3, 0), (18, 3, 17)])
def test_parameters_too_cheap_or_absurd_are_refused(params: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="Argon2id"):
        Argon2Params(*params)


@pytest.mark.parametrize(
    "content",
    [b"secret words", b"secret words\n", b"secret words\r\nsecond line\r\n", b"\xef\xbb\xbfsecret words\n"],
    ids=["bare", "unix", "windows", "byte-order-mark"],
)
def test_the_first_line_of_a_file_is_the_passphrase(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "passphrase.txt"
    path.write_bytes(content)
    assert passphrase_from_file(path) == "secret words"


def test_spaces_belong_to_a_passphrase(tmp_path: Path) -> None:
    path = tmp_path / "passphrase.txt"
    path.write_bytes(b" a b \n")
    assert passphrase_from_file(path) == " a b "


@pytest.mark.parametrize("content", [b"", b"\n", b"\r\nsecond\n"])
def test_an_empty_first_line_is_no_passphrase(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "passphrase.txt"
    path.write_bytes(content)
    with pytest.raises(WeakPassphraseError):
        passphrase_from_file(path)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError) as caught:
        passphrase_from_file(tmp_path / "missing.txt")
    assert caught.value.path == tmp_path / "missing.txt"
    (tmp_path / "latin1.txt").write_bytes(b"M\xfcnchen\n")
    with pytest.raises(UnreadableFileError):
        passphrase_from_file(tmp_path / "latin1.txt")


@pytest.mark.parametrize(
    ("passphrase", "expected"),
    [
        ("", Strength.WEAK),
        ("password", Strength.WEAK),
        ("aaaaaaaaaaaaaaaaaaaa", Strength.WEAK),
        ("12345678901234567890", Strength.WEAK),
        ("horse horse horse horse", Strength.WEAK),
        ("correct horse battery staple", Strength.FAIR),
        ("Tr0ub4dor&3", Strength.FAIR),
        ("petroleum bronco gluten zoom lethargic unpainted", Strength.STRONG),
    ],
)
def test_the_strength_is_roughly_right(passphrase: str, expected: Strength) -> None:
    assert strength(passphrase) is expected
