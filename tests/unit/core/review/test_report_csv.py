"""The table is what a spreadsheet reads, and never what it carries out."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest
from builders.review import MONDAY, decision, hash_of

from medcrypt_gui.core.review.report import ReportLine, ReviewReport
from medcrypt_gui.core.review.report_csv import csv_of
from medcrypt_gui.core.review.state import ReviewState
from medcrypt_gui.core.spreadsheet import safe

LINE = ReportLine(
    name="A.nii.gz",
    id="1a2b3c4d",
    modality="MR",
    state=ReviewState.APPROVED,
    version=2,
    reviewer="Ada",
    when=MONDAY,
    comment='good, but "late"\nreally',
    volume_ml=1234.5678,
    sha256=hash_of("a"),
    history=(decision(ReviewState.APPROVED), decision(ReviewState.APPROVED, "b", 2)),
    where="/data/Doe/A.nii.gz",
    patient="Doe^Jane",
)


def report(*lines: ReportLine, with_names: bool = False) -> ReviewReport:
    return ReviewReport("Trial", "1 of 1 done", lines, MONDAY, "1.0", with_names)


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_everything_is_in_it() -> None:
    (row,) = rows(csv_of(report(LINE)))
    assert row == {
        "Study": "A.nii.gz",
        "Id": "1a2b3c4d",
        "Modality": "MR",
        "State": "Approved",
        "Version": "2",
        "Reviewer": "Ada",
        "Time (UTC)": "2026-03-02 08:30:00",
        "Comment": 'good, but "late"\nreally',
        "Volume (ml)": "1234.568",
        "Versions": "version 1: Approved, Ada, 2026-03-02 08:30:00; version 2: Approved, Ada, 2026-03-02 08:30:00",
        "SHA-256 of the mask": hash_of("a"),
        "Remarks": "",
    }


def test_names_and_folders_are_in_it_only_where_they_were_asked_for() -> None:
    assert "Doe" not in csv_of(report(LINE))
    (row,) = rows(csv_of(report(LINE, with_names=True)))
    assert (row["Patient"], row["File"]) == ("Doe^Jane", "/data/Doe/A.nii.gz")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "  =", "＝"])
def test_no_cell_is_a_formula(start: str) -> None:
    evil = f'{start}HYPERLINK("http://x")'
    (row,) = rows(csv_of(report(replace(LINE, comment=evil, name=evil, reviewer=evil))))
    assert row["Comment"] == row["Study"] == row["Reviewer"] == safe(evil)
    assert row["Study"].startswith("'")


def test_what_is_not_known_is_empty() -> None:
    bare = replace(LINE, version=None, when=None, volume_ml=None, history=())
    (row,) = rows(csv_of(report(bare)))
    assert (row["Version"], row["Time (UTC)"], row["Volume (ml)"], row["Versions"]) == ("", "", "", "")
