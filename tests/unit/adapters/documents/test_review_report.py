"""The printed report holds whatever was typed, and equal reports are equal files."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pypdfium2
import pytest
from builders.review import MONDAY, decision, hash_of

from medcrypt_gui.adapters import paths
from medcrypt_gui.adapters.documents.review_report import ReviewReportDocument
from medcrypt_gui.core.review.report import ReportLine, ReviewReport
from medcrypt_gui.core.review.state import ReviewState

LINE = ReportLine(
    name="A.nii.gz",
    id="1a2b3c4d",
    modality="MR",
    state=ReviewState.REJECTED,
    version=None,
    reviewer="Ada",
    when=MONDAY,
    comment="",
    volume_ml=12.0,
    sha256=hash_of("a"),
    picture=np.full((420, 300, 3), 90, np.uint8),
)


def lowest_text(content: bytes) -> float:
    """Points above the lower edge of its page."""
    document = pypdfium2.PdfDocument(content)
    try:
        texts = [document[n].get_textpage() for n in range(len(document))]
        return min(text.get_rect(n)[1] for text in texts for n in range(text.count_rects()))
    finally:
        document.close()


def rendered(*lines: ReportLine) -> bytes:
    report = ReviewReport("Trial", "0 of 1 done", lines, MONDAY, "1.0")
    return ReviewReportDocument(paths.resources_dir() / "fonts").render(report)


def pages_of(content: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(content)
    try:
        return [document[n].get_textpage().get_text_range() for n in range(len(document))]
    finally:
        document.close()


@pytest.mark.parametrize(
    "typed",
    ["x" * 20_000, "<b>&amp;</b> <unclosed", "lines\n" * 500, "日本語 Ω ß \u202e", "\x00\x1b[2J", "a\udcff.nii.gz"],
)
def test_whatever_was_typed_stays_on_the_page(typed: str) -> None:
    history = tuple(decision(ReviewState.FLAGGED, minutes=n, reviewer=typed[:50]) for n in range(40))
    line = replace(
        LINE, comment=typed, reviewer=typed, name=typed, notes=(typed,), patient=typed, where=typed, history=history
    )
    content = rendered(line, LINE)
    assert lowest_text(content) > 25, "below the footer"
    pages = pages_of(content)
    assert f"Page {len(pages)} of {len(pages)}" in pages[-1]
    assert "33 earlier decisions" in "".join(pages)


def test_markup_is_shown_as_it_was_typed() -> None:
    assert "<b>&amp;</b>" in pages_of(rendered(replace(LINE, comment="<b>&amp;</b>")))[0]


def test_a_review_of_nothing_is_one_page() -> None:
    assert len(pages_of(rendered())) == 1


def test_equal_reports_are_equal_files() -> None:
    assert rendered(LINE) == rendered(LINE)
