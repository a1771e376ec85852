"""The report as a table for spreadsheets: none of its cells is taken for a formula."""

from __future__ import annotations

from medcrypt_gui.core.language import tr
from medcrypt_gui.core.review.report import ReportLine, ReviewReport, history_texts, time_text
from medcrypt_gui.core.spreadsheet import table_text


def csv_of(report: ReviewReport) -> str:
    """A heading, then a line per study; cells are parted by commas (RFC 4180), times are UTC.

    A text that a spreadsheet would take for a formula begins with an apostrophe; every cell is quoted.
    """
    headings = [*_headings(), *((tr("Patient"), tr("File")) if report.with_names else ())]
    rows = [[*_cells(line), *((line.patient, line.where) if report.with_names else ())] for line in report.lines]
    return table_text([headings, *rows], line_end="\r\n", quoted=True)


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
