"""What operations say when the mask is not to be changed, or when the user went on before they were done."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from ui.driver import Driver
from ui.review_driver import press, settle

from medcrypt_gui.core.mask.box import whole_box
from medcrypt_gui.core.mask.labels import COLOURS, Label
from medcrypt_gui.core.mask.part import Part
from medcrypt_gui.core.operations.base import Change, Subject
from medcrypt_gui.core.operations.registry import operation
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.ui.session import Step


@pytest.fixture
def approved(reviewing: Driver) -> Driver:
    """A mask with a second label was approved; the question whether to edit it is answered with no."""
    editor = reviewing.window.session.editor
    editor.change_labels(editor.table.with_label(Label(2, "Two", COLOURS[1])), "Add label")
    settle(reviewing)
    press(reviewing, "Ctrl+Return")
    press(reviewing, "Ctrl+PgUp")
    settle(reviewing)
    reviewing.window.session.go_to(Step.CORRECT)
    assert reviewing.window.session.review.locks
    reviewing.answer_questions("questionKeep")
    return reviewing


@pytest.fixture
def marked(opened: Driver) -> Driver:
    opened.click("stepCorrect")
    editor = opened.window.session.editor
    region = np.zeros(editor.geometry.shape, np.bool_)
    region[2:7, 12:30, 15:35] = True
    editor.apply_parts((Part(region, whole_box(region.shape)),), "Block")
    opened.settle()
    return opened


def labels(window: Driver) -> NDArray[np.uint8]:
    return window.window.session.editor.labels.copy()


def heard(window: Driver, flow: str) -> list[str]:
    said: list[str] = []
    getattr(window.window.flows, flow).said.connect(said.append)
    return said


def test_an_operation_that_was_refused_is_not_told_as_done(approved: Driver) -> None:
    before, said = labels(approved), heard(approved, "operation")
    approved.window.flows.operation.do("invert")
    settle(approved)
    assert np.array_equal(labels(approved), before)
    assert said == ["Invert the label was not done. The mask is as it was."]
    assert approved.window.session.operations.said == said[0]


def test_a_preview_that_may_not_be_accepted_stays(approved: Driver) -> None:
    before, said = labels(approved), heard(approved, "suggestion")
    approved.window.flows.operation.choose("margin")
    approved.window.flows.operation.run()
    settle(approved)
    shown = approved.window.session.suggestion
    assert shown is not None
    assert approved.window.flows.suggestion.accept()
    assert approved.window.session.suggestion is shown
    assert np.array_equal(labels(approved), before)
    assert said == ["Grow or shrink was not done. The mask is as it was."]
    approved.answer_questions("questionLose")
    assert approved.window.flows.suggestion.accept()
    assert (labels(approved) != before).any()


def test_labels_that_stay_are_not_told_as_changed(approved: Driver) -> None:
    flow, said = approved.window.flows.labels, heard(approved, "labels")
    table = approved.window.session.editor.table
    flow.add()
    flow.remove(2)
    flow.take(Label(2, "Two", COLOURS[1], in_roi=False))
    flow.take(Label(2, "Other", COLOURS[1]))
    assert approved.window.session.editor.table == table
    assert said == ["The labels were not changed."] * 4


class TestLeavingTheStep:
    @pytest.mark.parametrize("operation_id", ["keep_largest", "margin"])
    def test_what_is_still_computed_is_dropped(
        self, marked: Driver, monkeypatch: pytest.MonkeyPatch, operation_id: str
    ) -> None:
        go_on, before = threading.Event(), labels(marked)
        real = operation(operation_id).run

        def run(subject: Subject, options: object, task: TaskContext) -> Change:
            go_on.wait(5)
            return real(subject, options, task)

        monkeypatch.setattr(operation(operation_id), "run", run)
        session = marked.window.session
        marked.window.flows.operation.choose(operation_id)
        marked.window.flows.operation.run()
        session.go_to(Step.ROI)
        go_on.set()
        marked.settle()
        assert session.suggestion is None
        assert not session.operations.working
        assert np.array_equal(labels(marked), before)
        assert "was dropped" in marked.text("statusSentence")

    def test_a_preview_that_waits_for_its_options_is_not_made(self, marked: Driver) -> None:
        session, flow = marked.window.session, marked.window.flows.operation
        flow.choose("margin")
        flow.run()
        marked.settle()
        session.operations.set_options(type(session.operations.options)(margin_mm=7.0))
        session.go_to(Step.ROI)
        marked.qtbot.wait(250)
        marked.settle()
        assert session.suggestion is None

    def test_enter_accepts_nothing_elsewhere(self, marked: Driver) -> None:
        session, flow, before = marked.window.session, marked.window.flows.operation, labels(marked)
        flow.choose("margin")
        flow.run()
        marked.settle()
        shown = session.suggestion
        session.go_to(Step.ROI)
        session.set_suggestion(shown)
        marked.qtbot.keyClick(marked.window.viewer.active_canvas, Qt.Key.Key_Return)
        assert np.array_equal(labels(marked), before)


class TestWhileTheMaskIsHidden:
    def test_operations_are_refused_as_tools_are(self, marked: Driver) -> None:
        before = labels(marked)
        marked.find("overlayVisible").setChecked(False)
        assert "hidden" in marked.text("operationWhy")
        assert not marked.find("operationRun").isEnabled()
        marked.window.flows.operation.do("invert")
        marked.settle()
        assert np.array_equal(labels(marked), before)
        assert "hidden" in marked.text("statusSentence")
        marked.find("overlayVisible").setChecked(True)
        assert marked.text("operationWhy") == ""

    def test_a_preview_is_accepted_only_where_it_is_seen(self, marked: Driver) -> None:
        before = labels(marked)
        marked.window.flows.operation.choose("margin")
        marked.window.flows.operation.run()
        marked.settle()
        marked.find("overlayVisible").setChecked(False)
        assert marked.window.flows.suggestion.accept()
        assert np.array_equal(labels(marked), before)
        assert marked.window.session.suggestion is not None
        marked.find("overlayVisible").setChecked(True)
        marked.click("operationAccept")
        assert (labels(marked) != before).any()
