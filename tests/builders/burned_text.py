"""Text burned into real frames the way scanners, archives and screen captures do it, with its ink known exactly.

All names, dates and numbers are made up. A text that nobody could read (too little contrast with what lies under it) is
put elsewhere or gets a background.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

SIZES_PX = (10, 40)  # of the letters' em, the smallest and the largest
_LEAST_CONTRAST = 45.0  # mean difference of ink and ground, in grey levels of 0..255
_LEAST_EVERYWHERE = 25.0  # of nine tenths of the ink
_GAP_PX = 6  # between two texts
_TRIES = 40

_SURNAMES = ("Mustermann", "Ng", "O'Brien", "Lindqvist", "Garcia-Lopez", "Okafor", "Tanaka", "Novak", "Bauer", "Haddad")
_FORENAMES = ("Erika", "Wei", "Siobhan", "Lars", "Ana", "Chidi", "Yuki", "Petra", "John", "Giulia")
_PLACES = ("St. Mary's Hospital", "City Clinic", "General Hosp. Dept. Radiology", "BAPTIST MED CTR", "Praxis Dr. Vogel")
_SETTINGS = (
    "120 kVp 250 mA",
    "TIS<0.4 MI=0.8",
    "DFOV 35.0 cm",
    "C5-1 28Hz 11cm",
    "W 400 L 40",
    "SUPINE",
    "PORTABLE AP",
)

_DEBIAN = "/usr/share/fonts"
DEBIAN_FONTS = tuple(
    Path(_DEBIAN, name)
    for name in (
        "truetype/dejavu/DejaVuSans.ttf",
        "truetype/dejavu/DejaVuSansMono.ttf",
        "truetype/dejavu/DejaVuSerif-Bold.ttf",
        "truetype/liberation/LiberationSans-Regular.ttf",
        "truetype/liberation/LiberationSansNarrow-Regular.ttf",
        "truetype/liberation/LiberationSerif-Regular.ttf",
        "truetype/liberation/LiberationMono-Bold.ttf",
        "truetype/freefont/FreeSans.ttf",
        "truetype/freefont/FreeSerifItalic.ttf",
        "truetype/freefont/FreeMonoBold.ttf",
        "truetype/noto/NotoSans-Regular.ttf",
        "truetype/noto/NotoSerif-Regular.ttf",
        "truetype/noto/NotoSansMono-Regular.ttf",
        "truetype/lato/Lato-Regular.ttf",
        "truetype/open-sans/OpenSans-Regular.ttf",
        "truetype/inconsolata/Inconsolata.otf",
        "truetype/hack/Hack-Regular.ttf",
        "truetype/firacode/FiraCode-Regular.ttf",
        "opentype/urw-base35/NimbusSans-Bold.otf",
        "opentype/urw-base35/P052-Roman.otf",
        "opentype/urw-base35/URWGothic-Book.otf",
        "X11/misc/6x13.pcf.gz",
        "X11/misc/7x14B.pcf.gz",
        "X11/misc/9x15.pcf.gz",
        "X11/misc/10x20.pcf.gz",
    )
)
HERSHEY = (cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_PLAIN, cv2.FONT_HERSHEY_DUPLEX, cv2.FONT_HERSHEY_COMPLEX)
_PIL_DEFAULT = "pillow"

Font = Path | int | str
EVERYWHERE: tuple[Font, ...] = (*HERSHEY, _PIL_DEFAULT)  # the fonts that every installation has


@dataclass(frozen=True)
class Text:
    """One burned-in text: where its ink is. ``ink`` ``(y, x)`` bool begins at ``top``, ``left`` of the frame."""

    ink: NDArray[np.bool_]
    top: int
    left: int
    font: str
    size_px: int

    def covered(self, region: NDArray[np.bool_]) -> float:
        """The part of the ink that lies in ``region`` ``(Y, X)``."""
        height, width = self.ink.shape
        return float(region[self.top : self.top + height, self.left : self.left + width][self.ink].mean())


def fonts_at_hand() -> tuple[Font, ...]:
    """OpenCV's and Pillow's own, and those of Debian that are installed."""
    return (*EVERYWHERE, *(path for path in DEBIAN_FONTS if path.is_file()))


def burn(
    frame: NDArray[np.uint8], rng: np.random.Generator, fonts: Sequence[Font], count: int
) -> tuple[NDArray[np.uint8], list[Text]]:
    """``frame`` ``(Y, X)`` or ``(Y, X, 3)`` with up to ``count`` texts burned in, in a copy, and where they are."""
    burned = frame.copy()
    taken = np.zeros(frame.shape[:2], bool)
    texts: list[Text] = []
    for _ in range(count):
        font = fonts[int(rng.integers(len(fonts)))]
        size = int(rng.integers(SIZES_PX[0], SIZES_PX[1] + 1))
        alpha = _alpha(_words(rng), font, size)
        if alpha is not None:
            text = _place(burned, taken, alpha, rng, str(getattr(font, "name", font)), size)
            if text is not None:
                texts.append(text)
    return burned, texts


def _words(rng: np.random.Generator) -> str:
    surname, forename = _SURNAMES[rng.integers(len(_SURNAMES))], _FORENAMES[rng.integers(len(_FORENAMES))]
    year, month, day = int(rng.integers(1930, 2026)), int(rng.integers(1, 13)), int(rng.integers(1, 29))
    choices = (
        f"{surname.upper()}^{forename.upper()}",
        f"{surname}, {forename}",
        f"{forename} {surname} *{day:02d}.{month:02d}.{year}",
        f"{day:02d}/{month:02d}/{year}",
        f"{year}-{month:02d}-{day:02d} {rng.integers(24):02d}:{rng.integers(60):02d}:{rng.integers(60):02d}",
        f"ID: {rng.integers(10**5, 10**8)}",
        f"MRN {rng.integers(10**6, 10**7)}",
        f"DOB {day:02d} {('JAN', 'MAY', 'OCT')[month % 3]} {year} {'FM'[day % 2]}",
        f"Acc# {surname[0].upper()}{rng.integers(10**6)}",
        _PLACES[rng.integers(len(_PLACES))],
        _SETTINGS[rng.integers(len(_SETTINGS))],
    )
    return choices[rng.integers(len(choices))]


def _alpha(words: str, font: Font, size: int) -> NDArray[np.float32] | None:
    """The letters as coverage 0..1, cropped to their ink; None where the font has no such letters."""
    if isinstance(font, int):
        canvas = np.zeros((3 * size, (len(words) + 2) * size), np.uint8)
        scale = cv2.getFontScaleFromHeight(font, max(7, round(0.72 * size)))
        cv2.putText(canvas, words, (size, 2 * size), font, scale, 255, 1 + (size > 24), cv2.LINE_AA)
    else:
        face = ImageFont.load_default(size) if font == _PIL_DEFAULT else _face(Path(font), size)
        box = face.getbbox(words)
        picture = Image.new("L", (int(box[2]) + 8, int(box[3]) + 8))
        ImageDraw.Draw(picture).text((4, 4), words, 255, face)
        canvas = np.asarray(picture)
    rows, columns = np.flatnonzero(canvas.any(axis=1)), np.flatnonzero(canvas.any(axis=0))
    if rows.size == 0:
        return None
    return (canvas[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] / 255.0).astype(np.float32)


def _face(path: Path, size: int) -> ImageFont.FreeTypeFont:
    if path.name.endswith(".pcf.gz"):  # a bitmap font has one size
        size = int(path.name.split("x")[1].split(".")[0].rstrip("B"))
    return ImageFont.truetype(str(path), size)


def _place(
    frame: NDArray[np.uint8],
    taken: NDArray[np.bool_],
    alpha: NDArray[np.float32],
    rng: np.random.Generator,
    font: str,
    size: int,
) -> Text | None:
    """Draw the letters where they can be read and cover no others; None where there is no such place."""
    height, width = alpha.shape
    rows, columns = taken.shape
    if height + 4 > rows or width + 4 > columns:
        return None
    for attempt in range(_TRIES):
        top, left = _corner(rng, rows - height, columns - width)
        around = (
            slice(max(0, top - _GAP_PX), top + height + _GAP_PX),
            slice(max(0, left - _GAP_PX), left + width + _GAP_PX),
        )
        if taken[around].any():
            continue
        ink = alpha > 0.5
        patch = frame[top : top + height, left : left + width].astype(np.float32)
        boxed = attempt > _TRIES // 2 or rng.random() < 0.25
        drawn = _drawn(patch, alpha, _colour(rng), 1.0 if boxed else rng.uniform(0.6, 1.0), boxed, rng)
        ground = _grey(drawn[1])
        difference = np.abs(_grey(drawn[0]) - ground)[ink]
        if difference.mean() < _LEAST_CONTRAST or np.quantile(difference, 0.1) < _LEAST_EVERYWHERE:
            continue
        frame[top : top + height, left : left + width] = drawn[0].round().astype(np.uint8)
        if boxed:
            _fill_rim(frame, drawn[1], top, left, height, width)
        taken[around] = True
        return Text(ink, top, left, font, size)
    return None


def _corner(rng: np.random.Generator, rows: int, columns: int) -> tuple[int, int]:
    """Where a text begins: half of them as close to a border as scanners put them."""
    top, left = int(rng.integers(1, rows)), int(rng.integers(1, columns))
    if rng.random() < 0.5:
        top = int(rng.choice([1, 3, 8, max(1, rows - 8), max(1, rows - 2)]))
        left = int(rng.choice([1, 4, 10, max(1, columns - 6), left]))
    return min(top, rows - 1), min(left, columns - 1)


def _colour(rng: np.random.Generator) -> NDArray[np.float32]:
    grey = float(rng.integers(120, 256))
    colours = ((255, 255, 255), (grey, grey, grey), (255, 255, 0), (255, 230, 90), (0, 0, 0), (120, 255, 120))
    return np.array(colours[rng.choice(6, p=[0.4, 0.25, 0.12, 0.08, 0.08, 0.07])], np.float32)


def _drawn(
    patch: NDArray[np.float32],
    alpha: NDArray[np.float32],
    colour: NDArray[np.float32],
    opacity: float,
    boxed: bool,
    rng: np.random.Generator,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The patch with letters, and its ground."""
    if patch.ndim == 2:
        colour = colour @ np.array([0.299, 0.587, 0.114], np.float32)
        cover = alpha * opacity
    else:
        cover = (alpha * opacity)[..., None]
    ground = patch
    if boxed:
        dark = float(np.mean(colour)) > 110
        ground = np.broadcast_to(np.float32(rng.integers(0, 50) if dark else rng.integers(180, 256)), patch.shape)
    return ground * (1 - cover) + colour * cover, np.asarray(ground)


def _fill_rim(
    frame: NDArray[np.uint8], ground: NDArray[np.float32], top: int, left: int, height: int, width: int
) -> None:
    """The background box reaches three pixels beyond the letters."""
    colour = ground[0, 0].astype(np.uint8)
    kept = frame[top : top + height, left : left + width].copy()
    frame[max(0, top - 3) : top + height + 3, max(0, left - 3) : left + width + 3] = colour
    frame[top : top + height, left : left + width] = kept


def _grey(colours: NDArray[np.float32]) -> NDArray[np.float32]:
    if colours.ndim == 2:
        return colours
    return np.asarray(colours @ np.array([0.299, 0.587, 0.114], np.float32))
