"""Fingerprints name recipients; key files hold identities."""

from __future__ import annotations

import hashlib

import pytest

from medcrypt_gui.adapters.paths import models_dir, read_wordlist, resources_dir
from medcrypt_gui.core.age import HybridIdentity, X25519Identity
from medcrypt_gui.core.errors import InvalidCardError
from medcrypt_gui.core.keys import fingerprint, read_key_file

HYBRID = HybridIdentity.from_seed(bytes(range(32)))
CLASSICAL = X25519Identity.from_seed(bytes(range(32)))


def test_a_fingerprint_is_the_labelled_hash_of_the_recipient() -> None:
    recipient = str(HYBRID.recipient)
    mark = fingerprint(recipient)
    assert mark.digest == hashlib.sha256(b"medcrypt/v1/fp" + recipient.encode()).digest()
    assert bytes(mark) == mark.digest[:8]
    assert mark.hex == mark.digest[:8].hex()


def test_its_six_words_are_base_7776_digits_of_the_whole_digest() -> None:
    wordlist = read_wordlist()
    mark = fingerprint(str(HYBRID.recipient))
    number = 0
    for word in mark.words(wordlist):
        number = number * 7776 + wordlist.index(word)
    assert number == int.from_bytes(mark.digest, "little") % 7776**6
    assert mark.words(wordlist) == ("petroleum", "bronco", "gluten", "zoom", "lethargic", "unpainted")


def test_the_word_list_is_the_one_that_its_notice_names() -> None:
    folder = resources_dir() / "wordlists"
    digest = hashlib.sha256((folder / "eff_large_wordlist.txt").read_bytes().replace(b"\r\n", b"\n")).hexdigest()
    assert digest in (folder / "NOTICE.md").read_text("utf-8")
    assert len(set(read_wordlist())) == 7776


def test_the_models_folder_is_found() -> None:
    assert models_dir().is_dir()


def test_another_word_list_is_refused() -> None:
    with pytest.raises(ValueError, match="EFF"):
        fingerprint("age1x").words(("a", "b"))


def test_a_key_file_may_have_comments_and_several_keys() -> None:
    text = f"# created: today\n\n{HYBRID.secret_string}\n  {CLASSICAL.secret_string.lower()}\r\n"
    assert read_key_file(text) == (HYBRID, CLASSICAL)


@pytest.mark.parametrize("text", ["", "# only a comment\n", "hello\n", HYBRID.secret_string[:-1]])
def test_a_file_without_a_key_is_refused(text: str) -> None:
    with pytest.raises(InvalidCardError):
        read_key_file(text)
