"""The printed key card says what it must and can be read back."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from medcrypt_gui.adapters.documents.key_card import KeyCardDocument
from medcrypt_gui.adapters.paths import read_wordlist, resources_dir
from medcrypt_gui.adapters.qr.decode import read_card_text
from medcrypt_gui.core.age import HybridIdentity
from medcrypt_gui.core.errors import UnreadableFileError, UsageError
from medcrypt_gui.core.keys import Argon2Params, Purpose, encode_plain, encode_protected, typed_lines
from medcrypt_gui.core.keys.card_content import CardContent

IDENTITY = HybridIdentity.from_seed(bytes(range(32)))
PLAIN = encode_plain(IDENTITY, Purpose.ROI)
PROTECTED = encode_protected(IDENTITY, Purpose.ROI, "a", params=Argon2Params(16, 1, 1), salt=bytes(16))
DOCUMENT = KeyCardDocument(resources_dir() / "fonts")


def content_of(text: str) -> CardContent:
    return CardContent.of(text, IDENTITY, wordlist=read_wordlist(), made_on=date(2026, 11, 21), program_version="0.1.0")


def words_on(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    assert len(document) == 1
    page = document[0].get_textpage()
    text = " ".join(page.get_text_range().split())
    page.close()
    document.close()
    return text


@pytest.mark.parametrize("text", [PLAIN, PROTECTED], ids=["plain", "protected"])
@pytest.mark.parametrize("suffix", [".pdf", ".png", ".PNG"])
def test_the_card_is_read_back_from_either_kind(text: str, suffix: str) -> None:
    assert read_card_text(DOCUMENT.render(content_of(text), suffix)) == text


@pytest.mark.parametrize("text", [PLAIN, PROTECTED], ids=["plain", "protected"])
def test_it_says_what_it_opens_and_how(text: str) -> None:
    page = words_on(DOCUMENT.render(content_of(text), ".pdf"))
    for line in typed_lines(text):
        assert " ".join(line.split()) in page
    for expected in ("petroleum bronco gluten zoom lethargic unpainted", "2026-11-21", "0.1.0", "region of interest"):
        assert expected in page
    for expected in ("keep it apart from the disk", "Without MedCrypt", "No patient data"):
        assert expected in page


def test_it_tells_whether_there_is_a_passphrase() -> None:
    assert "It is not on this paper" in words_on(DOCUMENT.render(content_of(PROTECTED), ".pdf"))
    assert "Whoever holds this card" in words_on(DOCUMENT.render(content_of(PLAIN), ".pdf"))


def test_either_code_alone_is_enough_and_each_is_forty_millimetres_wide() -> None:
    image = Image.open(io.BytesIO(DOCUMENT.render(content_of(PROTECTED), ".png")))
    assert round(image.info["dpi"][0]) == 300
    grey = image.convert("L")
    for half in (
        grey.crop((0, 0, grey.width // 2, grey.height)),
        grey.crop((grey.width // 2, 0, grey.width, grey.height)),
    ):
        written = io.BytesIO()
        half.save(written, "PNG")
        assert read_card_text(written.getvalue()) == PROTECTED
    band = grey.crop((0, 850, grey.width // 3, 1300)).point(lambda value: 255 * (value < 40)).getbbox()
    assert band is not None
    assert (band[2] - band[0]) / 300 * 25.4 >= 40


def test_the_same_card_gives_the_same_file() -> None:
    assert DOCUMENT.render(content_of(PROTECTED), ".pdf") == DOCUMENT.render(content_of(PROTECTED), ".pdf")


@pytest.mark.parametrize("suffix", ["", ".jpg", ".txt"])
def test_another_kind_of_file_is_refused(suffix: str) -> None:
    with pytest.raises(UsageError):
        DOCUMENT.render(content_of(PLAIN), suffix)


def test_a_card_of_another_identity_cannot_be_given_its_words() -> None:
    with pytest.raises(ValueError, match="another identity"):
        CardContent.of(
            PLAIN,
            HybridIdentity.from_seed(bytes(32)),
            wordlist=read_wordlist(),
            made_on=date(2026, 11, 21),
            program_version="0.1.0",
        )


def test_a_missing_font_is_an_incomplete_installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reportlab.pdfbase.pdfmetrics.getRegisteredFontNames", list)
    with pytest.raises(UnreadableFileError):
        KeyCardDocument(tmp_path).render(content_of(PLAIN), ".pdf")
