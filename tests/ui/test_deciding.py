"""The next study is shown at once, yet nothing is called decided before it was read back."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QFileDialog
from ui.driver import Driver
from ui.review_driver import opened, paint, press, settle, states

from medcrypt_gui.adapters.review_file import ReviewFile
from medcrypt_gui.core.errors import DiskFullError
from medcrypt_gui.core.review.state import ReviewState


class SlowStore:
    """Holds back approved masks until told, and fails then if it shall."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.go, self.fails = threading.Event(), False
        write = ReviewFile.write_version

        def slow(store: ReviewFile, *given: object) -> object:
            self.go.wait(30)
            if self.fails:
                raise DiskFullError("no space left")
            return write(store, *given)  # type: ignore[arg-type]

        monkeypatch.setattr(ReviewFile, "write_version", slow)


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> SlowStore:
    return SlowStore(monkeypatch)


def begin_to_approve(window: Driver) -> None:
    """Press the key; the next study is there, and the decision is still being written."""
    window.wait_until(lambda: bool(window.window.flows.review.ahead.prepared))
    window.window.flows.decide.approve_and_next()
    window.wait_until(lambda: opened(window) == "study1.nii.gz")


def test_the_next_study_does_not_wait_and_the_one_before_is_approved_once_it_is_read_back(
    reviewing: Driver, slow: SlowStore
) -> None:
    begin_to_approve(reviewing)
    assert states(reviewing)[0] is ReviewState.IN_PROGRESS
    assert reviewing.text("worklistCount") == "0 of 4 done"
    paint(reviewing)
    slow.go.set()
    settle(reviewing)
    assert states(reviewing)[0] is ReviewState.APPROVED
    assert opened(reviewing) == "study1.nii.gz"
    assert reviewing.window.session.editor.undo_name == "Brush"


def test_what_could_not_be_kept_comes_back_as_it_was_left(reviewing: Driver, slow: SlowStore) -> None:
    paint(reviewing)
    reviewing.type("reviewComment", "edge of the skull")
    left = reviewing.window.session.editor.labels.copy()
    begin_to_approve(reviewing)
    paint(reviewing)
    there = reviewing.window.session.editor.labels.copy()
    slow.fails = True
    slow.go.set()
    reviewing.wait_until(lambda: opened(reviewing) == "study0.nii.gz")
    settle(reviewing)
    assert "disk is full" in reviewing.text("correctNotice")
    assert states(reviewing)[0] is ReviewState.IN_PROGRESS
    assert reviewing.text("reviewComment") == "edge of the skull"
    editor = reviewing.window.session.editor
    np.testing.assert_array_equal(editor.labels, left)
    assert editor.undo_name == "Brush"
    slow.fails = False
    press(reviewing, "Ctrl+Return")
    assert states(reviewing)[0] is ReviewState.APPROVED
    np.testing.assert_array_equal(reviewing.window.session.editor.labels, there)  # what was painted meanwhile is kept


def test_going_back_waits_for_the_decision(reviewing: Driver, slow: SlowStore) -> None:
    begin_to_approve(reviewing)
    reviewing.window.flows.review.previous_study()
    slow.go.set()
    reviewing.wait_until(lambda: opened(reviewing) == "study0.nii.gz")
    settle(reviewing)
    assert reviewing.text("reviewState") == "Approved"


def test_closing_the_window_waits_for_the_decision(reviewing: Driver, slow: SlowStore) -> None:
    begin_to_approve(reviewing)
    asked = reviewing.answer_questions("questionLose")
    threading.Timer(0.3, slow.go.set).start()
    reviewing.window.close()
    assert asked == []
    store = reviewing.window.desk.workbench.reviews
    item = reviewing.window.session.review.worklist.items[0]
    assert store.read(item.entry.ref).record.state is ReviewState.APPROVED


def test_closing_the_window_tells_of_a_decision_that_could_not_be_kept(reviewing: Driver, slow: SlowStore) -> None:
    begin_to_approve(reviewing)
    slow.fails = True
    asked = reviewing.answer_questions("questionKeep")
    slow.go.set()
    reviewing.window.close()
    assert "The decision on study0.nii.gz could not be kept." in asked[0]
    assert reviewing.window.isVisible()
    reviewing.wait_until(lambda: opened(reviewing) == "study0.nii.gz")


def test_a_comment_is_kept_soon_after_it_is_typed_and_decisions_follow_it(reviewing: Driver) -> None:
    reviewing.type("reviewComment", "check the left side")
    item = reviewing.window.session.review.current
    store = reviewing.window.desk.workbench.reviews
    reviewing.wait_until(lambda: store.read(item.entry.ref).record.comment == "check the left side")
    reviewing.window.flows.decide.flag()
    settle(reviewing)
    record = store.read(item.entry.ref).record
    assert (record.state, record.comment) == (ReviewState.FLAGGED, "check the left side")


def test_all_approved_masks_are_exported_and_it_is_told(
    reviewing: Driver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    press(reviewing, "Ctrl+Return")
    press(reviewing, "Ctrl+Return")
    folder = tmp_path / "masks"
    folder.mkdir()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_given: str(folder))
    reviewing.window.named_actions["exportMasksAction"].trigger()
    settle(reviewing)
    assert [path.name for path in sorted(folder.iterdir())] == ["study0_mask-v1.nii.gz", "study1_mask-v1.nii.gz"]
    told = reviewing.text("correctNotice")
    assert "2 masks written to" in told
    assert "2 studies have no approved mask." in told


def held_back(monkeypatch: pytest.MonkeyPatch, name: str) -> threading.Event:
    """The store does this only half a second after the event that comes back was set."""
    begun, method = threading.Event(), getattr(ReviewFile, name)

    def slow(store: ReviewFile, *given: object) -> object:
        if not begun.is_set():
            begun.set()
            time.sleep(0.5)
        return method(store, *given)

    monkeypatch.setattr(ReviewFile, name, slow)
    return begun


@pytest.mark.parametrize("state", [ReviewState.FLAGGED, ReviewState.APPROVED])
def test_closing_while_a_decision_on_the_open_study_is_written_keeps_it_with_its_mask(
    reviewing: Driver, monkeypatch: pytest.MonkeyPatch, state: ReviewState
) -> None:
    board, decide = reviewing.window.session.review, reviewing.window.flows.decide
    if state is ReviewState.APPROVED:
        for _ in range(3):
            press(reviewing, "Ctrl+Return")  # no other is left to go on to
    paint(reviewing)
    painted = reviewing.window.session.editor.labels.copy()
    item = board.current
    begun = held_back(monkeypatch, "write")
    asked = reviewing.answer_questions("questionLose")
    (decide.flag if state is ReviewState.FLAGGED else decide.approve_and_next)()
    reviewing.wait_until(begun.is_set)
    reviewing.window.close()
    assert asked == []
    record = reviewing.window.desk.workbench.reviews.read(item.entry.ref).record
    assert record.state is state
    kept = reviewing.window.desk.workbench.reviews.read_mask(
        item.entry.ref, record.working, reviewing.window.session.editor.geometry
    )
    np.testing.assert_array_equal(kept.labels, painted)


def test_closing_while_the_mask_is_kept_on_the_way_to_another_study_asks_nothing_and_keeps_it(
    reviewing: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    paint(reviewing)
    painted = reviewing.window.session.editor.labels.copy()
    item = reviewing.window.session.review.current
    begun = held_back(monkeypatch, "write_working")
    asked = reviewing.answer_questions("questionLose")
    reviewing.window.flows.review.next_study()
    reviewing.wait_until(begun.is_set)
    reviewing.window.close()
    assert asked == []
    store = reviewing.window.desk.workbench.reviews
    kept = store.read_mask(
        item.entry.ref, store.read(item.entry.ref).record.working, reviewing.window.session.editor.geometry
    )
    np.testing.assert_array_equal(kept.labels, painted)
