"""A killed review is gone on with as one thing: the worklist, its study, and the unsaved work on it."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fakes.memory_keys import SECRET, MemoryKeys
from pytestqt.qtbot import QtBot
from ui.driver import Driver
from ui.review_driver import build_studies, open_worklist, opened, paint, press, settle, states

from medcrypt_gui.adapters.journal_files import JournalFiles
from medcrypt_gui.adapters.review_file import ReviewFile
from medcrypt_gui.core.review.state import ReviewState
from medcrypt_gui.services.workbench import Workbench
from medcrypt_gui.ui.application import build_window
from medcrypt_gui.ui.session import Step

Next = Callable[[], AbstractContextManager[Driver]]


@pytest.fixture(params=[SECRET, None], ids=["keyring", "no keyring"])
def keys(request: pytest.FixtureRequest) -> MemoryKeys:
    return MemoryKeys(request.param)


@pytest.fixture
def workbench(workbench: Workbench, keys: MemoryKeys, tmp_path: Path) -> Workbench:
    return replace(workbench, journals=JournalFiles(tmp_path / "journal", keys))


@pytest.fixture
def studies(tmp_path: Path) -> Path:
    return build_studies(tmp_path / "disk" / "studies")


@pytest.fixture
def killed(window: Driver, qtbot: QtBot, workbench: Workbench, keys: MemoryKeys, tmp_path: Path) -> Next:
    """Ends the window, leaves the disk as it was before that, and starts the next one."""

    @contextmanager
    def go() -> object:
        kept(window)
        places = ("disk", "journal", "user")
        for place in places:
            shutil.copytree(tmp_path / place, tmp_path / f"{place}-then")
        window.answer_questions("questionLose")
        window.window.close()
        window.answer_no_more()
        for place in places:
            shutil.rmtree(tmp_path / place, ignore_errors=True)
            (tmp_path / f"{place}-then").rename(tmp_path / place)
        shown = build_window(replace(workbench, journals=JournalFiles(tmp_path / "journal", keys)))
        shown.show()
        shown.recovery.look()
        driver = Driver(shown, qtbot)
        settle(driver)
        yield driver
        driver.answer_questions("questionLose")
        shown.close()
        shown.deleteLater()

    return go  # type: ignore[return-value]


def kept(window: Driver) -> None:
    told: list[bool] = []
    window.window.work_keeping.once_kept(lambda: told.append(True))
    window.wait_until(lambda: bool(told))


def labels(window: Driver) -> np.ndarray:
    editor = window.window.session.editor
    assert editor is not None
    return editor.labels


def go_on(window: Driver) -> None:
    window.click("welcomeLastWorklist")
    window.wait_until(lambda: bool(opened(window)))
    settle(window)


def journals(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "journal").glob("*.work"))


def test_going_on_brings_the_study_back_with_its_unsaved_work(
    window: Driver, studies: Path, killed: Next, tmp_path: Path
) -> None:
    open_worklist(window, studies)
    press(window, "Ctrl+PgDown")
    before = labels(window).copy()
    paint(window)
    painted = labels(window).copy()
    assert (painted != before).any()
    with killed() as again:
        assert not again.shown("welcomeUnsaved")
        assert "comes back with it" in again.text("welcomeAwaited")
        go_on(again)
        assert opened(again) == "study1.nii.gz"
        again.wait_until(lambda: np.array_equal(labels(again), painted))
        settle(again)
        assert again.window.session.step is Step.CORRECT
        assert not again.shown("unsavedHere")
        kept(again)
        again.wait_until(lambda: len(journals(tmp_path)) == 1)
        press(again, "Ctrl+Z")
        np.testing.assert_array_equal(labels(again), before)
        press(again, "Ctrl+Y")
        again.window.session.review.set_reviewer("Ada")
        press(again, "Ctrl+Return")
        assert states(again)[1] is ReviewState.APPROVED
        press(again, "Ctrl+PgUp")
        np.testing.assert_array_equal(labels(again), painted)
        assert journals(tmp_path) == []


def _painted_over_approved(window: Driver, studies: Path) -> tuple[np.ndarray, np.ndarray]:
    """Approve the first study, agree to another version of it, and paint; its labels before and after."""
    open_worklist(window, studies)
    window.window.session.review.set_reviewer("Ada")
    press(window, "Ctrl+Return")
    press(window, "Ctrl+PgUp")
    approved = labels(window).copy()
    window.answer_questions("questionLose")
    paint(window)  # asks
    paint(window)
    return approved, labels(window).copy()


def test_an_approved_mask_waits_for_the_users_word(window: Driver, studies: Path, killed: Next) -> None:
    approved, painted = _painted_over_approved(window, studies)
    assert (painted != approved).any()
    with killed() as again:
        go_on(again)
        assert opened(again) == "study0.nii.gz"
        again.wait_until(lambda: again.shown("unsavedHere"))
        np.testing.assert_array_equal(labels(again), approved)
        asked = again.answer_questions("questionKeep")
        again.click("workContinue")
        again.wait_until(lambda: bool(asked))
        settle(again)
        np.testing.assert_array_equal(labels(again), approved)
        assert again.shown("unsavedHere")  # nothing is lost by saying no
        again.answer_questions("questionLose")
        again.click("workContinue")
        again.wait_until(lambda: np.array_equal(labels(again), painted))
        settle(again)
        assert again.text("reviewState") == "In progress, version 2"


def test_what_had_been_kept_before_is_not_offered(
    window: Driver, studies: Path, killed: Next, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(window.window.work_keeping), "forget", lambda _self: None)  # killed just before
    open_worklist(window, studies)
    window.window.session.review.set_reviewer("Ada")
    paint(window)
    kept(window)
    window.window.flows.decide.flag()
    settle(window)
    with killed() as again:
        assert not again.shown("welcomeUnsaved")
        assert not again.shown("welcomeAwaited")
        again.wait_until(lambda: journals(tmp_path) == [])


@pytest.mark.parametrize("other", [False, True], ids=["missing", "another mask"])
def test_what_is_not_in_the_file_that_its_record_speaks_of_comes_back(
    window: Driver, studies: Path, killed: Next, monkeypatch: pytest.MonkeyPatch, other: bool
) -> None:
    monkeypatch.setattr(type(window.window.work_keeping), "forget", lambda _self: None)  # killed just before
    open_worklist(window, studies)
    window.window.session.review.set_reviewer("Ada")
    paint(window)
    painted = labels(window).copy()
    kept(window)
    window.window.flows.decide.flag()
    settle(window)
    working = window.window.session.review.record.working
    assert working is not None
    (file,) = studies.rglob(working.file)
    file.unlink()
    if other:
        shutil.copy(studies / "study1_mask.nii.gz", file)
    with killed() as again:
        assert "comes back with it" in again.text("welcomeAwaited")
        go_on(again)
        again.wait_until(lambda: np.array_equal(labels(again), painted) or again.shown("unsavedHere"))


def test_closing_the_worklist_offers_the_work_by_itself(window: Driver, studies: Path, killed: Next) -> None:
    open_worklist(window, studies)
    paint(window)
    with killed() as again:
        assert not again.shown("welcomeUnsaved")
        again.window.flows.worklist.close()
        settle(again)
        assert again.shown("welcomeUnsaved")
        assert not again.shown("welcomeAwaited")


def test_work_is_taken_up_neither_while_the_mask_is_being_kept_nor_lost_by_trying(
    window: Driver, studies: Path, killed: Next, tmp_path: Path
) -> None:
    approved, painted = _painted_over_approved(window, studies)
    with killed() as again:
        go_on(again)
        again.wait_until(lambda: again.shown("unsavedHere"))
        board = again.window.session.review
        board.set_busy(True)
        again.click("workContinue")
        again.wait_until(lambda: again.window.jobs.idle)
        np.testing.assert_array_equal(labels(again), approved)
        assert board.busy
        assert again.shown("unsavedHere")
        assert "One moment" in again.text("statusSentence")
        assert len(journals(tmp_path)) == 1
        board.set_busy(False)
        again.answer_questions("questionLose")
        again.click("workContinue")
        again.wait_until(lambda: np.array_equal(labels(again), painted))
        settle(again)


def test_a_decision_made_before_the_work_was_found_is_about_the_mask_that_was_seen(
    window: Driver, studies: Path, killed: Next, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_worklist(window, studies)
    window.window.session.review.set_reviewer("Ada")
    before = labels(window).copy()
    paint(window)
    painted = labels(window).copy()
    found, written = threading.Event(), threading.Event()
    fitting, write = JournalFiles.fitting, ReviewFile.write
    with killed() as again:
        monkeypatch.setattr(JournalFiles, "fitting", lambda *given: found.wait(20) and fitting(*given))
        monkeypatch.setattr(ReviewFile, "write", lambda *given: written.wait(20) and write(*given))
        again.click("welcomeLastWorklist")
        again.wait_until(lambda: bool(opened(again)) and again.window.session.review.seen)
        again.window.session.review.set_reviewer("Ada")
        again.window.flows.decide.flag()
        found.set()
        again.wait_until(lambda: again.shown("unsavedHere"))
        assert again.window.session.review.busy
        np.testing.assert_array_equal(labels(again), before)
        written.set()
        settle(again)
        assert states(again)[0] is ReviewState.FLAGGED
        again.click("workContinue")
        again.wait_until(lambda: np.array_equal(labels(again), painted))
        settle(again)
