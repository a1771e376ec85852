"""What surrounds a review: the site's policy, reports, proposals for all, least certain slices first, offers."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from fakes.soft_ball_segmenter import CARD, SoftBallSegmenter
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QLabel, QLineEdit, QListWidget, QPushButton
from ui.driver import Driver
from ui.review_driver import build_studies, open_worklist, opened, paint, press, settle, states

from medcrypt_gui.core.ports import Segmenter
from medcrypt_gui.core.review.state import ReviewState
from medcrypt_gui.services import open_for_review
from medcrypt_gui.ui.dialogs.review_choices import known_masks
from medcrypt_gui.ui.session import Lock, Step


def write_policy(tmp_path: Path, text: str) -> None:
    (tmp_path / "site").mkdir(exist_ok=True)
    (tmp_path / "site" / "policy.toml").write_text(text)


def dialog(window: Driver, name: str) -> QDialog:
    window.wait_until(lambda: QApplication.activeModalWidget() is not None)
    shown = QApplication.activeModalWidget()
    assert isinstance(shown, QDialog)
    assert shown.objectName() == name
    return shown


def menu(window: Driver, action: str) -> None:
    window.window.named_actions[action].trigger()


def go_to_protect(window: Driver, target: Path) -> None:
    window.click("correctPrimary")
    window.type("protectFolder", str(target))
    window.wait_until(window.find("protectPrimary").isEnabled)
    settle(window)


# Protecting


def test_protecting_a_mask_that_nobody_approved_asks_once(reviewing: Driver, tmp_path: Path) -> None:
    go_to_protect(reviewing, tmp_path / "protected")
    asked = reviewing.answer_questions("questionKeep")
    reviewing.click("protectPrimary")
    settle(reviewing)
    reviewing.wait_until(lambda: len(asked) == 1)
    assert "Nobody approved this mask" in asked[0]
    assert not (tmp_path / "protected").exists()
    asked = reviewing.answer_questions("questionLose")
    reviewing.click("protectPrimary")
    reviewing.wait_until(lambda: reviewing.window.session.lock is Lock.PENDING)
    assert len(asked) == 1


def test_an_approved_mask_is_protected_without_a_question(reviewing: Driver, tmp_path: Path) -> None:
    press(reviewing, "Ctrl+Return")
    press(reviewing, "Ctrl+PgUp")
    asked = reviewing.answer_questions("questionKeep")
    go_to_protect(reviewing, tmp_path / "protected")
    reviewing.click("protectPrimary")
    reviewing.wait_until(lambda: reviewing.window.session.lock is Lock.PENDING)
    assert not asked


def test_where_nothing_is_reviewed_nobody_is_asked(window: Driver, studies: Path, tmp_path: Path) -> None:
    window.open(studies / "study0.nii.gz")
    window.click("stepCorrect")
    paint(window)
    asked = window.answer_questions("questionKeep")
    go_to_protect(window, tmp_path / "protected")
    window.click("protectPrimary")
    window.wait_until(lambda: window.window.session.lock is Lock.PENDING)
    assert not asked


def test_the_policy_can_forbid_it(reviewing: Driver, tmp_path: Path) -> None:
    write_policy(tmp_path, 'approval_required = "forbid"\n')
    reviewing.click("correctPrimary")
    reviewing.type("protectFolder", str(tmp_path / "protected"))
    reviewing.wait_until(lambda: "policy of this site does not allow" in reviewing.text("protectNotice"))
    assert not reviewing.find("protectPrimary").isEnabled()


def test_the_policy_in_force_is_told_in_words(window: Driver, tmp_path: Path) -> None:
    menu(window, "policyAction")
    shown = dialog(window, "sitePolicy")
    source, lines = (shown.findChild(QLabel, name) for name in ("policySource", "policyLines"))
    assert "own defaults" in source.text()
    shown.reject()
    write_policy(tmp_path, 'approval_required = "forbid"\npassphrase_required = true\n')
    menu(window, "policyAction")
    shown = dialog(window, "sitePolicy")
    source, lines = (shown.findChild(QLabel, name) for name in ("policySource", "policyLines"))
    assert "policy.toml" in source.text()
    assert "is not protected" in lines.text()
    assert "passphrase" in lines.text()
    shown.reject()


# Proposing for all


@pytest.fixture
def segmenters() -> dict[str, Segmenter]:
    return {CARD.id: SoftBallSegmenter(card=_for_nifti())}


def _for_nifti() -> object:
    from dataclasses import replace

    return replace(CARD, modality=("MR",))


def test_masks_are_proposed_for_all_that_have_none_and_the_least_certain_slice_is_seen_first(
    window: Driver, tmp_path: Path
) -> None:
    open_worklist(window, build_studies(tmp_path / "bare", 3, without=(1, 2)))
    before = ReviewState.NOT_SEGMENTED
    assert states(window)[1:] == [before, before]
    window.window.flows.propose_all.propose(CARD.id)
    settle(window)
    window.wait_until(lambda: states(window)[1:] == [ReviewState.IN_PROGRESS] * 2)
    assert "Masks were proposed for 2 studies." in window.text("statusSentence")
    press(window, "Ctrl+PgDown")
    assert opened(window) == "study1.nii.gz"
    assert window.window.session.step is Step.CORRECT
    session = window.window.session
    window.wait_until(lambda: session.doubts is not None)
    assert session.shown_slice == session.doubts.order[0]
    press(window, "N")
    assert session.shown_slice == session.doubts.order[1 % len(session.doubts.order)]


def test_what_was_proposed_before_a_cancel_stays(
    window: Driver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    propose = SoftBallSegmenter.propose
    calls: list[int] = []

    def slow(self: SoftBallSegmenter, volume: object, modality: str, task: object) -> object:
        calls.append(1)
        while len(calls) > 1:
            task.checkpoint()  # type: ignore[attr-defined]
        return propose(self, volume, modality, task)  # type: ignore[arg-type]

    monkeypatch.setattr(SoftBallSegmenter, "propose", slow)
    open_worklist(window, build_studies(tmp_path / "bare", 4, without=(1, 2, 3)))
    window.window.flows.propose_all.propose(CARD.id)
    window.wait_until(lambda: len(calls) == 2)
    window.click("statusCancel")
    settle(window)
    assert states(window) == [ReviewState.IN_PROGRESS] * 2 + [ReviewState.NOT_SEGMENTED] * 2
    assert "Cancelled" in window.text("statusSentence")


class Slow:
    """Proposes when it is told to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.begun, self.go = threading.Event(), threading.Event()
        propose = SoftBallSegmenter.propose

        def slow(segmenter: SoftBallSegmenter, *given: object) -> object:
            self.begun.set()
            assert self.go.wait(20)
            return propose(segmenter, *given)  # type: ignore[arg-type]

        monkeypatch.setattr(SoftBallSegmenter, "propose", slow)


@pytest.fixture
def proposing(window: Driver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Slow]:
    """The first study is open, and the mask of the second one is being proposed."""
    slow = Slow(monkeypatch)
    open_worklist(window, build_studies(tmp_path / "bare", 2, without=(1,)))
    window.window.flows.propose_all.propose(CARD.id)
    window.wait_until(slow.begun.is_set)
    yield slow
    slow.go.set()


def test_a_study_that_lay_ready_is_shown_with_what_was_proposed_meanwhile(window: Driver, proposing: Slow) -> None:
    flow = window.window.flows.review
    flow.ahead.prepare(window.window.session.review.worklist.items[1])
    window.wait_until(lambda: bool(flow.ahead.prepared))
    proposing.go.set()
    settle(window)
    press(window, "Ctrl+PgDown")
    assert opened(window) == "study1.nii.gz"
    assert window.window.session.editor.labels.any()
    assert window.text("reviewState") == "In progress"


def test_a_study_that_is_opened_meanwhile_is_the_users(window: Driver, proposing: Slow) -> None:
    window.window.flows.review.next_study()
    window.wait_until(lambda: opened(window) == "study1.nii.gz")
    window.window.session.go_to(Step.CORRECT)
    paint(window)
    painted = window.window.session.editor.labels.copy()
    proposing.go.set()
    settle(window)
    press(window, "Ctrl+PgUp")
    assert opened(window) == "study0.nii.gz"
    press(window, "Ctrl+PgDown")
    assert np.array_equal(window.window.session.editor.labels, painted)


def test_a_study_that_was_read_while_its_mask_was_written_is_read_again(
    window: Driver, proposing: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, go, before = threading.Event(), threading.Event(), open_for_review.open_for_review

    def slow(*given: object) -> object:
        study = before(*given)
        if not read.is_set():
            read.set()
            assert go.wait(20)
        return study

    monkeypatch.setattr(open_for_review, "open_for_review", slow)
    window.window.flows.review.ahead.drop()
    window.window.flows.review.next_study()
    window.wait_until(read.is_set)
    proposing.go.set()
    window.wait_until(lambda: states(window)[1] is ReviewState.IN_PROGRESS)
    go.set()
    settle(window)
    assert opened(window) == "study1.nii.gz"
    assert window.window.session.editor.labels.any()


# Reports


@pytest.mark.parametrize("kind", ["pdf", "csv"])
def test_a_report_is_written_without_names_unless_asked_for(
    reviewing: Driver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    press(reviewing, "Ctrl+Return")
    target = tmp_path / f"report.{kind}"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_given: (str(target), ""))
    menu(reviewing, "reportAction")
    shown = dialog(reviewing, "reportChoices")
    names = shown.findChild(QDialog.__base__, "reportNames")
    assert not names.isChecked()
    QTest.mouseClick(shown.findChild(QDialog.__base__, f"report{kind.title()}"), Qt.MouseButton.LeftButton)
    QTest.mouseClick(shown.findChild(QPushButton, "reportWrite"), Qt.MouseButton.LeftButton)
    reviewing.wait_until(target.exists)
    settle(reviewing)
    assert "Report written to" in reviewing.text("statusSentence")
    assert target.read_bytes().startswith(b"%PDF" if kind == "pdf" else b"\xef\xbb\xbf") or kind == "csv"


# Opening


def test_several_folders_that_are_dropped_are_offered_as_a_worklist(window: Driver, tmp_path: Path) -> None:
    folders = [build_studies(tmp_path / name, 1) for name in ("first", "second")]
    window.window.opening.take_dropped(folders)
    shown = dialog(window, "reviewChoices")
    assert shown.findChild(QListWidget, "reviewPaths").count() == 2
    assert shown.findChild(QLineEdit, "reviewSuffix").text() == "_mask"
    QTest.mouseClick(shown.findChild(QPushButton, "reviewOpen"), Qt.MouseButton.LeftButton)
    window.wait_until(lambda: bool(opened(window)))
    settle(window)
    assert window.text("worklistCount") == "0 of 2 done"


def test_they_can_be_opened_as_one_study_all_the_same(window: Driver, tmp_path: Path) -> None:
    folders = [build_studies(tmp_path / name, 1) for name in ("first", "second")]
    window.window.opening.take_dropped(folders)
    shown = dialog(window, "reviewChoices")
    QTest.mouseClick(shown.findChild(QPushButton, "reviewTogether"), Qt.MouseButton.LeftButton)
    window.wait_until(lambda: window.window.session.found is not None)
    settle(window)
    assert len(window.window.session.found.series) == 4
    assert not window.shown("worklistPanel")


def test_a_worklist_is_saved_and_opened_again(
    reviewing: Driver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    press(reviewing, "Ctrl+Return")
    saved = tmp_path / "mine.medcrypt-worklist.json"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_given: (str(saved), ""))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_given: (str(saved), ""))
    menu(reviewing, "saveWorklistAction")
    settle(reviewing)
    reviewing.click("worklistClose")
    settle(reviewing)
    assert not reviewing.shown("worklistPanel")
    assert not reviewing.shown("reviewGroup")
    menu(reviewing, "openWorklistAction")
    reviewing.wait_until(lambda: reviewing.shown("reviewGroup"))
    settle(reviewing)
    assert reviewing.text("worklistCount") == "1 of 4 done"


def test_masks_are_told_by_how_datasets_name_them() -> None:
    names = ["a.nii.gz", "a_brainmask.nii.gz", "a_labels.nii.gz", "b_seg.nii"]
    assert known_masks(names) == ["_brainmask", "_labels"]


def test_opening_something_else_keeps_the_mask_and_the_worklist(
    reviewing: Driver, studies: Path, tmp_path: Path
) -> None:
    paint(reviewing)
    painted = reviewing.window.session.editor.labels.copy()
    asked = reviewing.answer_questions("questionKeep")
    reviewing.open(studies / "study3.nii.gz")
    settle(reviewing)
    assert not asked
    assert not opened(reviewing)
    assert not reviewing.shown("reviewGroup")
    reviewing.window.flows.review.go_to(reviewing.window.session.review.worklist.items[0].id)
    settle(reviewing)
    assert np.array_equal(reviewing.window.session.editor.labels, painted)


def test_a_read_only_folder_is_reviewed_all_the_same(window: Driver, studies: Path) -> None:
    """The record lies in the user's own data then, and the window says so."""
    studies.chmod(0o555)
    try:
        open_worklist(window, studies)
        window.type("reviewName", "R. Viewer")
        press(window, "Ctrl+Return")
        assert window.text("worklistCount") == "1 of 4 done"
    finally:
        studies.chmod(0o755)
