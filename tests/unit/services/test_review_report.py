"""The report says what holds now, for every study, and names nobody unless it was asked to."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from builders.dicom import build_series
from builders.review import MONDAY, ball, nifti_series, with_voxel, write_study

from medcrypt_gui.adapters.masks.nifti_mask import NiftiMask, write_mask
from medcrypt_gui.adapters.review_file import ReviewFile
from medcrypt_gui.bootstrap import build_workbench
from medcrypt_gui.core.errors import Cancelled, TargetExistsError, UsageError
from medcrypt_gui.core.review.mask_rule import MaskRule
from medcrypt_gui.core.review.state import ReviewState
from medcrypt_gui.core.review.worklist import Worklist
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.build_worklist import build_worklist
from medcrypt_gui.services.review_mask import approve, open_review
from medcrypt_gui.services.review_report import make_report, write_report
from medcrypt_gui.services.workbench import Workbench


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    return replace(build_workbench(), reviews=ReviewFile(tmp_path / "user"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three studies; A is approved, with a comment that needs care."""
    folder = tmp_path / "studies"
    for name in "ABC":
        write_study(folder, name, mask=ball() if name != "C" else None)
    return folder


@pytest.fixture
def worklist(folder: Path, bench: Workbench) -> Worklist:
    series = nifti_series(folder / "A.nii.gz")
    review = open_review(series, bench.reviews, (NiftiMask(),), TaskContext(), folder / "A_mask.nii.gz")
    assert review.mask is not None
    approve(review, review.mask, bench.reviews, reviewer="Dr. <Ada>", comment="=1+1 & fine", when=MONDAY)
    return build_worklist([folder], bench.readers, bench.reviews, TaskContext(), MaskRule("_mask"), "Trial").worklist


def text_of(path: Path) -> str:
    document = pypdfium2.PdfDocument(path)
    try:
        return "\n".join(document[n].get_textpage().get_text_range() for n in range(len(document)))
    finally:
        document.close()


def test_the_table_has_every_study(worklist: Worklist, bench: Workbench, tmp_path: Path) -> None:
    write_report(worklist, tmp_path / "report.csv", bench, TaskContext())
    content = (tmp_path / "report.csv").read_bytes()
    rows = {row["Study"]: row for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))}
    assert [rows[f"{name}.nii.gz"]["State"] for name in "ABC"] == ["Approved", "In progress", "Not segmented"]
    assert rows["A.nii.gz"]["Comment"] == "'=1+1 & fine"
    assert rows["A.nii.gz"]["Time (UTC)"] == "2026-03-02 08:30:00"
    assert float(rows["A.nii.gz"]["Volume (ml)"]) == pytest.approx(0.30, abs=0.1)
    assert rows["B.nii.gz"]["SHA-256 of the mask"] == rows["A.nii.gz"]["SHA-256 of the mask"]
    assert str(tmp_path) not in content.decode("utf-8-sig")


def test_the_document_has_pages_pictures_and_the_words(worklist: Worklist, bench: Workbench, tmp_path: Path) -> None:
    write_report(worklist, tmp_path / "report.pdf", bench, TaskContext(), made=MONDAY)
    text = text_of(tmp_path / "report.pdf")
    for wanted in (
        "Trial",
        "1 of 3 done",
        "A.nii.gz",
        "Approved, version 1",
        "Dr. <Ada>, 2026-03-02 08:30:00 UTC",
        "Comment: =1+1 & fine",
        "No picture",
        "Page 1 of 1",
        "nothing here is signed",
    ):
        assert wanted in text
    assert str(tmp_path) not in text


def test_the_pictures_show_the_outline_on_the_fullest_slice(worklist: Worklist, bench: Workbench) -> None:
    lines = make_report(worklist, bench, TaskContext(), with_pictures=True).lines
    picture = lines[0].picture
    assert picture is not None
    assert max(picture.shape[:2]) == 420
    orange = (picture[..., 0] > 200) & (picture[..., 2] < 60)
    assert 200 < np.count_nonzero(orange) < picture.shape[0] * picture.shape[1] / 4
    assert lines[0].picture_text == "Slice 3 of 6"
    assert lines[2].picture is None


def test_a_changed_mask_is_not_reported_as_approved(worklist: Worklist, bench: Workbench, folder: Path) -> None:
    path = next(folder.glob("*-v1.nii.gz"))
    path.chmod(0o644)
    write_mask(path, with_voxel(ball()), force=True)
    line = make_report(worklist, bench, TaskContext(), with_pictures=False).lines[0]
    assert line.state is ReviewState.IN_PROGRESS
    assert "no longer fits" in " ".join(line.notes)


@pytest.mark.parametrize("damage", [b"damaged", None])
def test_a_mask_that_cannot_be_read_is_not_reported_as_approved(
    worklist: Worklist, bench: Workbench, folder: Path, damage: bytes | None
) -> None:
    path = next(folder.glob("*-v1.nii.gz"))
    path.chmod(0o644)
    path.unlink()
    (folder / "A_mask.nii.gz").unlink()  # the mask that was approved is nowhere
    if damage is not None:
        path.write_bytes(damage)
    report = make_report(worklist, bench, TaskContext(), with_pictures=False)
    assert report.lines[0].state is ReviewState.IN_PROGRESS
    assert report.summary == "0 of 3 done"


def test_a_study_that_is_gone_is_in_the_report_with_the_reason(
    worklist: Worklist, bench: Workbench, folder: Path
) -> None:
    (folder / "A.nii.gz").unlink()
    report = make_report(worklist, bench, TaskContext(), with_pictures=True)
    assert report.lines[0].state is not ReviewState.APPROVED, "what cannot be checked is not called approved"
    assert "cannot be read" in report.lines[0].notes[-1]
    assert report.summary == "0 of 3 done"


def test_a_cut_study_has_no_picture_and_says_why(worklist: Worklist, bench: Workbench, folder: Path) -> None:
    path = folder / "B.nii.gz"
    content = path.read_bytes()
    path.write_bytes(content[:400] + content[-8:])
    line = make_report(worklist, bench, TaskContext(), with_pictures=True).lines[1]
    assert line.picture is None
    assert line.notes


def test_patients_are_named_only_where_it_was_asked_for(bench: Workbench, tmp_path: Path) -> None:
    build_series(tmp_path / "Doe_Jane", slices=3, rows=8, columns=9)
    made = build_worklist([tmp_path / "Doe_Jane"], bench.readers, bench.reviews, TaskContext()).worklist
    for names in (False, True):
        line = make_report(made, bench, TaskContext(), with_pictures=False, with_names=names).lines[0]
        assert bool(line.patient) is names
        assert ("Doe_Jane" in line.where) is names


def test_many_studies_flow_over_pages(worklist: Worklist, bench: Workbench, folder: Path, tmp_path: Path) -> None:
    for n in range(11):
        write_study(folder / str(n), "D", mask=ball())
    made = build_worklist([folder], bench.readers, bench.reviews, TaskContext(), MaskRule("_mask"), "X" * 300).worklist
    write_report(made, tmp_path / "report.pdf", bench, TaskContext())
    text = text_of(tmp_path / "report.pdf")
    assert text.count("D.nii.gz") == 11
    assert "Page 4 of 4" in text


def test_endings_and_existing_files_are_refused_before_the_work(
    worklist: Worklist, bench: Workbench, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match=r"\.pdf"):
        write_report(worklist, tmp_path / "report.docx", bench, TaskContext())
    (tmp_path / "report.csv").write_text("mine")
    with pytest.raises(TargetExistsError):
        write_report(worklist, tmp_path / "report.csv", bench, TaskContext())


def test_cancelling_leaves_nothing(worklist: Worklist, bench: Workbench, tmp_path: Path) -> None:
    task = TaskContext(lambda fraction, _: task.cancel() if fraction > 0.5 else None)
    with pytest.raises(Cancelled):
        write_report(worklist, tmp_path / "report.pdf", bench, task)
    assert not (tmp_path / "report.pdf").exists()
