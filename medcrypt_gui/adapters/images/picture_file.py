"""One PNG, JPEG, TIFF or BMP file, read with Pillow: its size without decoding it, and its pages as grey or colours."""

from __future__ import annotations

import math
import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from medcrypt_gui.core.errors import UnreadableFileError, UnsupportedInputError
from medcrypt_gui.core.imaging.header_entry import HeaderEntry
from medcrypt_gui.core.language import tr

_KINDS = ("PNG", "JPEG", "TIFF", "BMP")
_MOST_PAGES = 2000
_MOST_PIXELS = 1 << 27  # of one page: 11,000 x 11,000
_MOST_BYTES = 1 << 32
_SCREEN_DPI = (72.0, 96.0)  # what programs write that know nothing about the size
_TURNED = (5, 6, 7, 8)  # EXIF orientations that swap width and height
_ORIENTATION, _PHOTOMETRIC, _WIDTH, _LENGTH = 0x0112, 262, 256, 257
_GREY = {"1": "u1", "L": "u1", "I;16": "u2", "I;16L": "u2", "I;16B": "u2", "I": "i4", "F": "f4"}
_COLOUR = ("P", "PA", "RGB", "RGBA", "RGBX", "RGBa", "CMYK", "YCbCr", "HSV", "LA", "La")
_ERRORS = (OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, EOFError, struct.error, OverflowError)


@dataclass(frozen=True)
class PictureHeader:
    """What a picture file holds. ``pages`` are the numbers of those that are alike the first; ``others`` are not."""

    rows: int
    columns: int
    dtype: np.dtype[np.generic]
    colour: bool
    inverted: bool
    pages: tuple[int, ...]
    others: int
    dpi: tuple[float, float] | None  # across, down
    animated: bool
    stamp: tuple[int, int]
    entries: tuple[HeaderEntry, ...]


def read_header(path: Path) -> PictureHeader:
    """Raises `UnreadableFileError` and `UnsupportedInputError`."""
    with opened(path) as image:
        status = path.stat()
        colour, dtype = _kind(image, path)
        animated = image.format != "TIFF" and getattr(image, "n_frames", 1) > 1
        alike, others = ((0,), 0) if animated else _pages(image, path)
        _refuse_too_large(image, len(alike) * (3 if colour else dtype.itemsize), path)
        turned = image.getexif().get(_ORIENTATION, 1) in _TURNED  # this decodes a PNG
        columns, rows = image.size[::-1] if turned and not _turned_already(image) else image.size
        dpi = _dpi(image)
        return PictureHeader(
            rows,
            columns,
            dtype,
            colour,
            _white_is_zero(image),
            alike,
            others,
            dpi[::-1] if dpi and turned else dpi,
            animated,
            (status.st_size, status.st_mtime_ns),
            _entries(image),
        )


def read_page(image: Image.Image, number: int, header: PictureHeader, path: Path) -> NDArray[np.generic]:
    """``(rows, columns)`` grey values or ``(rows, columns, 3)`` colours. Raises `UnreadableFileError`."""
    with _errors(path):
        if getattr(image, "n_frames", 1) > 1:
            image.seek(number)
        page = ImageOps.exif_transpose(image)
        array = np.asarray(_plain_colours(page) if header.colour else page)
    array = array.astype(np.uint8) * 255 if page.mode == "1" else array
    expected = (header.rows, header.columns, 3) if header.colour else (header.rows, header.columns)
    if array.shape != expected:
        raise UnreadableFileError(tr("the picture is not as large as its header says"), path=path)
    return array.astype(np.uint8 if header.colour else header.dtype, copy=False)


@contextmanager
def opened(path: Path) -> Iterator[Image.Image]:
    """The image, nothing of it decoded yet. Raises `UnreadableFileError`, `UnsupportedInputError`."""
    with _errors(path), path.open("rb") as file:
        image = Image.open(file, formats=_KINDS)
        try:
            yield image
        finally:
            image.close()


@contextmanager
def _errors(path: Path) -> Iterator[None]:
    """What Pillow raises, in our words; an enormous picture (a "decompression bomb") is one of them."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except (Image.DecompressionBombError, MemoryError) as exc:
        raise UnsupportedInputError(tr("the picture is too large"), path=path) from exc
    except _ERRORS as exc:
        raise UnreadableFileError(tr("the picture is damaged, or of a kind that is not supported"), path=path) from exc


def _kind(image: Image.Image, path: Path) -> tuple[bool, np.dtype[np.generic]]:
    """Whether it is in colours, and the type of its grey values."""
    if image.mode in _COLOUR:
        return True, np.dtype(np.uint8)
    if image.mode not in _GREY:
        raise UnsupportedInputError(tr("pictures of the kind {mode} are not supported", mode=image.mode), path=path)
    return False, np.dtype(_GREY[image.mode])


def _refuse_too_large(image: Image.Image, bytes_each: int, path: Path) -> None:
    pixels = image.width * image.height
    if pixels > _MOST_PIXELS or pixels * bytes_each > _MOST_BYTES:
        raise UnsupportedInputError(tr("the picture is too large"), path=path)


def _pages(image: Image.Image, path: Path) -> tuple[tuple[int, ...], int]:
    """The pages of a TIFF that have the size and kind of the first, and how many have not."""
    count = int(getattr(image, "n_frames", 1))
    if count > _MOST_PAGES:
        raise UnsupportedInputError(tr("{count} pages are too many", count=count), path=path)
    first, alike = (image.size, image.mode), []
    for number in range(count):
        image.seek(number)
        if (image.size, image.mode) == first:
            alike.append(number)
    image.seek(0)
    return tuple(alike), count - len(alike)


def _plain_colours(page: Image.Image) -> Image.Image:
    """Red, green and blue; what is transparent lies on black."""
    if page.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in page.info:
        layer = page.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", layer.size, "black"), layer).convert("RGB")
    return page.convert("RGB")


def _white_is_zero(image: Image.Image) -> bool:
    """Of a TIFF whose samples Pillow leaves as they are; it turns those of eight bits itself."""
    tags: Any = getattr(image, "tag_v2", None)
    return tags is not None and tags.get(_PHOTOMETRIC) == 0 and image.mode.startswith(("I", "F"))


def _turned_already(image: Image.Image) -> bool:
    """Pillow turns TIFF files itself and gives the size that they will have."""
    tags: Any = getattr(image, "tag_v2", None)
    return tags is not None and image.size != (tags.get(_WIDTH), tags.get(_LENGTH))


def _dpi(image: Image.Image) -> tuple[float, float] | None:
    """Dots per inch across and down, when the file gives some that mean anything."""
    try:
        across, down = (float(value) for value in image.info["dpi"])
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None
    sensible = all(math.isfinite(value) and 1 < value < 100_000 for value in (across, down))
    return (across, down) if sensible and round(across, 1) not in _SCREEN_DPI else None


def _entries(image: Image.Image) -> tuple[HeaderEntry, ...]:
    shown: list[tuple[str, object]] = [
        ("format", image.format),
        ("mode", image.mode),
        ("size", f"{image.width} x {image.height}"),
    ]
    shown += [(str(key), value) for key, value in image.info.items() if isinstance(value, str | int | float | tuple)]
    return tuple(HeaderEntry("", str(name), "", str(value)[:400]) for name, value in shown)
