"""What the window says and asks in the states off the main way."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from builders.dicom import build_series
from builders.key_card import write_key_card_picture
from builders.nifti import build_nifti
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QAction, QDropEvent
from PySide6.QtWidgets import QDialog, QLabel, QListWidget, QMenu, QTreeWidget
from ui.driver import Driver

from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.ui.session import Lock, Step


@pytest.fixture
def study(tmp_path: Path) -> Path:
    build_series(tmp_path / "study", slices=9, rows=48, columns=56)
    return tmp_path / "study"


def wait_for_cancel(task: TaskContext) -> None:
    while True:
        task.checkpoint()
        time.sleep(0.005)


def propose_without_end(window: Driver, study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Start a proposal that goes on until it is cancelled."""
    monkeypatch.setattr(
        "fakes.ball_segmenter.BallSegmenter.propose", lambda _self, _volume, _modality, task: wait_for_cancel(task)
    )
    window.open(study)
    window.click("openPrimary")
    window.click("roiPrimary")


def test_unreadable_files_are_listed_with_their_reason_and_do_not_stop_the_others(window: Driver, study: Path) -> None:
    whole = next(study.iterdir()).read_bytes()
    (study / "cut.dcm").write_bytes(whole[: len(whole) // 2])
    window.open(study)
    assert window.find("seriesList", QListWidget).count() == 1
    listed = window.find("openUnreadable", QTreeWidget)
    assert listed.isVisible()
    assert listed.topLevelItem(0).text(0) == "cut.dcm"
    assert listed.topLevelItem(0).text(1)


def test_an_empty_folder_is_explained_in_place(window: Driver, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    window.open(tmp_path / "empty")
    assert "No image was found" in window.text("openNotice")
    assert window.shown("welcome")


def test_a_series_with_a_gap_says_so(window: Driver, study: Path) -> None:
    sorted(study.iterdir())[4].unlink()
    window.open(study)
    assert window.text("openNotes")


def test_the_network_is_not_offered_for_ct_and_the_reason_is_said(window: Driver, tmp_path: Path) -> None:
    build_series(tmp_path / "ct", slices=9, rows=32, columns=32, modality="CT")
    window.open(tmp_path / "ct")
    window.click("openPrimary")
    assert not window.find("roiPrimary").isEnabled()
    assert window.text("roiWhyNot_ball") == "Made for MR; this series is CT."
    window.click("roiManual")
    assert window.window.session.step is Step.CORRECT


def test_a_series_of_floats_is_refused_before_anything_is_written(window: Driver, tmp_path: Path) -> None:
    build_nifti(tmp_path / "floats.nii", np.zeros((9, 20, 20), np.float32))
    window.open(tmp_path / "floats.nii")
    window.click("stepRoi")
    window.click("roiPrimary")
    window.settle()
    window.click("correctPrimary")
    window.wait_until(lambda: window.shown("protectNotice"))
    assert not window.find("protectPrimary").isEnabled()
    assert "not supported" in window.text("protectNotice")


def test_cancelling_a_proposal_leaves_the_mask_as_it_was(
    window: Driver, study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    propose_without_end(window, study, monkeypatch)
    window.click("statusCancel")
    window.settle()
    assert window.text("statusSentence") == "The proposal was cancelled. The mask is as it was."
    assert not window.window.session.editor.mask.labels.any()
    assert window.window.session.step is Step.ROI


def test_cancelling_the_reading_shows_nothing_rather_than_half_a_series(
    window: Driver, study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from medcrypt_gui.adapters.images.dicom import DicomReader

    start = DicomReader.start

    def slow_start(self: DicomReader, series: object, first: int | None = None) -> tuple[object, object]:
        volume, _fill = start(self, series, first)  # type: ignore[arg-type]
        return volume, lambda task, on_slice=None: wait_for_cancel(task)

    monkeypatch.setattr(DicomReader, "start", slow_start)
    window.window.opening.take_dropped([study])
    window.click("statusCancel")
    window.settle()
    assert window.window.session.series is None
    assert window.window.session.lock is Lock.NOTHING
    assert "cancelled" in window.text("statusSentence")


def test_closing_during_work_asks_once_and_then_waits_for_it_to_end(
    window: Driver, study: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    propose_without_end(window, study, monkeypatch)
    asked = window.answer_questions("questionKeep")
    window.window.close()
    assert window.window.isVisible()
    assert len(asked) == 1
    assert "still under way" in asked[0]
    window.answer_questions("questionLose")
    window.window.close()
    assert not window.window.isVisible()
    assert window.window.jobs.idle


def test_a_drawn_mask_is_not_left_behind_without_asking(window: Driver, study: Path) -> None:
    window.open(study)
    window.click("stepCorrect")
    window.paint((0.4, 0.5), (0.6, 0.5))
    asked = window.answer_questions("questionKeep")
    window.open(study)
    assert "mask" in asked[0]
    assert window.window.session.editor.mask.labels.any()


def test_whole_mask_operations_are_one_undo_step_each(window: Driver, study: Path) -> None:
    window.open(study)
    window.click("stepRoi")
    window.click("roiPrimary")
    window.settle()
    before = window.window.session.editor.mask.labels.copy()
    window.click("correctClear")
    window.wait_until(lambda: window.text("correctSize") == "Nothing marked yet")
    window.click("correctUndo")
    assert np.array_equal(window.window.session.editor.mask.labels, before)
    window.window.named_actions["operation_keep_largest"].trigger()
    window.click("operationRun")
    window.settle()
    assert np.array_equal(window.window.session.editor.mask.labels, before)


def test_a_mask_is_saved_and_loaded_again(window: Driver, study: Path, tmp_path: Path) -> None:
    window.open(study)
    window.click("stepCorrect")
    window.paint((0.4, 0.5), (0.6, 0.5))
    drawn = window.window.session.editor.mask.labels.copy()
    window.window.flows.roi.save_mask(tmp_path / "mask.nii.gz")
    window.settle()
    window.click("correctClear")
    window.window.flows.roi.load_mask(tmp_path / "mask.nii.gz")
    window.settle()
    assert np.array_equal(window.window.session.editor.mask.labels, drawn)


def test_a_dropped_card_without_a_locked_study_is_explained(window: Driver, tmp_path: Path) -> None:
    window.open(write_key_card_picture(tmp_path / "card.png"))
    assert "Open the protected study first" in window.text("statusSentence")


def test_about_says_what_this_is_not(window: Driver) -> None:
    window.window.findChild(QAction, "aboutAction").trigger()
    dialog = window.find("aboutDialog", QDialog)
    window.wait_until(dialog.isVisible)
    assert "Not a medical device" in dialog.findChild(QLabel, "aboutNotice").text()
    dialog.close()


def test_the_shortcut_sheet_lists_every_key_of_the_table(window: Driver) -> None:
    window.window.findChild(QAction, "shortcutsAction").trigger()
    sheet = window.find("shortcutSheet", QDialog)
    shown = {made.text() for made in sheet.findChildren(QLabel)}
    actions = [action for action in window.window.findChildren(QAction) if not action.shortcut().isEmpty()]
    assert actions
    assert all(action.shortcut().toString() in shown for action in actions)
    sheet.close()


def test_keys_take_a_tool_and_hide_the_series_list(window: Driver, study: Path) -> None:
    window.open(study)
    window.qtbot.keyClick(window.window, Qt.Key.Key_E)
    assert window.window.session.tool.id == "eraser"
    assert window.window.session.step is Step.CORRECT
    window.qtbot.keyClick(window.window, Qt.Key.Key_F9)
    assert not window.shown("seriesList")


def test_grey_levels_are_guessed_from_all_slices_where_the_first_is_not_there_at_once(
    window: Driver, tmp_path: Path
) -> None:
    voxels = np.arange(9 * 20 * 20, dtype=np.int16).reshape(9, 20, 20)
    window.open(build_nifti(tmp_path / "ramp.nii.gz", voxels))
    assert window.window.viewer.state.window.width > 3000


def test_a_folder_dropped_with_the_mouse_is_opened(window: Driver, study: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(study))])
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    window.window.dropEvent(QDropEvent(QPointF(300, 300), Qt.DropAction.CopyAction, data, left, none))
    window.settle()
    assert window.window.session.series is not None


def test_what_was_opened_stands_in_the_recent_menu(window: Driver, study: Path) -> None:
    window.open(study)
    menu = window.find("menuRecent", QMenu)
    menu.aboutToShow.emit()
    assert menu.actions()[0].text().startswith("study")


def test_a_card_that_cannot_be_written_is_explained_and_the_key_is_kept(
    window: Driver, study: Path, tmp_path: Path
) -> None:
    window.open(study)
    window.click("stepRoi")
    window.click("roiPrimary")
    window.settle()
    window.click("correctPrimary")
    window.type("protectFolder", str(tmp_path / "protected"))
    window.click("protectPrimary")
    window.settle()
    (tmp_path / "a-file").write_bytes(b"")
    window.type("cardFolder", str(tmp_path / "a-file" / "cards"))
    window.click("cardNoPassphrase")
    window.click("cardPrimary")
    window.settle()
    assert window.text("cardNotice")
    assert window.text("statusLock") == "protected copy has no key card yet"
    window.type("cardFolder", str(tmp_path / "cards"))
    window.click("cardPrimary")
    window.settle()
    assert window.text("statusLock") == "protected copy written, key card saved"


def test_correcting_the_mask_after_the_card_allows_a_new_protected_copy(
    window: Driver, study: Path, tmp_path: Path
) -> None:
    test_a_card_that_cannot_be_written_is_explained_and_the_key_is_kept(window, study, tmp_path)
    window.click("stepCorrect")
    window.paint((0.3, 0.3), (0.6, 0.3))
    window.click("correctPrimary")
    window.type("protectFolder", str(tmp_path / "second"))
    window.click("protectPrimary")
    window.settle()
    assert len(list((tmp_path / "second").iterdir())) == 9
    assert window.text("statusLock") == "protected copy has no key card yet"
