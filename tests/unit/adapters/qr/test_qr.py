"""The code of a key card is read from whatever people make of it, and from nothing else."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import qrcode
from PIL import Image, ImageFilter, ImageOps

from medcrypt_gui.adapters.qr.decode import read_card_text
from medcrypt_gui.adapters.qr.encode import qr_image, qr_modules
from medcrypt_gui.core.age import HybridIdentity
from medcrypt_gui.core.errors import InvalidCardError, NoQrCodeError, UnreadableFileError
from medcrypt_gui.core.keys import Argon2Params, Purpose, encode_plain, encode_protected

IDENTITY = HybridIdentity.from_seed(bytes(range(32)))
PLAIN = encode_plain(IDENTITY, Purpose.ROI)
PROTECTED = encode_protected(IDENTITY, Purpose.ROI, "a", params=Argon2Params(16, 1, 1), salt=bytes(16))


def encoded(image: Image.Image, kind: str = "PNG") -> bytes:
    written = io.BytesIO()
    image.save(written, kind)
    return written.getvalue()


def shaded(image: Image.Image) -> Image.Image:
    light = np.linspace(0.35, 0.9, image.width)[None, :]
    return Image.fromarray((np.asarray(image) * light + 20).astype(np.uint8))


def on_clear_ground(image: Image.Image) -> Image.Image:
    clear = Image.new("RGBA", image.size, (0, 0, 0, 0))
    clear.paste((0, 0, 0, 255), mask=ImageOps.invert(image))
    return clear


def sixteen_bits(image: Image.Image) -> Image.Image:
    return Image.fromarray(np.asarray(image).astype(np.uint16) * 40)


CHANGES = {
    "as-it-is": lambda image: image,
    "quarter-turn": lambda image: image.transpose(Image.Transpose.ROTATE_90),
    "upside-down": lambda image: image.transpose(Image.Transpose.ROTATE_180),
    "askew": lambda image: image.rotate(17, expand=True, fillcolor=255, resample=Image.Resampling.BICUBIC),
    "inverted": ImageOps.invert,
    "colour": lambda image: image.convert("RGB"),
    "clear-ground": on_clear_ground,
    "black-and-white": lambda image: image.convert("1"),
    "sixteen-bits": sixteen_bits,
    "blurred": lambda image: image.filter(ImageFilter.GaussianBlur(3)),
    "shaded": shaded,
    "large": lambda image: image.resize((3000, 3000)),
    "on-a-desk": lambda image: ImageOps.expand(image, 900, fill=120),
}


@pytest.mark.parametrize("text", [PLAIN, PROTECTED], ids=["plain", "protected"])
@pytest.mark.parametrize("change", CHANGES)
def test_the_code_is_read(change: str, text: str) -> None:
    assert read_card_text(encoded(CHANGES[change](qr_image(text)))) == text


@pytest.mark.parametrize("kind", ["JPEG", "BMP", "TIFF", "GIF", "WEBP"])
def test_the_kind_of_picture_does_not_matter(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "photo"
    path.write_bytes(encoded(qr_image(PROTECTED), kind))
    assert read_card_text(path) == PROTECTED


def test_a_small_screenshot_is_read() -> None:
    assert read_card_text(encoded(qr_image(PROTECTED, module_px=2))) == PROTECTED


def test_a_stain_away_from_the_corners_is_survived() -> None:
    image = qr_image(PROTECTED)
    side = int(0.08**0.5 * image.width)
    image.paste(
        90, (image.width // 2 - side // 2, image.height // 2, image.width // 2 + side // 2, image.height // 2 + side)
    )
    assert read_card_text(encoded(image)) == PROTECTED


@pytest.mark.parametrize(("text", "side"), [(PLAIN, 37), (PROTECTED, 49)], ids=["plain", "protected"])
def test_the_code_is_as_small_as_the_format_says(text: str, side: int) -> None:
    modules = qr_modules(text)
    assert len(modules) == side
    assert {len(row) for row in modules} == {side}


def test_the_same_card_twice_is_one_card_and_two_cards_are_an_error() -> None:
    one, other = qr_image(PLAIN), qr_image(PROTECTED)
    page = Image.new("L", (1200, 500), 255)
    page.paste(one, (20, 20))
    page.paste(one, (700, 20))
    assert read_card_text(encoded(page)) == PLAIN
    page.paste(other, (700, 20))
    with pytest.raises(InvalidCardError):
        read_card_text(encoded(page))


def test_a_card_beside_another_code_is_found() -> None:
    page = Image.new("L", (1200, 500), 255)
    page.paste(qr_image(PLAIN), (20, 20))
    page.paste(qrcode.make("https://example.org").get_image().convert("L"), (700, 20))
    assert read_card_text(encoded(page)) == PLAIN


def test_a_code_of_something_else_is_no_card() -> None:
    with pytest.raises(InvalidCardError):
        read_card_text(encoded(qrcode.make("https://example.org").get_image()))


def test_a_picture_without_a_code_says_so(tmp_path: Path) -> None:
    path = tmp_path / "cat.png"
    Image.effect_noise((300, 300), 60).save(path)
    with pytest.raises(NoQrCodeError) as caught:
        read_card_text(path)
    assert caught.value.path == path


@pytest.mark.parametrize("content", [b"", b"hello", b"%PDF-1.7 broken", encoded(qr_image(PLAIN))[:200]])
def test_what_is_no_picture_is_unreadable(content: bytes) -> None:
    with pytest.raises(UnreadableFileError):
        read_card_text(content)


def test_a_missing_file_and_a_folder_are_unreadable(tmp_path: Path) -> None:
    for path in (tmp_path / "missing.png", tmp_path):
        with pytest.raises(UnreadableFileError):
            read_card_text(path)


def test_a_picture_made_to_fill_the_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 10_000)
    with pytest.raises(UnreadableFileError):
        read_card_text(encoded(qr_image(PLAIN)))
