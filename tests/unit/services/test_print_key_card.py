"""A key card is done when it was read back from the file that was written."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from medcrypt_gui.core.age import HybridIdentity
from medcrypt_gui.core.errors import (
    InvalidCardError,
    MedcryptError,
    NoQrCodeError,
    TargetExistsError,
    UsageError,
    WriteError,
)
from medcrypt_gui.core.keys import Purpose, encode_plain, fingerprint, typed_lines
from medcrypt_gui.core.keys.card_content import CardContent
from medcrypt_gui.services.print_key_card import check_card_paths, write_key_card
from medcrypt_gui.services.read_key_card import enter_key_card, read_key_card

IDENTITY = HybridIdentity.from_seed(bytes(range(32)))
TEXT = encode_plain(IDENTITY, Purpose.ROI)
MARK = fingerprint(str(IDENTITY.recipient))
CONTENT = CardContent(TEXT, Purpose.ROI, False, ("a",) * 6, MARK.hex, date(2026, 11, 21), "0.1.0")


class TextCards:
    """Writes the text of a card instead of a picture, and reads it back."""

    suffixes = (".pdf", ".png")

    def __init__(self, error: MedcryptError | None = None) -> None:
        self.error = error

    def render(self, content: CardContent, suffix: str) -> bytes:
        return content.text.encode()

    def read_card_text(self, source: Path | bytes) -> str:
        if self.error:
            raise self.error
        return (source.read_bytes() if isinstance(source, Path) else source).decode()


class ForgetfulCards(TextCards):
    def render(self, content: CardContent, suffix: str) -> bytes:
        return b"MC1 something else"


def write(paths: list[Path], cards: TextCards, protected_folder: Path | None = None, *, force: bool = False) -> None:
    write_key_card(CONTENT, paths, writer=cards, reader=cards, protected_folder=protected_folder, force=force)


def test_every_file_is_written_and_reads_back(tmp_path: Path) -> None:
    paths = [tmp_path / "card.png", tmp_path / "card.PDF"]
    write(paths, TextCards(), tmp_path / "protected")
    for path in paths:
        assert read_key_card(path, TextCards()).open() == IDENTITY


@pytest.mark.parametrize("name", ["card.jpg", "card", "card.png.txt"])
def test_another_kind_of_file_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError):
        write([tmp_path / "fine.png", tmp_path / name], TextCards())
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("place", ["card.png", "deeper/card.png", "../protected/card.png"])
def test_a_card_never_lies_with_the_study_it_opens(tmp_path: Path, place: str) -> None:
    folder = tmp_path / "protected"
    (folder / "deeper").mkdir(parents=True)
    with pytest.raises(UsageError):
        write([folder / place], TextCards(), folder)


def test_a_link_into_the_protected_folder_is_seen_through(tmp_path: Path) -> None:
    folder = tmp_path / "protected"
    folder.mkdir()
    try:
        (tmp_path / "link").symlink_to(folder, target_is_directory=True)
    except OSError:
        pytest.skip("no symbolic links here")
    with pytest.raises(UsageError):
        write([tmp_path / "link" / "card.png"], TextCards(), folder)


def test_an_existing_file_stays_unless_forced(tmp_path: Path) -> None:
    path = tmp_path / "card.png"
    path.write_bytes(b"mine")
    with pytest.raises(TargetExistsError):
        write([path], TextCards())
    assert path.read_bytes() == b"mine"
    write([path], TextCards(), force=True)
    assert path.read_bytes() == TEXT.encode()


def test_no_path_or_one_path_twice_is_a_mistake(tmp_path: Path) -> None:
    for paths in ([], [tmp_path / "a.png", tmp_path / "x" / ".." / "a.png"]):
        with pytest.raises(UsageError):
            check_card_paths(paths, writer=TextCards(), protected_folder=None)


@pytest.mark.parametrize("cards", [ForgetfulCards(), TextCards(NoQrCodeError("none"))], ids=["other-text", "no-code"])
def test_a_card_that_does_not_read_back_is_removed(tmp_path: Path, cards: TextCards) -> None:
    with pytest.raises(WriteError, match="read back"):
        write([tmp_path / "card.png"], cards)
    assert not list(tmp_path.iterdir())


def test_a_card_that_only_the_disk_spoilt_is_removed(tmp_path: Path) -> None:
    class SpoiltOnDisk(TextCards):
        def read_card_text(self, source: Path | bytes) -> str:
            return "spoilt" if isinstance(source, Path) else super().read_card_text(source)

    with pytest.raises(WriteError, match="read back"):
        write([tmp_path / "card.png"], SpoiltOnDisk())
    assert not list(tmp_path.iterdir())


def test_an_unreadable_card_replaces_nothing(tmp_path: Path) -> None:
    path = tmp_path / "card.png"
    path.write_bytes(b"mine")
    with pytest.raises(WriteError):
        write([path], ForgetfulCards(), force=True)
    assert path.read_bytes() == b"mine"


def test_a_card_is_entered_as_text_in_either_form() -> None:
    for text in (TEXT, "\n".join(typed_lines(TEXT))):
        assert enter_key_card(text).open() == IDENTITY


def test_a_picture_of_something_else_is_named(tmp_path: Path) -> None:
    path = tmp_path / "x.png"
    path.write_bytes(b"MC1K nonsense")
    with pytest.raises(InvalidCardError) as caught:
        read_key_card(path, TextCards())
    assert caught.value.path == path
