"""Parts of a review by themselves: names told apart, memory that is bounded, comments and names that are kept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from builders.review import decision, hash_of, record
from PySide6.QtWidgets import QLineEdit
from ui.driver import Driver
from ui.panel_driver import noisy_volume, series_of
from ui.review_driver import SHAPE, open_worklist, opened, paint, press, settle

from medcrypt_gui.core.errors import DiskFullError
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.mask.labels import LabelTable
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.review.state import ReviewState
from medcrypt_gui.core.segmentation.mask_origin import MaskOrigin, unproposed
from medcrypt_gui.core.segmentation.proposal import ProbabilityMap
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.review_mask import Review
from medcrypt_gui.services.workbench import Workbench
from medcrypt_gui.ui.flows import study_ahead
from medcrypt_gui.ui.flows.proposal_origins import ProposalOrigins
from medcrypt_gui.ui.review_board import ReviewBoard
from medcrypt_gui.ui.widgets.worklist_rows import told_apart


def origin() -> MaskOrigin:
    probability = ProbabilityMap(np.zeros(SHAPE, np.float32), Geometry(SHAPE, np.eye(4)))
    return replace(unproposed(np.zeros(SHAPE, np.bool_), ""), probability=probability)


def test_long_names_are_told_apart_by_what_differs() -> None:
    names = ["followup_scanner_Subj10_T1.nii.gz", "followup_scanner_Subj2_T1.nii.gz"]
    assert told_apart(names) == ["…10…", "…2…"]
    assert told_apart(["a.nii", "b.nii"]) == ["a.nii", "b.nii"]
    assert told_apart(["same", "same"]) == ["same", "same"]
    assert told_apart([]) == []


def test_probabilities_are_forgotten_before_memory_is_full() -> None:
    one = origin()
    assert one.probability is not None
    kept = ProposalOrigins(most_bytes=int(2.5 * one.probability.values.nbytes))
    for name in ("first", "second", "third"):
        kept.keep(name, "hash", one)
    assert kept.of("first", "hash") is None
    assert kept.of("third", "hash") is one
    assert kept.of("third", "another hash") is None


def test_a_study_too_large_to_lie_ready_is_read_when_it_is_asked_for(
    window: Driver, studies: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(study_ahead, "_MOST_BYTES", 10)
    open_worklist(window, studies)
    ahead = window.window.flows.review.ahead
    ahead.prepare(window.window.session.review.worklist.items[1])
    settle(window)
    assert not ahead.prepared
    press(window, "Ctrl+PgDown")
    assert opened(window) == "study1.nii.gz"


def test_a_study_whose_reading_was_given_up_is_read_again(reviewing: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    flow = reviewing.window.flows.review
    items = reviewing.window.session.review.worklist.items
    flow.ahead.prepare(items[2])
    reviewing.window.jobs.abandon_all()
    settle(reviewing)
    flow.go_to(items[2].id)
    settle(reviewing)
    assert opened(reviewing) == "study2.nii.gz"


def test_closing_asks_where_the_mask_cannot_be_kept(reviewing: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_given: object, **_named: object) -> None:
        raise DiskFullError("no space is left")

    paint(reviewing)
    monkeypatch.setattr(type(reviewing.window.desk.workbench.reviews), "write_working", refuse)
    asked = reviewing.answer_questions("questionKeep")
    reviewing.window.close()
    assert len(asked) == 1
    assert "The mask could not be kept" in asked[0]
    assert reviewing.window.isVisible()


@pytest.mark.parametrize("words", ["Ablehnen", "Vormerkung weg", "Alle Schichten"])
def test_the_buttons_have_room_for_long_words(reviewing: Driver, words: str) -> None:
    """German is a third longer; the panel stays as wide as it is."""
    for name in ("reviewReject", "reviewFlag", "reviewGlance"):
        reviewing.find(name).setText(words)  # type: ignore[attr-defined]
    assert reviewing.find("reviewGroup").minimumSizeHint().width() <= 400


def test_a_comment_is_kept_when_the_study_is_left_and_found_again(reviewing: Driver) -> None:
    reviewing.type("reviewComment", "look at slice 5")
    press(reviewing, "Ctrl+PgDown")
    assert reviewing.find("reviewComment", QLineEdit).text() == ""
    press(reviewing, "Ctrl+PgUp")
    assert reviewing.find("reviewComment", QLineEdit).text() == "look at slice 5"


def test_the_name_of_the_reviewer_is_kept_in_the_settings(reviewing: Driver, workbench: Workbench) -> None:
    reviewing.wait_until(lambda: workbench.settings.read().settings.reviewer == "R. Viewer")


def test_the_tips_tell_the_keys_that_decide_even_after_they_were_changed(reviewing: Driver) -> None:
    assert "Ctrl+Backspace" in reviewing.find("reviewReject").toolTip()
    reviewing.window.choices.bindings.give("rejectAction", "Ctrl+J")
    assert "Ctrl+J" in reviewing.find("reviewReject").toolTip()
    press(reviewing, "Ctrl+J")
    assert opened(reviewing) == "study1.nii.gz"


def test_a_click_on_a_row_opens_that_study(reviewing: Driver) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QListView

    rows = reviewing.find("worklist", QListView)
    place = rows.visualRect(rows.model().index(2, 0)).center()
    QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=place)
    settle(reviewing)
    assert opened(reviewing) == "study2.nii.gz"
    rows.setFocus()
    QTest.keyClick(rows, Qt.Key.Key_Down)
    QTest.keyClick(rows, Qt.Key.Key_Return)
    settle(reviewing)
    assert opened(reviewing) == "study3.nii.gz"


def test_editing_makes_the_version_after_the_last_also_of_one_that_was_approved_again() -> None:
    approved = ReviewState.APPROVED
    made = record(decision(approved, "a", 1), decision(approved, "b", 2), decision(approved, "a", 1))
    board = ReviewBoard()
    board.open_study("", Review(series_of(noisy_volume()), made, sha256=hash_of("a")))
    assert board.locks
    assert board.version_if_edited == 3


def decided_elsewhere(reviewing: Driver, tmp_path: Path) -> None:
    """Another window keeps another mask of the open study."""
    from medcrypt_gui.adapters.review_file import ReviewFile
    from medcrypt_gui.services.review_mask import keep_mask, open_review

    board = reviewing.window.session.review
    store = ReviewFile(tmp_path / "other user")
    review = open_review(board.review.series, store, (), TaskContext())
    labels = np.zeros(review.series.geometry.shape, np.uint8)
    labels[1] = 1
    keep_mask(review, RoiMask(labels, review.series.geometry, LabelTable()), store)


@pytest.mark.parametrize("key", ["Ctrl+PgDown", "Ctrl+Return"])
@pytest.mark.parametrize(("answer", "copies"), [("questionWay0", 1), ("questionWay1", 0)])
def test_where_somebody_else_was_faster_theirs_is_opened_and_mine_kept(
    reviewing: Driver, tmp_path: Path, answer: str, copies: int, key: str
) -> None:
    board = reviewing.window.session.review
    folder = board.review.ref.path.parent
    paint(reviewing)
    decided_elsewhere(reviewing, tmp_path)
    before = set(folder.glob("*.medcrypt-mask-*"))
    asked = reviewing.answer_questions(answer)
    press(reviewing, key)
    reviewing.wait_until(lambda: len(asked) == 1)
    settle(reviewing)
    assert "What they did" in asked[0]
    assert opened(reviewing) == "study0.nii.gz"
    assert not reviewing.window.session.editor.labels[0].any()
    assert reviewing.window.session.editor.labels[1].all(), "theirs is shown"
    assert len(set(folder.glob("*.medcrypt-mask-*")) - before) == copies
    press(reviewing, "Ctrl+PgDown")
    assert opened(reviewing) == "study1.nii.gz", "nobody is stuck"


def test_staying_where_somebody_else_was_faster_loses_nothing(reviewing: Driver, tmp_path: Path) -> None:
    paint(reviewing)
    mine = reviewing.window.session.editor.labels.copy()
    decided_elsewhere(reviewing, tmp_path)
    asked = reviewing.answer_questions("questionKeep")
    press(reviewing, "Ctrl+PgDown")
    assert len(asked) == 1
    assert (reviewing.window.session.editor.labels == mine).all()
