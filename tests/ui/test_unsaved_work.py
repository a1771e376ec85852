"""A window that was killed loses a second at most: the next one offers the work, and says where nothing can be kept."""

from __future__ import annotations

import errno
import os
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from builders.dicom import build_series
from builders.masks import mask_of
from builders.nifti import build_nifti
from fakes.memory_keys import MemoryKeys
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLabel, QPushButton
from pytestqt.qtbot import QtBot
from ui.driver import Driver
from ui.review_driver import build_studies, open_worklist, opened, settle

from medcrypt_gui.adapters import journal_writer
from medcrypt_gui.adapters.journal_files import JournalFiles
from medcrypt_gui.core.mask.labels import ROI, Label
from medcrypt_gui.services.workbench import Workbench
from medcrypt_gui.ui.application import build_window


@pytest.fixture
def keys() -> MemoryKeys:
    return MemoryKeys()


@pytest.fixture
def workbench(workbench: Workbench, keys: MemoryKeys, tmp_path: Path) -> Workbench:
    """The usual one, with a folder for journals."""
    return replace(workbench, journals=JournalFiles(tmp_path / "journal", keys))


def journals(tmp_path: Path) -> list[Path]:
    return sorted((tmp_path / "journal").glob("*.work"))


def work(window: Driver) -> np.ndarray:
    """Paint and let it be kept."""
    window.click("stepCorrect")
    window.paint((0.4, 0.4), (0.6, 0.6))
    return kept(window)


def kept(window: Driver) -> np.ndarray:
    told: list[bool] = []
    window.window.work_keeping.once_kept(lambda: told.append(True))
    window.wait_until(lambda: bool(told))
    editor = window.window.session.editor
    assert editor is not None
    return editor.labels.copy()


def kill(window: Driver, tmp_path: Path) -> None:
    """What a killed window leaves: its journal, and a lock that nobody holds."""
    (journal,) = journals(tmp_path)
    left = journal.read_bytes()
    window.answer_questions("questionLose")
    window.window.close()
    window.answer_no_more()
    assert journals(tmp_path) == []
    journal.write_bytes(left)


@contextmanager
def started(qtbot: QtBot, workbench: Workbench, keys: MemoryKeys, tmp_path: Path) -> Iterator[Driver]:
    """The next window, which has looked for unsaved work."""
    again = replace(workbench, journals=JournalFiles(tmp_path / "journal", keys))
    shown = build_window(again)
    shown.show()
    driver = Driver(shown, qtbot)
    shown.recovery.look()
    driver.settle()
    yield driver
    driver.answer_questions("questionLose")
    shown.close()
    shown.deleteLater()


@pytest.fixture
def restarted(
    opened: Driver, qtbot: QtBot, workbench: Workbench, keys: MemoryKeys, tmp_path: Path
) -> Iterator[tuple[Driver, np.ndarray]]:
    """The window after one that was killed with something painted; and what that was."""
    painted = work(opened)
    kill(opened, tmp_path)
    with started(qtbot, workbench, keys, tmp_path) as driver:
        yield driver, painted


def texts(window: Driver, place: str = "welcomeUnsaved") -> str:
    return "\n".join(one.text() for one in window.find(place).findChildren(QLabel) if one.isVisible())


def press(window: Driver, name: str, place: str = "welcomeUnsaved") -> None:
    made = window.find(place).findChild(QPushButton, name)
    assert made is not None
    window.qtbot.mouseClick(made, Qt.MouseButton.LeftButton)
    window.settle()


def labels(window: Driver) -> np.ndarray:
    editor = window.window.session.editor
    assert editor is not None
    return editor.labels


def test_after_a_kill_the_next_window_offers_the_work_with_a_picture_and_continues_it(
    restarted: tuple[Driver, np.ndarray], tmp_path: Path
) -> None:
    window, painted = restarted
    assert "Unsaved work from" in texts(window)
    assert "ml in 1 slice" in texts(window)
    assert "study" in texts(window)
    picture = window.find("welcomeUnsaved").findChild(QLabel, "workPicture")
    assert picture is not None
    assert not picture.pixmap().isNull()
    press(window, "workContinue")
    window.wait_until(lambda: np.array_equal(labels(window), painted))
    assert window.window.session.step.value == "Correct"
    kept(window)
    window.wait_until(lambda: len(journals(tmp_path)) == 1)
    assert not window.shown("unsavedHere")
    window.window.flows.correct.undo()
    assert not labels(window).any()
    window.window.flows.correct.redo()
    np.testing.assert_array_equal(labels(window), painted)


def test_it_can_be_done_with_the_keyboard_alone(restarted: tuple[Driver, np.ndarray]) -> None:
    window, painted = restarted
    button = window.find("welcomeUnsaved").findChild(QPushButton, "workContinue")
    for _ in range(40):
        if button.hasFocus():
            break
        window.qtbot.keyClick(window.window.focusWidget() or window.window, Qt.Key.Key_Tab)
    assert button.hasFocus()
    window.qtbot.keyClick(button, Qt.Key.Key_Space)
    window.wait_until(lambda: window.window.session.editor is not None and np.array_equal(labels(window), painted))


def test_the_same_study_opened_by_itself_offers_it_above_its_views(
    restarted: tuple[Driver, np.ndarray], tmp_path: Path
) -> None:
    window, painted = restarted
    build_series(tmp_path / "other", slices=9, rows=48, columns=56)
    window.open(tmp_path / "other")
    assert not window.shown("unsavedHere")
    window.open(tmp_path / "study")
    window.wait_until(lambda: window.shown("unsavedHere"))
    press(window, "workContinue", "unsavedHere")
    window.wait_until(lambda: np.array_equal(labels(window), painted))
    assert not window.shown("unsavedHere")


def test_a_study_that_moved_is_asked_for_and_recognised(
    restarted: tuple[Driver, np.ndarray], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, painted = restarted
    build_series(tmp_path / "new" / "a other", slices=5, rows=20, columns=20)
    (tmp_path / "study").rename(tmp_path / "new" / "z moved")
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path / "new"))
    press(window, "workContinue")
    window.wait_until(lambda: window.window.session.editor is not None and np.array_equal(labels(window), painted))


def test_another_study_is_refused_and_the_offer_stays(
    restarted: tuple[Driver, np.ndarray], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, _painted = restarted
    shutil.rmtree(tmp_path / "study")
    build_series(tmp_path / "other", slices=9, rows=48, columns=56)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path / "other"))
    press(window, "workContinue")
    window.wait_until(lambda: "not among these files" in window.text("openNotice"))
    assert not labels(window).any()
    assert len(journals(tmp_path)) == 1


def test_the_mask_can_be_saved_without_its_study(
    restarted: tuple[Driver, np.ndarray], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, painted = restarted
    target = tmp_path / "rescued.nii.gz"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    press(window, "workSave")
    assert "rescued.nii.gz" in window.text("statusSentence")
    window.open(tmp_path / "study")
    saved = mask_of(target, window.window.session.editor.geometry)
    np.testing.assert_array_equal(saved.labels, painted)
    assert len(journals(tmp_path)) == 1


@pytest.mark.parametrize(("answer", "left"), [("questionKeep", 1), ("questionLose", 0)])
def test_discarding_asks_first(restarted: tuple[Driver, np.ndarray], tmp_path: Path, answer: str, left: int) -> None:
    window, _painted = restarted
    asked = window.answer_questions(answer)
    press(window, "workDiscard")
    assert "gone for good" in asked[0]
    assert len(journals(tmp_path)) == left
    assert window.shown("welcomeUnsaved") is bool(left)


def test_several_are_listed_newest_first(restarted: tuple[Driver, np.ndarray], tmp_path: Path) -> None:
    window, _painted = restarted
    (journal,) = journals(tmp_path)
    shutil.copy(journal, tmp_path / "journal" / "second-1.work")
    window.window.recovery.look()
    window.settle()
    assert texts(window).count("Unsaved work from") == 2


def test_closing_in_peace_leaves_nothing_to_offer(opened: Driver, tmp_path: Path) -> None:
    work(opened)
    assert len(journals(tmp_path)) == 1
    opened.answer_questions("questionLose")
    opened.window.close()
    assert list((tmp_path / "journal").iterdir()) == []


def test_staying_keeps_it_and_going_on_to_another_study_lets_it_go(opened: Driver, tmp_path: Path) -> None:
    painted = work(opened)
    build_series(tmp_path / "other", slices=3, rows=30, columns=30)
    opened.answer_questions("questionKeep")
    opened.open(tmp_path / "other")
    np.testing.assert_array_equal(labels(opened), painted)
    assert len(journals(tmp_path)) == 1
    opened.answer_questions("questionLose")
    opened.open(tmp_path / "other")
    opened.wait_until(lambda: journals(tmp_path) == [])


def test_agreeing_to_leave_for_what_cannot_be_opened_goes_on_keeping(opened: Driver, tmp_path: Path) -> None:
    work(opened)
    (tmp_path / "empty").mkdir()
    opened.answer_questions("questionLose")
    opened.open(tmp_path / "empty")
    if opened.window.session.editor is not None:
        opened.paint((0.3, 0.3), (0.3, 0.6))
        kept(opened)
        assert len(journals(tmp_path)) == 1


def test_a_series_that_goes_without_being_left_keeps_its_journal(opened: Driver, tmp_path: Path) -> None:
    """As after a read error in the middle of the series."""
    work(opened)
    opened.window.session.clear_series()
    opened.qtbot.wait(100)
    assert len(journals(tmp_path)) == 1


def test_what_was_protected_and_has_its_card_is_not_offered_again(opened: Driver, tmp_path: Path) -> None:
    work(opened)
    opened.click("correctPrimary")
    opened.type("protectFolder", str(tmp_path / "protected"))
    opened.click("protectPrimary")
    opened.settle()
    assert len(journals(tmp_path)) == 1
    opened.window.session.card_saved(())
    opened.wait_until(lambda: journals(tmp_path) == [])
    opened.click("stepCorrect")
    opened.paint((0.3, 0.3), (0.3, 0.6))
    painted = kept(opened)
    (journal,) = journals(tmp_path)
    shelf = JournalFiles(tmp_path / "journal", MemoryKeys())
    np.testing.assert_array_equal(shelf.read(journal.name).mask.labels, painted)
    opened.window.flows.card.abandon()


def test_without_a_keyring_it_says_so_once_and_writes_no_names(
    opened: Driver, keys: MemoryKeys, tmp_path: Path
) -> None:
    keys.kept = None
    editor = opened.window.session.editor
    editor.change_labels(editor.table.with_label(Label(2, "Mrs Example", (1, 2, 3))), "Label")
    work(opened)
    opened.wait_until(lambda: "without encryption" in opened.text("statusSentence"))
    assert "no keyring" in opened.text("statusSentence")
    opened.window.status.say("")
    opened.paint((0.3, 0.3), (0.3, 0.6))
    kept(opened)
    assert opened.text("statusSentence") == ""
    (journal,) = journals(tmp_path)
    series = opened.window.session.series
    hidden = ("Example", str(tmp_path), "study", series.uid, series.text.name, series.text.patient_id)
    assert [one for one in hidden if one and one.encode() in journal.read_bytes()] == []


def test_without_a_keyring_the_study_is_asked_for(
    opened: Driver,
    qtbot: QtBot,
    workbench: Workbench,
    keys: MemoryKeys,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keys.kept = None
    painted = work(opened)
    kill(opened, tmp_path)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path / "study"))
    with started(qtbot, workbench, keys, tmp_path) as window:
        press(window, "workContinue")
        window.wait_until(lambda: window.window.session.editor is not None and np.array_equal(labels(window), painted))


def test_a_keyring_that_is_locked_at_the_start_can_be_asked_again(
    opened: Driver, qtbot: QtBot, workbench: Workbench, keys: MemoryKeys, tmp_path: Path
) -> None:
    painted = work(opened)
    kill(opened, tmp_path)
    secret, keys.kept = keys.kept, None
    with started(qtbot, workbench, keys, tmp_path) as window:
        assert "keyring gives no key" in texts(window)
        press(window, "workContinue")
        window.wait_until(lambda: "keyring gives no key" in window.text("openNotice"))
        keys.kept = secret
        press(window, "workContinue")
        window.wait_until(lambda: "ml in 1 slice" in texts(window))
        press(window, "workContinue")
        window.wait_until(lambda: window.window.session.editor is not None and np.array_equal(labels(window), painted))


def test_a_full_disk_is_said_for_as_long_as_it_lasts_and_work_goes_on(
    opened: Driver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_writer, "_RETRY_S", 0.05)
    work(opened)
    full, sync = threading.Event(), os.fsync

    def refuse(descriptor: int) -> None:
        if full.is_set():
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        sync(descriptor)

    monkeypatch.setattr(journal_writer.os, "fsync", refuse)
    full.set()
    opened.paint((0.3, 0.3), (0.3, 0.6))
    opened.wait_until(lambda: opened.shown("statusTrouble"))
    assert "not being kept: No space left" in opened.text("statusSentence")
    assert "No space left" in opened.find("statusTrouble").toolTip()
    opened.paint((0.7, 0.3), (0.7, 0.6))
    full.clear()
    opened.wait_until(lambda: not opened.shown("statusTrouble"))
    assert "being kept again" in opened.text("statusSentence")
    painted = kept(opened)
    (journal,) = journals(tmp_path)
    np.testing.assert_array_equal(
        JournalFiles(tmp_path / "journal", MemoryKeys()).read(journal.name).mask.labels, painted
    )


def test_a_second_window_beside_it_is_offered_nothing(
    opened: Driver, qtbot: QtBot, workbench: Workbench, keys: MemoryKeys, tmp_path: Path
) -> None:
    work(opened)
    with started(qtbot, workbench, keys, tmp_path) as second:
        assert not second.shown("welcomeUnsaved")
        assert len(journals(tmp_path)) == 1
    assert len(journals(tmp_path)) == 1


def test_a_single_image_is_recognised_by_what_is_in_it(
    window: Driver, qtbot: QtBot, workbench: Workbench, keys: MemoryKeys, tmp_path: Path
) -> None:
    scan = build_nifti(tmp_path / "scan.nii.gz", np.arange(9 * 40 * 40, dtype=np.int16).reshape(9, 40, 40))
    window.open(scan)
    painted = work(window)
    kill(window, tmp_path)
    moved = scan.rename(tmp_path / "moved.nii.gz")
    with started(qtbot, workbench, keys, tmp_path) as again:
        again.open(moved)
        again.wait_until(lambda: again.shown("unsavedHere"))
        press(again, "workContinue", "unsavedHere")
        again.wait_until(lambda: np.array_equal(labels(again), painted))


def test_painting_waits_for_nothing_while_the_disk_hangs(opened: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    hanging, sync = threading.Event(), os.fsync

    def hang(descriptor: int) -> None:
        hanging.wait(30)
        sync(descriptor)

    monkeypatch.setattr(journal_writer.os, "fsync", hang)
    opened.click("stepCorrect")
    longest = 0.0
    for place in (0.3, 0.4, 0.5):
        opened.qtbot.wait(600)
        before = time.monotonic()
        opened.paint((place, 0.3), (place, 0.6))
        longest = max(longest, time.monotonic() - before)
    assert labels(opened).any()
    assert longest < 5
    hanging.set()
    kept(opened)


def test_what_a_review_kept_is_no_unsaved_work(window: Driver, tmp_path: Path) -> None:
    open_worklist(window, build_studies(tmp_path / "studies"))
    window.paint((0.45, 0.3), (0.55, 0.3))
    kept(window)
    assert len(journals(tmp_path)) == 1
    window.window.named_actions["nextStudyAction"].trigger()
    settle(window)
    assert opened(window) == "study1.nii.gz"
    window.wait_until(lambda: journals(tmp_path) == [])


def test_work_that_a_locked_label_keeps_out_stays_where_it_is(
    restarted: tuple[Driver, np.ndarray], tmp_path: Path
) -> None:
    window, painted = restarted
    window.open(tmp_path / "study")
    window.settle()
    window.wait_until(lambda: window.shown("unsavedHere"))
    editor = window.window.session.editor
    unlocked = editor.table
    editor.set_table(unlocked.with_label(replace(unlocked[ROI], locked=True)))
    press(window, "workContinue", "unsavedHere")
    assert not editor.labels.any()
    assert window.shown("unsavedHere")
    assert "locked" in window.text("statusSentence")
    assert len(journals(tmp_path)) == 1
    editor.set_table(unlocked)
    press(window, "workContinue", "unsavedHere")
    np.testing.assert_array_equal(editor.labels, painted)
    assert not window.shown("unsavedHere")


def test_a_mask_from_the_disk_that_was_erased_whole_is_offered_as_such(
    opened: Driver, qtbot: QtBot, workbench: Workbench, keys: MemoryKeys, tmp_path: Path
) -> None:
    work(opened)
    opened.window.work_keeping.forget()  # it was saved where it will be found
    opened.click("correctClear")
    opened.wait_until(lambda: not opened.window.session.editor.labels.any())
    kept(opened)
    kill(opened, tmp_path)
    with started(qtbot, workbench, keys, tmp_path) as window:
        assert "The whole mask was erased." in texts(window)
