"""Masks loaded and saved from the menus: every kind, in one undo step, and with what the user should know of them."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pydicom
import pytest
from builders.dicom import build_series
from builders.masks import TABLE, dicom_series, random_labels, save
from builders.nifti import build_nifti
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog
from ui.driver import Driver


@pytest.fixture
def study(tmp_path: Path) -> Path:
    build_series(tmp_path / "study", 8, 40, 44)
    return tmp_path / "study"


@pytest.fixture
def dialog(monkeypatch: pytest.MonkeyPatch):
    """Answers the system's dialogs; keeps the filters they offered."""
    answer: list[tuple[str, str]] = []
    offered: list[str] = []
    titles: list[str] = []

    def ask(_window: object, title: str, _start: str, filters: str, *_chosen: str) -> tuple[str, str]:
        offered[:] = [*filters.split(";;")]
        titles[:] = [title]
        path, kind = answer.pop(0)
        return path, next((one for one in offered if kind in one), offered[0])

    monkeypatch.setattr(QFileDialog, "getSaveFileName", ask)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", ask)
    return answer, offered, titles


def trigger(window: Driver, name: str) -> None:
    window.window.findChild(QAction, name).trigger()
    window.settle()


@pytest.mark.parametrize(
    ("kind", "name", "written"),
    [
        ("NIfTI", "mask", "mask.nii.gz"),
        ("a segment for each label", "mask", "mask.dcm"),
        ("label map", "mask.dcm", "mask.dcm"),
        ("structure set", "mask.dcm", "mask.dcm"),
    ],
)
def test_every_kind_is_saved_and_loaded(window, study, tmp_path, dialog, kind, name, written) -> None:
    answer, offered, _titles = dialog
    window.open(study)
    window.click("stepCorrect")
    window.paint((0.4, 0.5), (0.6, 0.5))
    editor = window.window.session.editor
    drawn = editor.mask.labels.copy()
    answer.append((str(tmp_path / name), kind))
    trigger(window, "saveMaskAction")
    assert len(offered) == 4
    assert "read back" in window.text("statusSentence")
    assert (tmp_path / written).is_file()
    window.click("correctClear")
    answer.append((str(tmp_path / written), ""))
    trigger(window, "loadMaskAction")
    assert np.array_equal(editor.mask.labels, drawn)
    assert window.window.steps.current.notice.text == ""
    window.click("correctUndo")
    assert not editor.mask.labels.any()
    window.click("correctRedo")
    assert np.array_equal(editor.mask.labels, drawn)


def test_a_name_without_suffix_replaces_nothing_unasked(window, study, tmp_path, dialog) -> None:
    answer = dialog[0]
    (tmp_path / "mask.dcm").write_bytes(b"precious")
    window.open(study)
    window.click("stepCorrect")
    window.paint((0.4, 0.5), (0.6, 0.5))
    answer.append((str(tmp_path / "mask"), "label map"))
    trigger(window, "saveMaskAction")
    assert (tmp_path / "mask.dcm").read_bytes() == b"precious"
    assert "A file of this name exists" in window.window.steps.current.notice.text


def test_labels_names_and_colours_come_with_the_mask_and_go_with_undo(window, study, tmp_path, dialog) -> None:
    answer = dialog[0]
    images = dicom_series(sorted(study.iterdir()))
    labels = random_labels(images.geometry.shape)
    answer.append((str(save(tmp_path / "m.dcm", labels, images, "seg")), ""))
    window.open(study)
    before = window.window.session.editor.table
    trigger(window, "loadMaskAction")
    editor = window.window.session.editor
    assert np.array_equal(editor.labels, labels)
    assert [label.name for label in editor.table] == [label.name for label in TABLE]
    editor.undo()
    assert editor.table == before


def test_locked_labels_stay_and_it_is_said(window, study, tmp_path, dialog) -> None:
    answer = dialog[0]
    images = dicom_series(sorted(study.iterdir()))
    answer.append((str(save(tmp_path / "m.dcm", random_labels(images.geometry.shape), images, "seg")), ""))
    window.open(study)
    editor = window.window.session.editor
    editor.set_table(editor.table.with_label(replace(editor.table[1], locked=True)))
    trigger(window, "loadMaskAction")
    assert not editor.mask.region(1).any()
    assert editor.mask.region(2).any()
    assert "Locked labels stayed as they were." in window.window.steps.current.notice.text


def test_a_mask_of_another_grid_is_resampled_and_the_window_says_so(window, study, tmp_path, dialog) -> None:
    answer = dialog[0]
    images = dicom_series(sorted(study.iterdir()))
    affine = images.geometry.affine_ras.copy()
    affine[:3, :3] *= 2
    answer.append((str(build_nifti(tmp_path / "m.nii", np.ones((4, 20, 22), np.uint8), affine)), ""))
    window.open(study)
    trigger(window, "loadMaskAction")
    assert window.window.session.editor.labels.any()
    notice = window.window.steps.current.notice.text
    assert "Look at the mask before you go on" in notice
    assert "1.4 x 1.6 x 4 mm" in notice


def test_a_series_that_is_not_dicom_offers_what_can_keep_its_masks(window, tmp_path, dialog) -> None:
    answer, offered, titles = dialog
    window.open(build_nifti(tmp_path / "image.nii", np.arange(8 * 9 * 10, dtype=np.int16).reshape(8, 9, 10)))
    answer.append((str(tmp_path / "mask.dcm"), ""))
    trigger(window, "saveMaskAction")
    assert [one.split(" (")[0] for one in offered] == ["NIfTI"]
    assert titles == ["Save the mask (as DICOM it cannot be: it refers to DICOM images, and this series is NIfTI)"]
    notice = window.window.steps.current.notice.text
    assert "refers to DICOM images, and this series is NIfTI" in notice
    assert "Save the mask as NIfTI" in notice
    assert not (tmp_path / "mask.dcm").exists()


def test_what_is_no_mask_is_told(window, study, tmp_path, dialog) -> None:
    answer = dialog[0]
    window.open(study)
    answer.append((str(next(study.iterdir())), ""))
    trigger(window, "loadMaskAction")
    assert "no mask that MedCrypt reads" in window.window.steps.current.notice.text


def test_the_model_is_named_in_the_file(window, study, tmp_path, dialog) -> None:
    answer = dialog[0]
    window.open(study)
    window.click("stepRoi")
    window.click("roiPrimary")
    window.settle()
    answer.append((str(tmp_path / "m.dcm"), "segment for each"))
    trigger(window, "saveMaskAction")
    made = pydicom.dcmread(tmp_path / "m.dcm")
    assert made.SegmentSequence[0].SegmentAlgorithmType == "SEMIAUTOMATIC"
