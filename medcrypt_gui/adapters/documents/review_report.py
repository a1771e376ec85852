"""The printed report of a review: A4 pages as PDF (reportlab), a picture and the decisions of each study."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from PIL import Image
from reportlab.lib.colors import Color
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph

from medcrypt_gui.adapters.documents import page
from medcrypt_gui.core.language import tr, trn
from medcrypt_gui.core.review.report import ReportLine, ReviewReport, history_texts, time_text
from medcrypt_gui.core.review.state import ReviewState

_PICTURE_MM = 46.0
_GAP_MM = 6.0
_FIRST_TOP_MM, _TOP_MM, _BOTTOM_MM = 55.0, 28.0, 277.0
_BETWEEN_MM = 5.0
# The table has all of them; a study that fills more than a page would run over its end.
_MOST_LETTERS, _MOST_LINES, _MOST_IN_A_LINE = 600, 10, 150
_MOST_DECISIONS = 6
_TEXT_LEFT = page.MARGIN + (_PICTURE_MM + _GAP_MM) * mm
_TEXT_WIDTH = page.WIDTH - (_PICTURE_MM + _GAP_MM) * mm
_COLOURS: dict[ReviewState, Color] = {ReviewState.APPROVED: page.ACCENT, ReviewState.NOT_SEGMENTED: page.MUTED}


class ReviewReportDocument:
    """The port `ReviewReportWriter`; ``fonts`` is the folder ``resources/fonts``."""

    def __init__(self, fonts: Path) -> None:
        self._fonts = fonts

    def render(self, report: ReviewReport) -> bytes:
        """The report as PDF; equal reports give equal bytes."""
        page.register_fonts(self._fonts)
        pages = _laid_out([_Block.of(line) for line in report.lines])
        written = io.BytesIO()
        canvas = Canvas(written, pagesize=page.A4, invariant=True)
        canvas.setTitle(_short(report.title))
        canvas.setCreator(f"MedCrypt {report.program_version}")
        for number, blocks in enumerate(pages, start=1):
            _draw_heading(canvas, report, first=number == 1)
            for top, block in blocks:
                block.draw(canvas, top)
            _draw_footer(canvas, report, number, len(pages))
            canvas.showPage()
        canvas.save()
        return written.getvalue()


@dataclass(frozen=True)
class _Block:
    """What is said of one study, set in paragraphs of the column beside its picture."""

    line: ReportLine
    paragraphs: tuple[Paragraph, ...]
    text_mm: float

    @classmethod
    def of(cls, line: ReportLine) -> _Block:
        paragraphs = tuple(_paragraphs(line))
        height = sum(paragraph.wrap(_TEXT_WIDTH, page.A4[1])[1] for paragraph in paragraphs)
        return cls(line, paragraphs, float(height) / float(mm))

    @property
    def height_mm(self) -> float:
        return max(self.text_mm, self._picture_size[1] + 5.0)

    @property
    def _picture_size(self) -> tuple[float, float]:
        """Width and height in mm; of a study without a picture, those of the frame in its place."""
        if self.line.picture is None:
            return _PICTURE_MM, 24.0
        height, width = self.line.picture.shape[:2]
        scale = _PICTURE_MM / max(height, width)
        return width * scale, height * scale

    def draw(self, canvas: Canvas, top: float) -> None:
        self._draw_picture(canvas, top)
        below = top
        for paragraph in self.paragraphs:
            height = float(paragraph.height) / float(mm)
            paragraph.drawOn(canvas, _TEXT_LEFT, page.down(below + height))
            below += height

    def _draw_picture(self, canvas: Canvas, top: float) -> None:
        width, height = self._picture_size
        if self.line.picture is None:
            canvas.setFillColor(page.PANEL)
            canvas.rect(page.MARGIN, page.down(top + height), width * mm, height * mm, stroke=0, fill=1)
            page.text(canvas, page.MARGIN + 3 * mm, top + 13, tr("No picture"), page.REGULAR, 9, page.MUTED)
            return
        image = ImageReader(Image.fromarray(self.line.picture))
        canvas.drawImage(image, page.MARGIN, page.down(top + height), width * mm, height * mm)
        small = page.style(7, 9, colour=page.MUTED)
        page.paragraph(canvas, escape(self.line.picture_text), page.MARGIN, top + height, _PICTURE_MM * mm, small)


def _paragraphs(line: ReportLine) -> Sequence[Paragraph]:
    state = tr(line.state.value)
    if line.version is not None:
        state = tr("{state}, version {version}", state=state, version=line.version)
    name = page.style(11, 14, font=page.BOLD)
    coloured = page.style(10, 13, font=page.BOLD, colour=_COLOURS.get(line.state, page.WARNING))
    plain, muted = page.style(9, 12), page.style(8, 10.5, colour=page.MUTED)
    code = page.style(6.5, 9, font=page.MONO, colour=page.MUTED)
    made = [Paragraph(escape(_short(line.name, _MOST_IN_A_LINE)), name), Paragraph(escape(state), coloured)]
    if line.patient:
        made.append(Paragraph(escape(tr("Patient: {name}", name=_short(line.patient, _MOST_IN_A_LINE))), plain))
    if line.reviewer:
        who = _short(line.reviewer, _MOST_IN_A_LINE)
        decided = tr("Decided last by {reviewer}, {when} UTC", reviewer=who, when=time_text(line.when))
        made.append(Paragraph(escape(decided), plain))
    if line.comment:
        made.append(Paragraph(_lines(tr("Comment: {comment}", comment=_short(line.comment))), plain))
    if line.volume_ml is not None:
        made.append(Paragraph(escape(tr("Volume of the ROI: {ml} ml", ml=f"{line.volume_ml:.1f}")), plain))
    if line.notes:
        made.append(Paragraph(_lines(_short(" ".join(line.notes))), page.style(9, 12, colour=page.WARNING)))
    made += [Paragraph(escape(_short(text, _MOST_IN_A_LINE)), muted) for text in _history(line)]
    made.append(Paragraph(escape(_short(tr("Id {id} {where}", id=line.id, where=line.where).strip())), muted))
    if line.sha256:
        made.append(Paragraph(escape(line.sha256), code))
    return made


def _history(line: ReportLine) -> list[str]:
    """The decisions before the last one, of many the latest."""
    earlier = history_texts(line)[:-1]
    left_out = len(earlier) - _MOST_DECISIONS
    if left_out <= 0:
        return list(earlier)
    return [trn("{count} earlier decision", "{count} earlier decisions", left_out), *earlier[left_out:]]


def _laid_out(blocks: Sequence[_Block]) -> list[list[tuple[float, _Block]]]:
    """The blocks of each page with the height they begin at; a page with none where there are no studies."""
    pages: list[list[tuple[float, _Block]]] = [[]]
    top = _FIRST_TOP_MM
    for block in blocks:
        if pages[-1] and top + block.height_mm > _BOTTOM_MM:
            pages.append([])
            top = _TOP_MM
        pages[-1].append((top, block))
        top += block.height_mm + _BETWEEN_MM
    return pages


def _draw_heading(canvas: Canvas, report: ReviewReport, *, first: bool) -> None:
    if not first:
        page.text(canvas, page.MARGIN, 18, _short(report.title, 80), page.REGULAR, 9, page.MUTED)
        page.rule(canvas, 22)
        return
    title = page.style(22, 26, font=page.BOLD)
    below = page.paragraph(canvas, escape(_short(report.title, 60)), page.MARGIN, 18, page.WIDTH - 30 * mm, title)
    canvas.setFillColor(page.ACCENT)
    canvas.setFont(page.BOLD, 11)
    canvas.drawRightString(page.RIGHT, page.down(25), "MedCrypt")
    page.text(canvas, page.MARGIN, below + 7, report.summary, page.BOLD, 13, page.INK)
    page.text(canvas, page.MARGIN, below + 12.5, _counted(report), page.REGULAR, 9.5, page.MUTED)
    page.rule(canvas, _FIRST_TOP_MM - 6)


def _counted(report: ReviewReport) -> str:
    states = [line.state for line in report.lines]
    return "   ".join(f"{tr(state.value)}: {states.count(state)}" for state in ReviewState if state in states)


def _draw_footer(canvas: Canvas, report: ReviewReport, number: int, count: int) -> None:
    page.rule(canvas, 281)
    made = tr(
        "Made on {when} UTC with MedCrypt {version}. Names are as they were typed; nothing here is signed.",
        when=time_text(report.made),
        version=report.program_version,
    )
    page.text(canvas, page.MARGIN, 286, made, page.REGULAR, 7.5, page.MUTED)
    canvas.setFont(page.REGULAR, 8)
    canvas.drawRightString(page.RIGHT, page.down(286), tr("Page {n} of {count}", n=number, count=count))


def _short(text: str, most: int = _MOST_LETTERS) -> str:
    """At most so many letters, all of which can be set: names of files need not be text."""
    text = text.encode("utf-8", "replace").decode("utf-8")
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _lines(text: str) -> str:
    """Markup that keeps the lines of what somebody typed, the first of many."""
    lines = text.splitlines()
    shown = [*lines[: _MOST_LINES - 1], "…"] if len(lines) > _MOST_LINES else lines
    return "<br/>".join(map(escape, shown))
