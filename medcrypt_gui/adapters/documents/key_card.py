"""The printed key card: one A4 page, as PDF (reportlab) and, rasterised from that same PDF, as PNG (pypdfium2)."""

from __future__ import annotations

import io
from pathlib import Path

import pypdfium2
from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph

from medcrypt_gui.adapters.documents.key_card_text import (
    fingerprint_note,
    keeping,
    opening_steps,
    qr_note,
    status,
    title_line,
    typing_note,
    without_medcrypt,
)
from medcrypt_gui.adapters.qr.encode import qr_modules
from medcrypt_gui.core.enumeration import any_of
from medcrypt_gui.core.errors import UnreadableFileError, UsageError
from medcrypt_gui.core.keys.card_content import CardContent
from medcrypt_gui.core.keys.typed_card import typed_lines
from medcrypt_gui.core.language import tr

PNG_DPI = 300

_REGULAR, _BOLD, _MONO = "IBMPlexSans-Regular", "IBMPlexSans-SemiBold", "IBMPlexMono-Medium"
_INK, _MUTED, _LINE = HexColor(0x1B2228), HexColor(0x5A6772), HexColor(0xCDD5DC)
_PANEL, _ACCENT, _WARNING = HexColor(0xF2F4F6), HexColor(0x11807A), HexColor(0x9A6700)

_MARGIN = 20 * mm
_WIDTH = A4[0] - 2 * _MARGIN
_RIGHT = A4[0] - _MARGIN
_PIXEL = 72 / PNG_DPI
_QR_SIDE = 47 * mm
_TYPING_NOTE_MM = 42.0


class KeyCardDocument:
    """The port `CardWriter`; ``fonts`` is the folder ``resources/fonts``."""

    suffixes = (".pdf", ".png")

    def __init__(self, fonts: Path) -> None:
        self._fonts = fonts

    def render(self, content: CardContent, suffix: str) -> bytes:
        """The card as ``.pdf`` or as ``.png`` with 300 dpi. Raises `UsageError` for any other kind."""
        if suffix.lower() not in self.suffixes:
            given = suffix or tr("without a suffix")
            raise UsageError(
                tr("a key card is saved as {kinds}, not {given}", kinds=any_of(self.suffixes), given=given)
            )
        self._register_fonts()
        pdf = _draw(content)
        return pdf if suffix.lower() == ".pdf" else _rasterised(pdf)

    def _register_fonts(self) -> None:
        registered = pdfmetrics.getRegisteredFontNames()
        for name in (_REGULAR, _BOLD, _MONO):
            path = self._fonts / f"{name}.ttf"
            try:
                if name not in registered:
                    pdfmetrics.registerFont(TTFont(name, str(path)))
            except (TTFError, OSError) as error:
                raise UnreadableFileError(tr("the installation is incomplete: a font is missing"), path=path) from error


def _rasterised(pdf: bytes) -> bytes:
    document = pypdfium2.PdfDocument(pdf)
    try:
        image = document[0].render(scale=PNG_DPI / 72).to_pil()
    finally:
        document.close()
    written = io.BytesIO()
    image.convert("RGB").quantize(64).save(written, "PNG", dpi=(PNG_DPI, PNG_DPI))
    return written.getvalue()


def _draw(content: CardContent) -> bytes:
    written = io.BytesIO()
    canvas = Canvas(written, pagesize=A4, invariant=True)
    canvas.setTitle(tr("MedCrypt key card"))
    canvas.setCreator(f"MedCrypt {content.program_version}")
    _draw_heading(canvas, content)
    _draw_fingerprint(canvas, content)
    _draw_codes(canvas, content)
    bottom = _draw_typed_form(canvas, content)
    _draw_explanations(canvas, content, bottom + 14)
    _draw_footer(canvas, content)
    canvas.save()
    return written.getvalue()


def _draw_heading(canvas: Canvas, content: CardContent) -> None:
    _text(canvas, _MARGIN, 27, tr("Key card"), _BOLD, 27, _INK)
    _text(canvas, _MARGIN, 35, title_line(content), _REGULAR, 11, _MUTED)
    canvas.setFillColor(_ACCENT)
    canvas.setFont(_BOLD, 11)
    canvas.drawRightString(_RIGHT, _down(27), "MedCrypt")
    _rule(canvas, 41)


def _draw_fingerprint(canvas: Canvas, content: CardContent) -> None:
    _label(canvas, _MARGIN, 49, tr("Study fingerprint"))
    words = "  ".join(content.words)
    size = min(16.0, 16.0 * _WIDTH / pdfmetrics.stringWidth(words, _BOLD, 16))
    _text(canvas, _MARGIN, 56.5, words, _BOLD, size, _INK)
    number = " ".join(content.fingerprint_hex[start : start + 4] for start in range(0, 16, 4))
    _text(canvas, _MARGIN, 62.5, number, _MONO, 9, _MUTED)
    canvas.setFont(_REGULAR, 9)
    canvas.drawRightString(_RIGHT, _down(62.5), fingerprint_note())


def _draw_codes(canvas: Canvas, content: CardContent) -> None:
    """Two codes, far apart so that one stain does not reach both, and between them what to do."""
    modules = qr_modules(content.text)
    top = 71.0
    _draw_code(canvas, modules, _MARGIN, top)
    _draw_code(canvas, modules, _RIGHT - _module_points(modules) * len(modules), top)
    left = _MARGIN + _QR_SIDE + 8 * mm
    width = _WIDTH - 2 * (_QR_SIDE + 8 * mm)
    heading, explanation = status(content)
    colour = _ACCENT if content.protected else _WARNING
    y = _paragraph(canvas, heading, left, top + 8, width, _style(12.5, 16, font=_BOLD, colour=colour, centred=True))
    y = _paragraph(canvas, explanation, left, y + 2.5, width, _style(9.5, 13, centred=True))
    _paragraph(canvas, qr_note(), left, y + 4, width, _style(9.5, 13, colour=_MUTED, centred=True))


def _module_points(modules: list[list[bool]]) -> float:
    """The side of a module, so that the code is at most 47 mm wide (never less than 45)."""
    return int(_QR_SIDE / len(modules) / _PIXEL) * _PIXEL


def _draw_code(canvas: Canvas, modules: list[list[bool]], left: float, top: float) -> None:
    """A code whose modules are whole pixels at 300 dpi; the page around it is its white margin."""
    module = _module_points(modules)
    x0 = round(left / _PIXEL) * _PIXEL
    y0 = round(_down(top) / _PIXEL) * _PIXEL
    canvas.setFillColor(HexColor(0x000000))
    path = canvas.beginPath()
    for row, line in enumerate(modules):
        for column, black in enumerate(line):
            if black:
                path.rect(x0 + column * module, y0 - (row + 1) * module, module, module)
    canvas.drawPath(path, stroke=0, fill=1)


def _draw_typed_form(canvas: Canvas, content: CardContent) -> float:
    """Returns the lower edge, in mm from the top."""
    lines = typed_lines(content.text)
    step, padding, top = 6.6, 6.0, 128.0
    height = max(2 * padding + step * (len(lines) - 1) + 3.2, _TYPING_NOTE_MM)
    canvas.setFillColor(_PANEL)
    canvas.roundRect(_MARGIN, _down(top + height), _WIDTH, height * mm, 2.5 * mm, stroke=0, fill=1)
    for number, line in enumerate(lines, start=1):
        baseline = top + padding + 3.2 + step * (number - 1)
        characters, check = line.rsplit("  ", 1)
        _text(canvas, _MARGIN + 7 * mm, baseline, str(number), _REGULAR, 9, _MUTED)
        _text(canvas, _MARGIN + 14 * mm, baseline, characters, _MONO, 13, _INK)
        _text(canvas, _MARGIN + 85 * mm, baseline, check, _MONO, 13, _ACCENT)
    _label(canvas, _MARGIN + 104 * mm, top + padding + 2.6, tr("Or type it"))
    _paragraph(canvas, typing_note(), _MARGIN + 104 * mm, top + padding + 5, 59 * mm, _style(9, 12.5, colour=_MUTED))
    return top + height


def _draw_explanations(canvas: Canvas, content: CardContent, top: float) -> None:
    gap = 8 * mm
    column = (_WIDTH - gap) / 2
    parts = ((tr("To open the study"), opening_steps(content)), (tr("To keep this card"), keeping(content)))
    bottom = top
    for place, (label, sentences) in enumerate(parts):
        left = _MARGIN + place * (column + gap)
        _label(canvas, left, top, label)
        y = top + 2.5
        for number, sentence in enumerate(sentences, start=1):
            _text(canvas, left, y + 4.1, f"{number}" if place == 0 else "–", _BOLD, 9.5, _ACCENT)
            y = _paragraph(canvas, sentence, left + 5 * mm, y + 0.8, column - 5 * mm, _style(9.5, 13))
        bottom = max(bottom, y)
    _label(canvas, _MARGIN, bottom + 8, tr("Without MedCrypt"))
    _paragraph(canvas, without_medcrypt(content), _MARGIN, bottom + 10, _WIDTH, _style(8, 11, colour=_MUTED))


def _draw_footer(canvas: Canvas, content: CardContent) -> None:
    _rule(canvas, 281)
    made = tr(
        "Made on {date} with MedCrypt {version}, card format 0 (draft)",
        date=content.made_on.isoformat(),
        version=content.program_version,
    )
    _text(canvas, _MARGIN, 286, made, _REGULAR, 8, _MUTED)
    canvas.drawRightString(_RIGHT, _down(286), tr("No patient data on this card"))


def _down(millimetres: float) -> float:
    """The PDF ordinate of a distance from the top edge."""
    return float(A4[1] - millimetres * mm)


def _text(canvas: Canvas, left: float, baseline: float, text: str, font: str, size: float, colour: Color) -> None:
    canvas.setFillColor(colour)
    canvas.setFont(font, size)
    canvas.drawString(left, _down(baseline), text)


def _label(canvas: Canvas, left: float, baseline: float, text: str) -> None:
    _text(canvas, left, baseline, text, _BOLD, 9, _ACCENT)


def _rule(canvas: Canvas, top: float) -> None:
    canvas.setStrokeColor(_LINE)
    canvas.setLineWidth(0.6)
    canvas.line(_MARGIN, _down(top), _RIGHT, _down(top))


def _style(
    size: float, leading: float, *, font: str = _REGULAR, colour: Color = _INK, centred: bool = False
) -> ParagraphStyle:
    return ParagraphStyle(
        "card", fontName=font, fontSize=size, leading=leading, textColor=colour, alignment=int(centred)
    )


def _paragraph(canvas: Canvas, text: str, left: float, top: float, width: float, style: ParagraphStyle) -> float:
    """Set ``text`` with its upper edge ``top`` mm below the page's; returns its lower edge likewise."""
    paragraph = Paragraph(text, style)
    _, height = paragraph.wrap(width, A4[1])
    paragraph.drawOn(canvas, left, _down(top) - height)
    return top + float(height) / float(mm)
