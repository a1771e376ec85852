"""The printed key card: one A4 page, as PDF (reportlab) and, rasterised from that same PDF, as PNG (pypdfium2)."""

from __future__ import annotations

import io
from pathlib import Path

import pypdfium2
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from medcrypt_gui.adapters.documents import page
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
from medcrypt_gui.core.errors import UsageError
from medcrypt_gui.core.keys.card_content import CardContent
from medcrypt_gui.core.keys.typed_card import typed_lines
from medcrypt_gui.core.language import tr

PNG_DPI = 300

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
        page.register_fonts(self._fonts)
        pdf = _draw(content)
        return pdf if suffix.lower() == ".pdf" else _rasterised(pdf)


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
    page.text(canvas, page.MARGIN, 27, tr("Key card"), page.BOLD, 27, page.INK)
    page.text(canvas, page.MARGIN, 35, title_line(content), page.REGULAR, 11, page.MUTED)
    canvas.setFillColor(page.ACCENT)
    canvas.setFont(page.BOLD, 11)
    canvas.drawRightString(page.RIGHT, page.down(27), "MedCrypt")
    page.rule(canvas, 41)


def _draw_fingerprint(canvas: Canvas, content: CardContent) -> None:
    page.label(canvas, page.MARGIN, 49, tr("Study fingerprint"))
    words = "  ".join(content.words)
    size = min(16.0, 16.0 * page.WIDTH / pdfmetrics.stringWidth(words, page.BOLD, 16))
    page.text(canvas, page.MARGIN, 56.5, words, page.BOLD, size, page.INK)
    number = " ".join(content.fingerprint_hex[start : start + 4] for start in range(0, 16, 4))
    page.text(canvas, page.MARGIN, 62.5, number, page.MONO, 9, page.MUTED)
    canvas.setFont(page.REGULAR, 9)
    canvas.drawRightString(page.RIGHT, page.down(62.5), fingerprint_note())


def _draw_codes(canvas: Canvas, content: CardContent) -> None:
    """Two codes, far apart so that one stain does not reach both, and between them what to do."""
    modules = qr_modules(content.text)
    top = 71.0
    _draw_code(canvas, modules, page.MARGIN, top)
    _draw_code(canvas, modules, page.RIGHT - _module_points(modules) * len(modules), top)
    left = page.MARGIN + _QR_SIDE + 8 * mm
    width = page.WIDTH - 2 * (_QR_SIDE + 8 * mm)
    heading, explanation = status(content)
    colour = page.ACCENT if content.protected else page.WARNING
    y = page.paragraph(
        canvas, heading, left, top + 8, width, page.style(12.5, 16, font=page.BOLD, colour=colour, centred=True)
    )
    y = page.paragraph(canvas, explanation, left, y + 2.5, width, page.style(9.5, 13, centred=True))
    page.paragraph(canvas, qr_note(), left, y + 4, width, page.style(9.5, 13, colour=page.MUTED, centred=True))


def _module_points(modules: list[list[bool]]) -> float:
    """The side of a module, so that the code is at most 47 mm wide (never less than 45)."""
    return int(_QR_SIDE / len(modules) / _PIXEL) * _PIXEL


def _draw_code(canvas: Canvas, modules: list[list[bool]], left: float, top: float) -> None:
    """A code whose modules are whole pixels at 300 dpi; the page around it is its white margin."""
    module = _module_points(modules)
    x0 = round(left / _PIXEL) * _PIXEL
    y0 = round(page.down(top) / _PIXEL) * _PIXEL
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
    canvas.setFillColor(page.PANEL)
    canvas.roundRect(page.MARGIN, page.down(top + height), page.WIDTH, height * mm, 2.5 * mm, stroke=0, fill=1)
    for number, line in enumerate(lines, start=1):
        baseline = top + padding + 3.2 + step * (number - 1)
        characters, check = line.rsplit("  ", 1)
        page.text(canvas, page.MARGIN + 7 * mm, baseline, str(number), page.REGULAR, 9, page.MUTED)
        page.text(canvas, page.MARGIN + 14 * mm, baseline, characters, page.MONO, 13, page.INK)
        page.text(canvas, page.MARGIN + 85 * mm, baseline, check, page.MONO, 13, page.ACCENT)
    page.label(canvas, page.MARGIN + 104 * mm, top + padding + 2.6, tr("Or type it"))
    page.paragraph(
        canvas,
        typing_note(),
        page.MARGIN + 104 * mm,
        top + padding + 5,
        59 * mm,
        page.style(9, 12.5, colour=page.MUTED),
    )
    return top + height


def _draw_explanations(canvas: Canvas, content: CardContent, top: float) -> None:
    gap = 8 * mm
    column = (page.WIDTH - gap) / 2
    parts = ((tr("To open the study"), opening_steps(content)), (tr("To keep this card"), keeping(content)))
    bottom = top
    for place, (label, sentences) in enumerate(parts):
        left = page.MARGIN + place * (column + gap)
        page.label(canvas, left, top, label)
        y = top + 2.5
        for number, sentence in enumerate(sentences, start=1):
            page.text(canvas, left, y + 4.1, f"{number}" if place == 0 else "–", page.BOLD, 9.5, page.ACCENT)
            y = page.paragraph(canvas, sentence, left + 5 * mm, y + 0.8, column - 5 * mm, page.style(9.5, 13))
        bottom = max(bottom, y)
    page.label(canvas, page.MARGIN, bottom + 8, tr("Without MedCrypt"))
    page.paragraph(
        canvas, without_medcrypt(content), page.MARGIN, bottom + 10, page.WIDTH, page.style(8, 11, colour=page.MUTED)
    )


def _draw_footer(canvas: Canvas, content: CardContent) -> None:
    page.rule(canvas, 281)
    made = tr(
        "Made on {date} with MedCrypt {version}, card format 0 (draft)",
        date=content.made_on.isoformat(),
        version=content.program_version,
    )
    page.text(canvas, page.MARGIN, 286, made, page.REGULAR, 8, page.MUTED)
    canvas.drawRightString(page.RIGHT, page.down(286), tr("No patient data on this card"))
