"""All approved masks of a worklist go out at once: DICOM as SEG, others as NIfTI, and every study is accounted for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from builders.dicom import build_series
from builders.review import ball, write_study

from medcrypt_gui.adapters.review_file import ReviewFile
from medcrypt_gui.bootstrap import build_workbench
from medcrypt_gui.core.errors import Cancelled
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.review.mask_rule import MaskRule
from medcrypt_gui.core.review.worklist import Worklist
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.build_worklist import build_worklist
from medcrypt_gui.services.export_masks import ExportedMasks, export_masks
from medcrypt_gui.services.load_mask import load_mask
from medcrypt_gui.services.open_entry import open_entry
from medcrypt_gui.services.review_mask import approve, keep_mask, open_review
from medcrypt_gui.services.workbench import Workbench


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    return replace(build_workbench(), reviews=ReviewFile(tmp_path / "user"))


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


def worklist_of(folder: Path, bench: Workbench) -> Worklist:
    return build_worklist([folder], bench.readers, bench.reviews, TaskContext(), MaskRule("_mask")).worklist


def approve_all(worklist: Worklist, bench: Workbench, but: str = "?") -> None:
    for item in worklist.items:
        if but in item.entry.name:
            continue
        series = open_entry(item.entry, bench.readers, TaskContext())
        review = open_review(series, bench.reviews, bench.masks, TaskContext(), item.entry.first_mask)
        if review.mask is None:
            labels = np.zeros(series.geometry.shape, np.uint8)
            labels[1:3, 4:9, 5:11] = 1
            review = replace(review, mask=RoiMask(labels, series.geometry))
        assert review.mask is not None
        approve(review, review.mask, bench.reviews, reviewer="Ada", comment="")


def exported(folder: Path, out: Path, bench: Workbench) -> ExportedMasks:
    return export_masks(worklist_of(folder, bench), out, bench, TaskContext())


def test_of_images_that_are_not_dicom_masks_become_nifti(tmp_path: Path, out: Path, bench: Workbench) -> None:
    for name in "ABC":
        write_study(tmp_path / "in", name, mask=ball())
    approve_all(worklist_of(tmp_path / "in", bench), bench, but="C")
    done = exported(tmp_path / "in", out, bench)
    assert [path.name for path in done.written] == ["A_mask-v1.nii.gz", "B_mask-v1.nii.gz"]
    assert (done.undecided, done.failed, done.present, done.notes) == (1, (), (), ())
    series = open_entry(worklist_of(tmp_path / "in", bench).items[0].entry, bench.readers, TaskContext())
    back = load_mask(out / "A_mask-v1.nii.gz", series, bench.masks).mask
    np.testing.assert_array_equal(back.labels, ball().labels)


def test_of_dicom_they_become_seg_named_without_the_patient(tmp_path: Path, out: Path, bench: Workbench) -> None:
    build_series(tmp_path / "Doe_Jane", slices=5, rows=24, columns=20)
    approve_all(worklist_of(tmp_path / "Doe_Jane", bench), bench)
    done = exported(tmp_path / "Doe_Jane", out, bench)
    assert done.failed == ()
    (path,) = done.written
    assert path.name.startswith("series-")
    assert path.name.endswith("_mask-v1.dcm")
    series = open_entry(worklist_of(tmp_path / "Doe_Jane", bench).items[0].entry, bench.readers, TaskContext())
    back = load_mask(path, series, bench.masks).mask
    assert back.labels.sum() == 2 * 5 * 6


def test_exported_again_nothing_is_replaced_and_what_is_another_mask_is_told(
    tmp_path: Path, out: Path, bench: Workbench
) -> None:
    for name in "AB":
        write_study(tmp_path / "in", name, mask=ball())
    approve_all(worklist_of(tmp_path / "in", bench), bench)
    first = exported(tmp_path / "in", out, bench).written
    content = first[1].read_bytes()
    first[0].write_bytes(b"something else")
    again = exported(tmp_path / "in", out, bench)
    assert again.present == first[1:]
    assert [one.name for one in again.failed] == ["A.nii.gz"]
    assert (again.written, first[0].read_bytes(), first[1].read_bytes()) == ((), b"something else", content)


def test_studies_of_the_same_name_do_not_take_each_others_file(tmp_path: Path, out: Path, bench: Workbench) -> None:
    for folder, radius in (("x", 3.0), ("y", 4.0)):
        write_study(tmp_path / "in" / folder, "A", mask=ball(radius=radius))
    approve_all(worklist_of(tmp_path / "in", bench), bench)
    done = exported(tmp_path / "in", out, bench)
    assert len(set(done.written)) == 2
    again = exported(tmp_path / "in", out, bench)
    assert (again.present, again.failed) == (done.written, ())


def test_a_mask_that_was_changed_since_is_not_exported(tmp_path: Path, out: Path, bench: Workbench) -> None:
    write_study(tmp_path / "in", "A", mask=ball())
    worklist = worklist_of(tmp_path / "in", bench)
    approve_all(worklist, bench)
    series = open_entry(worklist.items[0].entry, bench.readers, TaskContext())
    review = open_review(series, bench.reviews, bench.masks, TaskContext())
    keep_mask(review, ball(radius=2.0), bench.reviews)
    done = exported(tmp_path / "in", out, bench)
    assert (done.written, done.undecided) == ((), 1)


def test_one_that_is_gone_stops_no_other(tmp_path: Path, out: Path, bench: Workbench) -> None:
    for name in "AB":
        write_study(tmp_path / "in", name, mask=ball())
    worklist = worklist_of(tmp_path / "in", bench)
    approve_all(worklist, bench)
    (tmp_path / "in" / "A.nii.gz").unlink()
    done = export_masks(worklist, out, bench, TaskContext())
    assert [one.name for one in done.failed] == ["A.nii.gz"]
    assert len(done.written) == 1


def test_a_cancelled_export_leaves_whole_files_only(tmp_path: Path, out: Path, bench: Workbench) -> None:
    for name in "ABC":
        write_study(tmp_path / "in", name, mask=ball())
    worklist = worklist_of(tmp_path / "in", bench)
    approve_all(worklist, bench)
    task = TaskContext(lambda fraction, _text: task.cancel() if fraction > 0.6 else None)
    with pytest.raises(Cancelled):
        export_masks(worklist, out, bench, task)
    series = open_entry(worklist.items[0].entry, bench.readers, TaskContext())
    left = sorted(out.iterdir())
    assert 1 <= len(left) < 3
    for path in left:
        np.testing.assert_array_equal(load_mask(path, series, bench.masks).mask.labels, ball().labels)
