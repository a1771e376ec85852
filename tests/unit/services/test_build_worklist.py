"""Worklists of folders, files and lists."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pydicom
import pytest
from builders.dicom import build_series
from builders.review import ball, nifti_series, write_study
from pydicom.uid import generate_uid

from medcrypt_gui.adapters.masks.nifti_mask import NiftiMask
from medcrypt_gui.adapters.review_file import ReviewFile
from medcrypt_gui.bootstrap import build_readers
from medcrypt_gui.core.errors import Cancelled, NothingFoundError
from medcrypt_gui.core.review.mask_rule import MaskRule
from medcrypt_gui.core.review.state import ReviewState
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.build_worklist import BuiltWorklist, build_worklist, refresh
from medcrypt_gui.services.open_entry import open_entry
from medcrypt_gui.services.open_study import find_series
from medcrypt_gui.services.review_mask import approve, open_review

READERS = build_readers()
RULE = MaskRule("_mask", ("_labels",))


@pytest.fixture
def store(tmp_path: Path) -> ReviewFile:
    return ReviewFile(tmp_path / "user")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two studies, one with a mask, a label map, a DICOM series, and something that is no image."""
    folder = tmp_path / "studies"
    write_study(folder, "A", mask=ball())
    write_study(folder, "B_labels")
    write_study(folder / "more", "B")
    build_series(folder / "Doe_Jane", slices=3, rows=8, columns=9)
    (folder / "readme.md").write_text("# nothing")
    return folder


def built(store: ReviewFile, *paths: Path, rule: MaskRule = RULE) -> BuiltWorklist:
    return build_worklist(paths, READERS, store, TaskContext(), rule, "Trial")


def test_every_series_once_with_the_mask_that_came_along(store: ReviewFile, folder: Path) -> None:
    made = built(store, folder, folder / "A.nii.gz")
    by_name = {item.entry.name: item for item in made.worklist.items}
    assert sorted(by_name)[:2] == ["A.nii.gz", "B.nii.gz"]
    assert len(by_name) == 3
    assert by_name["A.nii.gz"].entry.first_mask == folder / "A_mask.nii.gz"
    assert by_name["A.nii.gz"].state is ReviewState.IN_PROGRESS
    assert by_name["B.nii.gz"].state is ReviewState.NOT_SEGMENTED
    assert made.worklist.summary == "0 of 3 done"
    assert {entry.path.name for entry in made.skipped} == {"readme.md", "B_labels.nii.gz"}


def test_the_name_of_a_dicom_series_is_no_folder_and_no_patient(store: ReviewFile, folder: Path) -> None:
    (item,) = built(store, folder / "Doe_Jane").worklist.items
    assert "Doe" not in item.entry.name
    assert item.entry.ref.key[:6] in item.entry.name
    assert item.entry.opens == folder / "Doe_Jane"


def test_without_a_rule_masks_are_studies(store: ReviewFile, folder: Path) -> None:
    assert len(built(store, folder, rule=MaskRule()).worklist) == 5


def test_what_was_decided_is_known_and_own_files_are_no_studies(store: ReviewFile, folder: Path) -> None:
    series = nifti_series(folder / "A.nii.gz")
    review = open_review(series, store, (NiftiMask(),), TaskContext(), folder / "A_mask.nii.gz")
    assert review.mask is not None
    approve(review, review.mask, store, reviewer="Ada", comment="")
    made = built(store, folder).worklist
    assert (len(made), made.summary) == (3, "1 of 3 done")


def test_an_entry_is_opened_as_the_series_it_was(store: ReviewFile, folder: Path) -> None:
    for item in built(store, folder).worklist.items:
        series = open_entry(item.entry, READERS, TaskContext())
        assert series.geometry.shape == item.entry.shape
    gone = replace(item.entry, ref=replace(item.entry.ref, key="other"))
    with pytest.raises(NothingFoundError, match="no longer"):
        open_entry(gone, READERS, TaskContext())


def test_a_list_names_studies_and_their_masks(store: ReviewFile, folder: Path) -> None:
    names = folder / "list.csv"
    names.write_text("path,mask\nmore/B.nii.gz,A_mask.nii.gz\nA.nii.gz\nnowhere.nii.gz\n")
    made = built(store, names, rule=MaskRule())
    found = [(item.entry.name, item.entry.first_mask) for item in made.worklist.items]
    assert dict(found) == {"B.nii.gz": folder / "A_mask.nii.gz", "A.nii.gz": None}
    assert [entry.path.name for entry in made.unreadable] == ["nowhere.nii.gz"]


def test_damaged_files_stop_no_others(store: ReviewFile, folder: Path) -> None:
    (folder / "broken.nii.gz").write_bytes(b"\x1f\x8b broken")
    made = built(store, folder)
    assert len(made.worklist) == 3
    assert [entry.path.name for entry in made.unreadable] == ["broken.nii.gz"]


@pytest.mark.parametrize("what", ["readme.md", "empty.txt", "nowhere"])
def test_where_there_is_no_study_it_says_so(store: ReviewFile, folder: Path, what: str) -> None:
    (folder / "empty.txt").write_text("# none\n")
    with pytest.raises(NothingFoundError):
        built(store, folder / what)


def test_refreshing_says_what_is_gone(store: ReviewFile, folder: Path) -> None:
    made = built(store, folder).worklist
    (folder / "A.nii.gz").unlink()
    refreshed = refresh(made, store, TaskContext())
    notes = {item.entry.name: item.notes for item in refreshed.items}
    assert notes["A.nii.gz"] == ("The study is no longer where it was.",)
    assert notes["B.nii.gz"] == ()


def test_it_can_be_cancelled(store: ReviewFile, folder: Path) -> None:
    task = TaskContext()
    task.cancel()
    with pytest.raises(Cancelled):
        build_worklist([folder], READERS, store, task)


def test_thousands_of_studies_take_seconds(store: ReviewFile, tmp_path: Path) -> None:
    content = write_study(tmp_path, "A").read_bytes()
    folder = tmp_path / "many"
    folder.mkdir()
    for n in range(2000):
        (folder / f"S{n:04d}.nii.gz").write_bytes(content)
    began = time.process_time()
    assert len(built(store, folder).worklist) == 2000
    assert time.process_time() - began < 8.0


def test_a_line_that_no_file_can_be_called_is_named_and_stops_no_others(store: ReviewFile, folder: Path) -> None:
    names = folder / "list.txt"
    names.write_text(f"A.nii.gz\n{'x' * 300}\n")
    made = built(store, names, rule=MaskRule())
    assert [item.entry.name for item in made.worklist.items] == ["A.nii.gz"]
    assert len(made.unreadable) == 1


def test_a_text_has_one_path_a_line_whatever_stands_in_it(store: ReviewFile, folder: Path) -> None:
    write_study(folder / "DOE, Jane; x")
    names = folder / "list.txt"
    names.write_text("DOE, Jane; x/A.nii.gz\n")
    assert len(built(store, names, rule=MaskRule()).worklist) == 1


def test_an_approved_mask_that_is_gone_is_not_counted_as_done(store: ReviewFile, folder: Path) -> None:
    series = nifti_series(folder / "A.nii.gz")
    review = open_review(series, store, (), TaskContext())
    approve(review, ball(), store, reviewer="Ada", comment="")
    assert built(store, folder / "A.nii.gz").worklist.done == 1
    next(folder.glob("*-v1*")).unlink()
    made = built(store, folder / "A.nii.gz").worklist
    assert made.done == 0
    assert "missing" in made.items[0].notes[0]


def test_two_folders_with_one_series_identifier_are_two_studies(store: ReviewFile, tmp_path: Path) -> None:
    for name, slices in (("a", 5), ("b", 7)):
        for path in build_series(tmp_path / "p" / name, slices=slices):
            dataset = pydicom.dcmread(path)
            dataset.SeriesInstanceUID = "1.2.3"
            dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = generate_uid()
            dataset.PixelSpacing = [slices / 5, 1]
            dataset.save_as(path)
    made = built(store, tmp_path / "p").worklist
    found = find_series([tmp_path / "p"], READERS, TaskContext()).series
    assert len({one.uid for one in found}) == 2, "told apart while they are open together"
    assert len(made) == 2
    for item in made.items:
        series = open_entry(item.entry, READERS, TaskContext())
        assert series.geometry.shape == item.entry.shape
