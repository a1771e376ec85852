"""Whole-mask operations in the window: at once or previewed, by mouse and by keys, one undo step each."""

from __future__ import annotations

import threading
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QComboBox, QDoubleSpinBox
from ui.driver import Driver

from medcrypt_gui.core.mask.box import whole_box
from medcrypt_gui.core.mask.labels import COLOURS, Label
from medcrypt_gui.core.mask.part import Part
from medcrypt_gui.core.operations.base import Change, Subject
from medcrypt_gui.core.operations.registry import all_operations, operation
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.core.tools.base import PointerSample
from medcrypt_gui.ui.session import Step


@pytest.fixture
def marked(opened: Driver) -> Driver:
    """Step Correct, with a block and a speck marked."""
    opened.click("stepCorrect")
    editor = opened.window.session.editor
    region = np.zeros(editor.geometry.shape, np.bool_)
    region[2:7, 12:30, 15:35] = region[1, 40, 50] = True
    editor.apply_parts((Part(region, whole_box(region.shape)),), "Block")
    opened.window.viewer.set_crosshair((20, 20, 4))
    opened.settle()
    return opened


def labels(window: Driver) -> NDArray[np.uint8]:
    return window.window.session.editor.labels.copy()


def choose(window: Driver, operation_id: str) -> None:
    """In the list, as a user does."""
    combo = window.find("operationChoice", QComboBox)
    combo.setFocus()
    combo.setCurrentIndex(combo.findData(operation_id))
    combo.activated.emit(combo.currentIndex())


def menu(window: Driver, operation_id: str) -> None:
    window.window.named_actions[f"operation_{operation_id}"].trigger()


def test_every_operation_is_in_the_list_and_in_the_menu(marked: Driver) -> None:
    combo = marked.find("operationChoice", QComboBox)
    for one in all_operations():
        assert combo.findData(one.id) >= 0
        assert f"operation_{one.id}" in marked.window.named_actions


def test_one_that_is_done_at_once_is_one_undo_step(marked: Driver) -> None:
    before = labels(marked)
    choose(marked, "keep_largest")
    marked.click("operationRun")
    marked.settle()
    assert not labels(marked)[1].any()
    assert labels(marked)[2:7].any()
    assert "1 part was removed." in marked.text("operationSaid")
    assert "1 part was removed." in marked.text("statusSentence")
    assert marked.window.session.editor.undo_name == "Keep largest parts"
    marked.click("correctUndo")
    assert np.array_equal(labels(marked), before)
    marked.click("correctRedo")
    assert not labels(marked)[1].any()


def test_the_menu_opens_the_step_with_the_operation_ready_and_runs_what_has_nothing_to_choose(marked: Driver) -> None:
    before = labels(marked)
    marked.window.session.go_to(Step.ROI)
    menu(marked, "keep_largest")
    marked.settle()
    assert marked.window.session.step is Step.CORRECT
    assert marked.find("operationChoice", QComboBox).currentData() == "keep_largest"
    assert np.array_equal(labels(marked), before)
    marked.window.viewer.set_crosshair((20, 20, 6))
    menu(marked, "copy_to_next")
    marked.settle()
    assert np.array_equal(labels(marked)[7], before[6])
    assert not before[7].any()
    assert marked.window.viewer.state.crosshair[2] == 7


def test_the_slice_of_the_active_view_is_copied_by_key(marked: Driver) -> None:
    marked.window.viewer.activate(marked.window.viewer.canvases[1])
    axis = marked.window.session.view_axis
    assert axis != 2
    marked.window.viewer.set_crosshair((34, 29, 4))
    number = marked.window.session.crosshair[axis]
    before = np.moveaxis(labels(marked), 2 - axis, 0)
    marked.window.viewer.active_canvas.setFocus()
    marked.window.activateWindow()
    marked.qtbot.keyClick(marked.window, Qt.Key.Key_Down, Qt.KeyboardModifier.ControlModifier)
    marked.settle()
    after = np.moveaxis(labels(marked), 2 - axis, 0)
    assert np.array_equal(after[number + 1], before[number])
    assert marked.window.session.crosshair[axis] == number + 1


class TestPreview:
    def shown(self, window: Driver) -> None:
        choose(window, "margin")
        window.click("operationRun")
        window.settle()

    def test_it_is_shown_then_accepted_as_one_undo_step(self, marked: Driver) -> None:
        before = labels(marked)
        self.shown(marked)
        assert np.array_equal(labels(marked), before)
        added, removed = marked.window.viewer.state.marks
        assert added.box is not None
        assert added.region.any()
        assert removed.hatched
        assert "would be added" in marked.text("operationAdded")
        assert "slices" in marked.text("operationSlices")
        assert "Asked for 3.0 mm" in marked.text("operationSaid")
        assert not marked.find("correctPrimary").isEnabled()
        marked.click("operationAccept")
        assert labels(marked).sum() > before.sum()
        assert not marked.window.viewer.state.marks
        marked.click("correctUndo")
        assert np.array_equal(labels(marked), before)

    def test_it_follows_its_options(self, marked: Driver) -> None:
        self.shown(marked)
        small = marked.window.session.suggestion.added_ml
        number = marked.find("option_margin_mm_number", QDoubleSpinBox)
        number.setValue(9.0)
        assert not marked.find("operationAccept").isEnabled()
        marked.wait_until(lambda: not marked.window.session.operations.working)
        assert marked.window.session.suggestion.added_ml > small
        assert "Asked for 9.0 mm" in marked.text("operationSaid")

    def test_rejected_it_leaves_every_byte(self, marked: Driver) -> None:
        before, revision = labels(marked), marked.window.session.editor.revision
        self.shown(marked)
        marked.click("operationReject")
        assert np.array_equal(labels(marked), before)
        assert marked.window.session.editor.revision == revision
        assert not marked.window.viewer.state.marks
        assert "discarded" in marked.text("statusSentence")

    def test_keys_of_the_views_accept_and_reject(self, marked: Driver) -> None:
        before = labels(marked)
        canvas = marked.window.viewer.active_canvas
        self.shown(marked)
        marked.qtbot.keyClick(canvas, Qt.Key.Key_Escape)
        assert marked.window.session.suggestion is None
        self.shown(marked)
        marked.qtbot.keyClick(canvas, Qt.Key.Key_Return)
        assert marked.window.session.suggestion is None
        assert labels(marked).sum() > before.sum()

    def test_it_can_be_used_with_the_keyboard_only(self, marked: Driver) -> None:
        before = labels(marked)
        combo = marked.find("operationChoice", QComboBox)
        combo.setFocus()
        marked.qtbot.keyClicks(combo, "Grow")
        assert marked.window.session.operations.operation.id == "grow"
        for _ in range(combo.count()):
            if marked.window.session.operations.operation.id != "margin":
                marked.qtbot.keyClick(combo, Qt.Key.Key_Down)
        assert marked.window.session.operations.operation.id == "margin"
        number = marked.find("option_margin_mm_number", QDoubleSpinBox)
        number.setFocus()
        number.selectAll()
        marked.qtbot.keyClicks(number, "6")
        marked.qtbot.keyClick(number, Qt.Key.Key_Return)
        marked.settle()
        assert marked.window.session.suggestion is not None
        marked.qtbot.keyClick(number, Qt.Key.Key_Escape)
        assert marked.window.session.suggestion is None
        marked.qtbot.keyClick(number, Qt.Key.Key_Return)
        marked.settle()
        marked.qtbot.keyClick(number, Qt.Key.Key_Return)
        assert labels(marked).sum() > before.sum()

    def test_a_stroke_drops_it_with_a_word(self, marked: Driver) -> None:
        self.shown(marked)
        marked.paint((0.1, 0.2), (0.2, 0.2))
        assert marked.window.session.suggestion is None
        assert "The suggestion was dropped" in marked.text("statusSentence")

    def test_another_active_label_drops_it_too(self, marked: Driver) -> None:
        editor = marked.window.session.editor
        editor.change_labels(editor.table.with_label(Label(2, "Left", COLOURS[1])), "Add label")
        self.shown(marked)
        editor.set_table(editor.table.with_active(2))
        assert marked.window.session.suggestion is None

    def test_a_lock_that_comes_meanwhile_is_kept(self, marked: Driver) -> None:
        self.shown(marked)
        editor = marked.window.session.editor
        editor.set_table(editor.table.with_label(replace(editor.table[1], locked=True)))
        assert marked.window.session.suggestion is None
        assert "“ROI” is locked" in marked.text("operationWhy")
        assert not marked.find("operationRun").isEnabled()

    def test_another_operation_or_step_rejects_it(self, marked: Driver) -> None:
        self.shown(marked)
        choose(marked, "fill_holes")
        assert marked.window.session.suggestion is None
        self.shown(marked)
        marked.click("stepRoi")
        assert marked.window.session.suggestion is None

    def test_a_tool_that_says_only_where_starts_its_operation(
        self, marked: Driver, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        seeds = []

        def run(subject: Subject, _options: object, _task: TaskContext) -> Change:
            seeds.append(subject.seed)
            return Change(())

        monkeypatch.setattr(operation("margin"), "run", run)
        monkeypatch.setattr(type(marked.window.session.tool), "operation", "margin")
        seed = PointerSample((3.0, 4.0, 5.0), 2)
        marked.window.viewer.active_canvas.seed_placed.emit(seed)
        marked.settle()
        assert seeds == [seed]
        assert "changes nothing" in marked.text("operationSaid")


class TestInTheBackground:
    def slow(self, monkeypatch: pytest.MonkeyPatch, operation_id: str) -> threading.Event:
        """The operation waits until it is cancelled or the event is set."""
        go_on = threading.Event()
        real = operation(operation_id).run

        def run(subject: Subject, options: object, task: TaskContext) -> Change:
            while not go_on.wait(0.01):
                task.checkpoint()
            return real(subject, options, task)

        monkeypatch.setattr(operation(operation_id), "run", run)
        return go_on

    @pytest.mark.parametrize("operation_id", ["keep_largest", "margin"])
    def test_cancelled_it_leaves_the_mask(
        self, marked: Driver, monkeypatch: pytest.MonkeyPatch, operation_id: str
    ) -> None:
        before = labels(marked)
        self.slow(monkeypatch, operation_id)
        choose(marked, operation_id)
        marked.click("operationRun")
        marked.qtbot.keyClick(marked.window.viewer.active_canvas, Qt.Key.Key_Escape)
        marked.settle()
        assert np.array_equal(labels(marked), before)
        assert "cancelled" in marked.text("statusSentence")
        assert marked.find("operationRun").isEnabled()

    def test_a_result_that_is_overtaken_is_dropped(self, marked: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
        go_on = self.slow(monkeypatch, "keep_largest")
        choose(marked, "keep_largest")
        marked.click("operationRun")
        marked.paint((0.1, 0.2), (0.2, 0.2))
        painted = labels(marked)
        go_on.set()
        marked.settle()
        assert np.array_equal(labels(marked), painted)
        assert "dropped" in marked.text("statusSentence")

    def test_options_that_change_meanwhile_begin_it_anew(self, marked: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
        go_on = self.slow(monkeypatch, "margin")
        choose(marked, "margin")
        marked.click("operationRun")
        marked.find("option_margin_mm_number", QDoubleSpinBox).setValue(7.0)
        go_on.set()
        marked.wait_until(lambda: not marked.window.session.operations.working)
        marked.settle()
        assert "Asked for 7.0 mm" in marked.text("operationSaid")


def test_an_empty_label_is_told_in_words(opened: Driver) -> None:
    opened.click("stepCorrect")
    choose(opened, "fill_holes")
    opened.click("operationRun")
    opened.settle()
    assert "nothing to change" in opened.text("correctNotice")
    assert "has no voxels" in opened.text("correctNotice")


def test_what_cannot_be_done_says_why_in_the_panel(marked: Driver) -> None:
    choose(marked, "combine_labels")
    assert "only one label" in marked.text("operationWhy")
    assert not marked.find("operationRun").isEnabled()
    editor = marked.window.session.editor
    editor.change_labels(editor.table.with_label(Label(2, "Left", COLOURS[1])), "Add label")
    assert marked.text("operationWhy") == ""
    other = marked.find("option_other_choice", QComboBox)
    assert [other.itemText(n) for n in range(other.count())] == ["Choose a label", "ROI", "Left"]


def test_the_crosshair_says_which_part(marked: Driver) -> None:
    choose(marked, "keep_selected")
    marked.window.viewer.set_crosshair((1, 1, 1))
    assert "crosshair is not in ROI" in marked.text("operationWhy")
    marked.window.viewer.set_crosshair((50, 40, 1))
    assert marked.text("operationWhy") == ""
    marked.click("operationRun")
    marked.settle()
    assert labels(marked).sum() == 1


def test_sections_fold_away_and_open_for_what_must_be_answered(marked: Driver) -> None:
    marked.click("correctWhole")
    assert not marked.shown("operationChoice")
    menu(marked, "margin")
    marked.settle()
    assert marked.shown("operationAccept")
    assert QApplication.activeModalWidget() is None
