"""Reading the QR code of a key card from a photo, a scan, a screenshot or a PDF (zxing-cpp, Pillow, pypdfium2)."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pypdfium2
import zxingcpp
from PIL import Image, ImageFilter, ImageOps, UnidentifiedImageError

from medcrypt_gui.core.errors import InvalidCardError, NoQrCodeError, UnreadableFileError
from medcrypt_gui.core.keys.key_card import PREFIX
from medcrypt_gui.core.language import tr

_LARGEST_FILE_BYTES = 100 << 20
_LEAST_QR_PX = 21  # modules of the smallest code
_MOST_SLENDER = 20  # a card is no ribbon
_LARGEST_GLANCE_BYTES = 20 << 20
_PDF_MAGIC = b"%PDF"
_PDF_PAGES = 10
_PDF_DPI = 200
_LARGEST_PAGE_PX = 6000
_SMALL_PX = 1200
_PHOTO_PX = 1600


class ZxingQrReader:
    """The port `QrReader`."""

    def read_card_text(self, source: Path | bytes) -> str:
        """The text of the key card in a picture or PDF, given as its file or its bytes.

        Raises `UnreadableFileError` (no picture), `NoQrCodeError` (no readable code in it), or `InvalidCardError`
        (codes of something else, or of several different cards).
        """
        return read_card_text(source)


def read_card_text(source: Path | bytes) -> str:
    """See `ZxingQrReader.read_card_text`."""
    path = source if isinstance(source, Path) else None
    others = False
    for picture in _pictures(_content(source), path):
        for variant in _variants(picture):
            texts = _qr_texts(variant)
            cards = {text for text in texts if text.strip().upper().startswith(PREFIX)}
            if len(cards) > 1:
                raise InvalidCardError(tr("the picture shows several different key cards"), path=path)
            if cards:
                return cards.pop()
            others = others or bool(texts)
    if others:
        raise InvalidCardError(tr("the QR code is not one of a key card"), path=path)
    raise NoQrCodeError(tr("no readable QR code"), path=path)


def looks_like_key_card(path: Path) -> bool:
    """Whether the file is a picture that shows the code of a key card: a quick look, not every trick of reading one."""
    try:
        if path.stat().st_size > _LARGEST_GLANCE_BYTES:
            return False
        picture = next(_pictures(_content(path), path))
    except (OSError, UnreadableFileError):
        return False
    if min(picture.size) < _LEAST_QR_PX or max(picture.size) > _MOST_SLENDER * min(picture.size):
        return False
    small = ImageOps.contain(picture, (_PHOTO_PX, _PHOTO_PX)) if max(picture.size) > _PHOTO_PX else picture
    return any(text.strip().upper().startswith(PREFIX) for text in _qr_texts(small))


def _qr_texts(picture: Image.Image) -> set[str]:
    found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)  # type: ignore[arg-type]
    return {barcode.text for barcode in found}


def _content(source: Path | bytes) -> bytes:
    if isinstance(source, bytes):
        return source
    try:
        if source.exists() and not source.is_file():
            raise UnreadableFileError(tr("not a file"), path=source)
        if source.stat().st_size > _LARGEST_FILE_BYTES:
            raise UnreadableFileError(tr("too large for a picture of a key card"), path=source)
        return source.read_bytes()
    except OSError as error:
        raise UnreadableFileError(error.strerror or tr("cannot be read"), path=source) from error


def _pictures(content: bytes, path: Path | None) -> Iterator[Image.Image]:
    """The picture, or the pages of a PDF one after the other, in grey on white."""
    if content.startswith(_PDF_MAGIC):
        yield from _pages(content, path)
        return
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(content))
            image.load()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        reason = (
            tr("not a picture") if isinstance(error, UnidentifiedImageError) else tr("a damaged or oversized picture")
        )
        raise UnreadableFileError(reason, path=path) from error
    yield _grey_on_white(image)


def _pages(content: bytes, path: Path | None) -> Iterator[Image.Image]:
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        raise UnreadableFileError(tr("a damaged or encrypted PDF"), path=path) from error
    try:
        for number in range(min(len(document), _PDF_PAGES)):
            page = document[number]
            scale = min(_PDF_DPI / 72, _LARGEST_PAGE_PX / max(*page.get_size(), 1))
            yield _grey_on_white(page.render(scale=scale).to_pil())
    except pypdfium2.PdfiumError as error:
        raise UnreadableFileError(tr("a damaged PDF"), path=path) from error
    finally:
        document.close()


def _grey_on_white(image: Image.Image) -> Image.Image:
    if "A" in image.getbands() or "transparency" in image.info:
        layer = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer)
    if image.mode.startswith("I") or image.mode == "F":  # 16 and 32 bits would be cut off, not scaled.
        samples = np.asarray(image, np.float32)
        brightness = (samples - samples.min()) * (255 / max(float(np.ptp(samples)), 1.0))
        image = Image.fromarray(brightness.astype(np.uint8))
    return image.convert("L")


def _variants(picture: Image.Image) -> Iterator[Image.Image]:
    """The picture, then what helps with small screenshots, dim, blurred and very large photos.

    zxing-cpp itself tries quarter turns, inverted and half-sized ones.
    """
    yield picture
    yield ImageOps.autocontrast(picture, cutoff=1)
    if max(picture.size) < _SMALL_PX:
        for factor in (2, 3):
            yield picture.resize((picture.width * factor, picture.height * factor), Image.Resampling.BICUBIC)
    if max(picture.size) > _PHOTO_PX:
        yield ImageOps.contain(picture, (_PHOTO_PX, _PHOTO_PX))
    yield ImageOps.autocontrast(picture.filter(ImageFilter.GaussianBlur(1.5)), cutoff=1)
    yield ImageOps.autocontrast(picture.filter(ImageFilter.UnsharpMask(3, 200)), cutoff=1)
