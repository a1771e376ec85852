"""What all printed pages share: A4, the fonts, the colours, and how text is set; places in mm from the top edge."""

from __future__ import annotations

from pathlib import Path

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4 as A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph

from medcrypt_gui.core.errors import UnreadableFileError
from medcrypt_gui.core.language import tr

REGULAR, BOLD, MONO = "IBMPlexSans-Regular", "IBMPlexSans-SemiBold", "IBMPlexMono-Medium"
INK, MUTED, LINE = HexColor(0x1B2228), HexColor(0x5A6772), HexColor(0xCDD5DC)
PANEL, ACCENT, WARNING = HexColor(0xF2F4F6), HexColor(0x11807A), HexColor(0x9A6700)

MARGIN = 20 * mm
WIDTH = A4[0] - 2 * MARGIN
RIGHT = A4[0] - MARGIN


def register_fonts(folder: Path) -> None:
    """Make the fonts of ``folder`` known to reportlab. Raises `UnreadableFileError` if one is missing."""
    registered = pdfmetrics.getRegisteredFontNames()
    for name in (REGULAR, BOLD, MONO):
        path = folder / f"{name}.ttf"
        try:
            if name not in registered:
                pdfmetrics.registerFont(TTFont(name, str(path)))
        except (TTFError, OSError) as error:
            raise UnreadableFileError(tr("the installation is incomplete: a font is missing"), path=path) from error


def down(millimetres: float) -> float:
    """The PDF ordinate of a distance from the top edge."""
    return float(A4[1] - millimetres * mm)


def text(canvas: Canvas, left: float, baseline: float, words: str, font: str, size: float, colour: Color) -> None:
    canvas.setFillColor(colour)
    canvas.setFont(font, size)
    canvas.drawString(left, down(baseline), words)


def label(canvas: Canvas, left: float, baseline: float, words: str) -> None:
    text(canvas, left, baseline, words, BOLD, 9, ACCENT)


def rule(canvas: Canvas, top: float) -> None:
    canvas.setStrokeColor(LINE)
    canvas.setLineWidth(0.6)
    canvas.line(MARGIN, down(top), RIGHT, down(top))


def style(
    size: float, leading: float, *, font: str = REGULAR, colour: Color = INK, centred: bool = False
) -> ParagraphStyle:
    return ParagraphStyle(
        "page", fontName=font, fontSize=size, leading=leading, textColor=colour, alignment=int(centred)
    )


def paragraph(canvas: Canvas, words: str, left: float, top: float, width: float, style: ParagraphStyle) -> float:
    """Set ``words``, in reportlab's markup, from ``top`` mm below the page's edge on; returns where they end."""
    made = Paragraph(words, style)
    _, height = made.wrap(width, A4[1])
    made.drawOn(canvas, left, down(top) - height)
    return top + float(height) / float(mm)
