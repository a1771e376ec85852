"""The report as a table for spreadsheets: none of its cells is taken for a formula."""

from __future__ import annotations

import csv
import io
from datetime import datetime

from medcrypt_gui.core.language import tr
from medcrypt_gui.core.review.report import ReportLine, ReviewReport

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def csv_of(report: ReviewReport) -> str:
    """A heading, then a line per study; cells are parted by commas (RFC 4180), times are UTC.

    A text that a spreadsheet would take for a formula begins with an apostrophe.
    """
    written = io.StringIO()
    table = csv.writer(written, lineterminator="\r\n")
    headings = _headings()
    table.writerow([*headings, tr("Patient"), tr("File")] if report.with_names else headings)
    for line in report.lines:
        names = [line.patient, line.where] if report.with_names else []
        table.writerow([safe(cell) for cell in (*_cells(line), *names)])
    return written.getvalue()


def safe(cell: str) -> str:
    """The text as a spreadsheet shows it and never carries it out (OWASP, CSV injection)."""
    return f"'{cell}" if cell.lstrip(" ").startswith(_FORMULA) else cell


def _headings() -> list[str]:
    return [
        tr("Study"),
        tr("Id"),
        tr("Modality"),
        tr("State"),
        tr("Version"),
        tr("Reviewer"),
        tr("Time (UTC)"),
        tr("Comment"),
        tr("Volume (ml)"),
        tr("Versions"),
        tr("SHA-256 of the mask"),
        tr("Remarks"),
    ]


def _cells(line: ReportLine) -> list[str]:
    return [
        line.name,
        line.id,
        line.modality,
        tr(line.state.value),
        str(line.version) if line.version is not None else "",
        line.reviewer,
        time_text(line.when),
        line.comment,
        f"{line.volume_ml:.3f}" if line.volume_ml is not None else "",
        "; ".join(history_texts(line)),
        line.sha256,
        " ".join(line.notes),
    ]


def history_texts(line: ReportLine) -> tuple[str, ...]:
    """Every decision in a few words, oldest first."""
    return tuple(
        tr(
            "version {version}: {state}, {reviewer}, {when}",
            version=one.version,
            state=tr(one.state.value),
            reviewer=one.reviewer,
            when=time_text(one.when),
        )
        for one in line.history
    )


def time_text(when: datetime | None) -> str:
    """UTC to the second, empty for none."""
    return when.strftime("%Y-%m-%d %H:%M:%S") if when is not None else ""
