"""A review as a technician does it: a worklist, one key that approves and goes on, and nothing lost on the way."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QListView
from ui.driver import Driver
from ui.review_driver import SHAPE, open_worklist, opened, paint, press, settle, states

from medcrypt_gui.core.errors import PermissionDeniedError
from medcrypt_gui.core.mask.labels import ROI
from medcrypt_gui.core.review.state import ReviewState
from medcrypt_gui.services import open_for_review
from medcrypt_gui.services.workbench import Workbench
from medcrypt_gui.ui.application import build_window
from medcrypt_gui.ui.session import Step


def test_a_folder_becomes_a_queue_and_its_first_study_is_open_with_its_mask(window: Driver, studies: Path) -> None:
    open_worklist(window, studies)
    assert window.text("worklistCount") == "0 of 4 done"
    assert window.find("worklist", QListView).model().rowCount() == 4
    assert opened(window) == "study0.nii.gz"
    assert window.window.session.step is Step.CORRECT
    assert window.window.session.editor.labels.any()
    assert window.text("reviewState") == "In progress"
    assert window.text("correctSize").endswith(" ml")


def test_the_whole_list_is_reviewed_with_the_keyboard_alone(window: Driver, studies: Path) -> None:
    open_worklist(window, studies)
    press(window, "Ctrl+Return")
    assert states(window) == [ReviewState.IN_PROGRESS] * 4  # nobody said yet who decides
    assert isinstance(QApplication.focusWidget(), QLineEdit)
    assert "Enter your name" in window.text("reviewWarning")
    QTest.keyClicks(QApplication.focusWidget(), "R. Viewer")
    press(window, "Ctrl+Return")
    assert opened(window) == "study1.nii.gz"
    press(window, "Ctrl+Backspace")
    assert opened(window) == "study2.nii.gz"
    press(window, "Ctrl+Shift+F")
    assert window.text("reviewState") == "Flagged"
    press(window, "Ctrl+PgDown")
    assert opened(window) == "study3.nii.gz"
    press(window, "Ctrl+Return")
    assert opened(window) == "study2.nii.gz"
    press(window, "Ctrl+Return")
    approved, rejected = ReviewState.APPROVED, ReviewState.REJECTED
    assert states(window) == [approved, rejected, approved, approved]
    assert window.text("worklistCount") == "4 of 4 done"
    assert window.text("worklistDone") == "All 4 studies are done."
    assert window.shown("worklistReport")
    press(window, "Ctrl+PgUp")
    assert opened(window) == "study1.nii.gz"


def test_the_next_study_is_read_meanwhile_and_only_once(reviewing: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    board = reviewing.window.session.review
    reviewing.wait_until(lambda: reviewing.window.flows.review.ahead.prepared == board.worklist.items[1].id)
    reads: list[str] = []
    read = open_for_review.open_for_review

    def counted(entry: object, *others: object) -> object:
        reads.append(entry.name)  # type: ignore[attr-defined]
        return read(entry, *others)  # type: ignore[arg-type]

    monkeypatch.setattr(open_for_review, "open_for_review", counted)
    press(reviewing, "Ctrl+Return")
    assert opened(reviewing) == "study1.nii.gz"
    reviewing.wait_until(lambda: bool(reads))
    assert reads == ["study2.nii.gz"]


def test_painting_on_an_approved_mask_asks_first_and_no_stroke_is_drawn_unasked(reviewing: Driver) -> None:
    press(reviewing, "Ctrl+Return")
    press(reviewing, "Ctrl+PgUp")
    editor = reviewing.window.session.editor
    before = editor.labels.copy()
    asked = reviewing.answer_questions("questionKeep")
    paint(reviewing)
    assert len(asked) == 1
    assert "R. Viewer" in asked[0]
    assert np.array_equal(editor.labels, before)
    assert reviewing.text("reviewState") == "Approved"
    asked = reviewing.answer_questions("questionLose")
    paint(reviewing)
    assert len(asked) == 1
    assert np.array_equal(editor.labels, before)
    paint(reviewing)
    assert len(asked) == 1
    assert not np.array_equal(editor.labels, before)


def test_operations_and_undo_ask_as_well(reviewing: Driver) -> None:
    paint(reviewing)
    editor = reviewing.window.session.editor
    press(reviewing, "Ctrl+Return")
    press(reviewing, "Ctrl+PgUp")
    editor = reviewing.window.session.editor
    before = editor.labels.copy()
    asked = reviewing.answer_questions("questionKeep")
    reviewing.click("correctClear")
    reviewing.wait_until(lambda: len(asked) == 1)
    settle(reviewing)
    assert np.array_equal(editor.labels, before)
    reviewing.answer_questions("questionLose")
    reviewing.click("correctClear")
    reviewing.wait_until(lambda: not editor.labels.any())


def test_a_change_voids_the_approval_at_once_and_undo_makes_it_valid_again(reviewing: Driver) -> None:
    press(reviewing, "Ctrl+Return")
    press(reviewing, "Ctrl+PgUp")
    reviewing.answer_questions("questionLose")
    paint(reviewing)
    paint(reviewing)
    assert reviewing.text("reviewState") == "In progress, version 2"
    assert "Approved version 1 no longer fits the mask" in reviewing.text("reviewWarning")
    press(reviewing, "Ctrl+Z")
    reviewing.wait_until(lambda: reviewing.text("reviewState") == "Approved")
    assert "no longer fits" not in reviewing.text("reviewWarning")


def test_a_changed_mask_is_kept_when_the_study_is_left_and_can_be_approved_as_version_2(reviewing: Driver) -> None:
    press(reviewing, "Ctrl+Return")
    press(reviewing, "Ctrl+PgUp")
    reviewing.answer_questions("questionLose")
    paint(reviewing)
    paint(reviewing)
    painted = reviewing.window.session.editor.labels.copy()
    press(reviewing, "Ctrl+PgDown")
    assert states(reviewing)[0] is ReviewState.IN_PROGRESS
    press(reviewing, "Ctrl+PgUp")
    assert np.array_equal(reviewing.window.session.editor.labels, painted)
    press(reviewing, "Ctrl+Return")
    press(reviewing, "Ctrl+PgUp")
    assert reviewing.text("reviewState") == "Approved, version 2"


def test_after_a_restart_the_worklist_is_offered_and_goes_on_where_it_ended(
    reviewing: Driver, workbench: Workbench
) -> None:
    press(reviewing, "Ctrl+Return")
    assert opened(reviewing) == "study1.nii.gz"
    again = Driver(build_window(workbench), reviewing.qtbot)
    again.window.show()
    try:
        again.wait_until(lambda: again.shown("welcomeLastWorklist"))
        assert again.text("welcomeLastWorklist") == "Go on with the worklist: 1 of 4 done"
        again.click("welcomeLastWorklist")
        again.wait_until(lambda: bool(opened(again)))
        settle(again)
        assert opened(again) == "study1.nii.gz"
        assert again.text("worklistCount") == "1 of 4 done"
    finally:
        again.window.close()
        again.window.deleteLater()


@pytest.mark.parametrize("next_is_read", [False, True], ids=["next not read", "next read"])
@pytest.mark.parametrize("seconds", [0.0, 0.3], ids=["at once", "late"])
def test_what_cannot_be_written_keeps_the_study_open_and_says_so(
    reviewing: Driver, monkeypatch: pytest.MonkeyPatch, next_is_read: bool, seconds: float
) -> None:
    if next_is_read:
        reviewing.wait_until(lambda: bool(reviewing.window.flows.review.ahead.prepared))

    def refuse(*_given: object, **_named: object) -> None:
        time.sleep(seconds)  # before or after the next study is shown
        raise PermissionDeniedError("the folder is read-only")

    monkeypatch.setattr(type(reviewing.window.desk.workbench.reviews), "write", refuse)
    press(reviewing, "Ctrl+Return")
    assert opened(reviewing) == "study0.nii.gz"
    assert "Writing there is not allowed" in reviewing.text("correctNotice")
    before = reviewing.window.session.editor.labels.copy()
    paint(reviewing)
    painted = reviewing.window.session.editor.labels.copy()
    assert not np.array_equal(painted, before)
    press(reviewing, "Ctrl+PgDown")
    assert opened(reviewing) == "study0.nii.gz"
    assert np.array_equal(reviewing.window.session.editor.labels, painted)
    assert states(reviewing)[0] is ReviewState.IN_PROGRESS


def test_the_filter_decides_what_is_shown_and_gone_through(reviewing: Driver) -> None:
    press(reviewing, "Ctrl+Return")
    rows = reviewing.find("worklist", QListView).model()
    reviewing.type("worklistText", "study3")
    assert rows.rowCount() == 1
    press(reviewing, "Ctrl+PgDown")
    assert opened(reviewing) == "study3.nii.gz"
    reviewing.find("worklistText", QLineEdit).clear()
    choice = reviewing.find("worklistStates")
    choice.setCurrentIndex(choice.findText("Approved"))  # type: ignore[attr-defined]
    assert [rows.index(row, 0).data() for row in range(rows.rowCount())] == ["study0.nii.gz"]


def test_names_are_hidden_in_the_worklist_too(reviewing: Driver) -> None:
    press(reviewing, "Ctrl+H")
    rows = reviewing.find("worklist", QListView).model()
    assert [rows.index(row, 0).data() for row in range(2)] == ["Study 1", "Study 2"]


def test_a_study_that_cannot_be_read_is_passed_over_with_its_reason(window: Driver, studies: Path) -> None:
    open_worklist(window, studies)
    window.type("reviewName", "R. Viewer")
    window.window.flows.review.ahead.drop()
    (studies / "study1.nii.gz").write_bytes(b"no image any more")
    window.window.middle.focus_images()
    press(window, "Ctrl+Return")
    assert opened(window) == "study2.nii.gz"
    board = window.window.session.review
    assert list(board.unopened) == [board.worklist.items[1].id]
    press(window, "Ctrl+PgUp")
    assert opened(window) == "study0.nii.gz"


def test_an_empty_folder_says_so(window: Driver, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    window.window.flows.worklist.open_paths((tmp_path / "empty",))
    window.settle()
    assert "No image was found" in window.text("openNotice")
    assert not window.shown("worklistPanel")


def test_closing_the_window_keeps_what_was_painted_without_a_question(
    reviewing: Driver, workbench: Workbench, studies: Path
) -> None:
    paint(reviewing)
    asked = reviewing.answer_questions("questionKeep")
    reviewing.window.close()
    assert not asked
    assert len(list(studies.glob("study0.medcrypt-mask-*.nii.gz"))) == 1


def test_a_click_on_a_slice_of_the_contact_sheet_goes_there(reviewing: Driver) -> None:
    press(reviewing, "F5")
    sheet = reviewing.window.middle.glance.sheet
    assert sheet.isVisible()
    assert len(sheet.slices) == SHAPE[0]
    reviewing.wait_until(lambda: sheet.tile_image(7) is not None)
    reviewing.click("glanceOnlyMarked")
    assert sheet.slices == (2, 3, 4, 5, 6)
    QTest.mouseClick(sheet.viewport(), Qt.MouseButton.LeftButton, pos=sheet.tile_rect(5).center())
    assert not sheet.isVisible()
    assert reviewing.window.viewer.state.crosshair[2] == 5


def test_the_contact_sheet_stays_while_studies_are_approved(reviewing: Driver) -> None:
    press(reviewing, "F5")
    press(reviewing, "Ctrl+Return")
    assert opened(reviewing) == "study1.nii.gz"
    sheet = reviewing.window.middle.glance.sheet
    assert sheet.isVisible()
    press(reviewing, "Down")
    press(reviewing, "Return")
    assert not sheet.isVisible()


@pytest.mark.parametrize("command", ["primaryAction", "approveAction", "rejectAction", "flagAction"])
def test_a_key_that_is_held_down_decides_once(reviewing: Driver, command: str) -> None:
    assert not reviewing.window.named_actions[command].autoRepeat()
    assert reviewing.window.named_actions["nextStudyAction"].autoRepeat()


def test_nothing_is_decided_about_a_study_that_was_not_painted_yet(reviewing: Driver) -> None:
    reviewing.wait_until(lambda: bool(reviewing.window.flows.review.ahead.prepared))
    for _ in range(3):  # keys that came before the second study was seen
        reviewing.window.named_actions["primaryAction"].trigger()
    settle(reviewing)
    assert opened(reviewing) == "study1.nii.gz"
    assert [state.done for state in states(reviewing)] == [True, False, False, False]
    press(reviewing, "Ctrl+Return")
    assert opened(reviewing) == "study2.nii.gz"


def test_how_a_label_looks_is_no_matter_of_its_approval(reviewing: Driver) -> None:
    press(reviewing, "Ctrl+Return")
    press(reviewing, "Ctrl+PgUp")
    session = reviewing.window.session
    before = session.editor.labels.copy()
    for visible in (False, True):
        label = replace(session.editor.table[ROI], visible=visible)
        session.editor.set_table(session.editor.table.with_label(label))
        assert session.review.locks
        assert reviewing.text("reviewState") == "Approved"
    asked = reviewing.answer_questions("questionKeep")
    paint(reviewing)
    assert len(asked) == 1
    assert np.array_equal(session.editor.labels, before)


def test_while_it_is_looked_at_an_approved_mask_stays_locked(reviewing: Driver) -> None:
    press(reviewing, "Ctrl+Return")
    press(reviewing, "Ctrl+PgUp")
    board = reviewing.window.session.review
    board.doubt_mask()
    assert board.state is ReviewState.IN_PROGRESS
    assert board.locks
