"""Strokes into which something else comes: another key, a preview that is accepted, a result, undo, another tool."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from ui.driver import Driver
from ui.panel_driver import LEFT, PLAIN, canvas_of, position_in
from ui.review_driver import press, settle
from ui.test_pen import Pen

from medcrypt_gui.core.mask.box import whole_box
from medcrypt_gui.core.mask.part import Part
from medcrypt_gui.core.tools.registry import tool
from medcrypt_gui.core.tools.scissors import ScissorsOptions, Shape
from medcrypt_gui.ui.session import Step
from medcrypt_gui.ui.viewer.plane_canvas import PlaneCanvas
from medcrypt_gui.ui.viewer.viewer_panel import ViewerPanel

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def marked(opened: Driver) -> Driver:
    """A block is marked, and the views stand in the middle of it."""
    opened.click("stepCorrect")
    editor = opened.window.session.editor
    assert editor is not None
    region = np.zeros(editor.geometry.shape, np.bool_)
    region[2:7, 12:30, 15:35] = True
    editor.apply_parts((Part(region, whole_box(region.shape)),), "Block")
    opened.window.viewer.set_crosshair((20, 20, 4))
    opened.settle()
    return opened


def _begin(driver: Driver, tool_id: str, *places: tuple[int, int]) -> PlaneCanvas:
    """Hold the button down along these places."""
    driver.window.session.choose_tool(tool(tool_id))
    canvas = driver.window.viewer.active_canvas
    QTest.mousePress(canvas, LEFT, PLAIN, _at(canvas, *places[0]))
    for place in places[1:]:
        QTest.mouseMove(canvas, _at(canvas, *place))
    return canvas


def _at(canvas: PlaneCanvas, x: int, y: int) -> QPoint:
    """Of a voxel in the slice that is shown."""
    return position_in(canvas, x, y, 4)


def _labels(driver: Driver) -> np.ndarray:
    assert driver.window.session.editor is not None
    return driver.window.session.editor.labels


def test_an_operation_waits_until_the_stroke_is_finished(marked: Driver) -> None:
    before = _labels(marked).copy()
    canvas = _begin(marked, "brush", (5, 5), (20, 20))
    QTest.keyClick(canvas, Qt.Key.Key_Down, CTRL)  # copy to the next slice
    marked.settle()
    assert "Finish" in marked.text("statusSentence")
    QTest.mouseMove(canvas, _at(canvas, 45, 20))
    QTest.mouseRelease(canvas, LEFT, PLAIN, _at(canvas, 45, 20))
    z, _, x = np.argwhere(_labels(marked) != before).T
    assert set(z.tolist()) == {4}
    assert np.ptp(x) > 0
    assert marked.window.session.editor is not None
    assert marked.window.session.editor.undo_name == "Brush"
    marked.window.session.editor.undo()
    assert np.array_equal(_labels(marked), before)


def test_a_preview_is_not_accepted_in_mid_stroke_and_the_stroke_is_kept(marked: Driver) -> None:
    marked.window.flows.operation.choose("margin")
    marked.window.flows.operation.run()
    marked.settle()
    assert marked.window.session.suggestion is not None
    before = _labels(marked).copy()
    canvas = _begin(marked, "lasso", (5, 5), (45, 5), (45, 45))
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    assert "Finish" in marked.text("statusSentence")
    QTest.mouseMove(canvas, _at(canvas, 5, 45))
    QTest.mouseRelease(canvas, LEFT, PLAIN, _at(canvas, 5, 45))
    assert (_labels(marked) != before).sum() > 10
    assert marked.window.session.editor is not None
    assert marked.window.session.editor.undo_name == "Lasso"


@pytest.mark.parametrize("finishes", [True, False])
def test_a_result_that_comes_in_mid_stroke_waits(marked: Driver, finishes: bool) -> None:
    before = _labels(marked).copy()
    marked.window.flows.operation.choose("invert")
    marked.window.flows.operation.run()
    canvas = _begin(marked, "lasso", (5, 5), (45, 5), (45, 45))
    marked.settle()
    marked.qtbot.wait(250)
    assert np.array_equal(_labels(marked), before)
    QTest.mouseMove(canvas, _at(canvas, 5, 45))
    editor = marked.window.session.editor
    assert editor is not None
    if finishes:
        QTest.mouseRelease(canvas, LEFT, PLAIN, _at(canvas, 5, 45))
        marked.wait_until(lambda: "dropped" in marked.text("statusSentence"))
        assert editor.undo_name == "Lasso"
    else:
        QTest.keyClick(canvas, Qt.Key.Key_Escape)
        QTest.mouseRelease(canvas, LEFT, PLAIN, _at(canvas, 5, 45))
        marked.wait_until(lambda: editor.undo_name == "Invert the label")
        assert np.array_equal(_labels(marked) != 0, before == 0)


@pytest.mark.parametrize("tool_id", ["brush", "lasso"])
def test_undo_in_mid_stroke_takes_the_stroke_back_and_shows_nothing_more_of_it(marked: Driver, tool_id: str) -> None:
    before = _labels(marked).copy()
    canvas = _begin(marked, tool_id, (5, 5), (45, 5), (45, 45))
    marked.window.named_actions["undoAction"].trigger()
    QTest.mouseMove(canvas, _at(canvas, 5, 45))
    assert not canvas.state.tool_drafts
    QTest.mouseRelease(canvas, LEFT, PLAIN, _at(canvas, 5, 45))
    assert np.array_equal(_labels(marked), before)
    assert marked.window.session.editor is not None
    assert marked.window.session.editor.undo_name == "Block"


def test_a_stroke_that_something_else_ended_says_so(marked: Driver) -> None:
    canvas = _begin(marked, "lasso", (5, 5), (45, 5), (45, 45))
    assert marked.window.session.editor is not None
    marked.window.session.editor.break_off()
    QTest.mouseMove(canvas, _at(canvas, 5, 45))
    assert "stroke ended" in marked.text("statusSentence")
    assert not canvas.state.tool_drafts
    QTest.mouseRelease(canvas, LEFT, PLAIN, _at(canvas, 5, 45))
    QTest.mouseClick(canvas, LEFT, PLAIN, _at(canvas, 5, 5))  # and the next one begins anew


def test_the_panels_undo_drops_the_last_point_of_a_polygon(marked: Driver) -> None:
    before = _labels(marked).copy()
    canvas = _begin(marked, "polygon", (5, 5))
    QTest.mouseRelease(canvas, LEFT, PLAIN, _at(canvas, 5, 5))
    for place in ((45, 5), (45, 45)):
        QTest.mouseClick(canvas, LEFT, PLAIN, _at(canvas, *place))
    handles = len(canvas.state.tool_drafts[0].handles)
    marked.click("correctUndo")
    assert len(canvas.state.tool_drafts[0].handles) == handles - 1
    assert np.array_equal(_labels(marked), before)


@pytest.mark.parametrize("tool_id", ["brush", "polygon"])
def test_a_pen_on_an_approved_mask_is_asked_once_and_draws_nothing(reviewing: Driver, tool_id: str) -> None:
    reviewing.window.session.go_to(Step.CORRECT)
    reviewing.paint((0.4, 0.4), (0.6, 0.6))
    press(reviewing, "Ctrl+Return")
    press(reviewing, "Ctrl+PgUp")
    settle(reviewing)
    asked = reviewing.answer_questions("questionKeep")
    reviewing.window.session.choose_tool(tool(tool_id))
    reviewing.window.session.go_to(Step.CORRECT)
    before = _labels(reviewing).copy()
    canvas = reviewing.window.viewer.active_canvas
    middle = canvas.rect().center()
    Pen().stroke(canvas, middle, middle + QPoint(30, 0), middle + QPoint(30, 30))
    assert len(asked) == 1
    assert np.array_equal(_labels(reviewing), before)
    assert not canvas.state.tool_drafts


def test_hovering_over_an_approved_mask_asks_nothing(reviewing: Driver) -> None:
    reviewing.window.session.go_to(Step.CORRECT)
    reviewing.paint((0.4, 0.4), (0.6, 0.6))
    press(reviewing, "Ctrl+Return")
    press(reviewing, "Ctrl+PgUp")
    settle(reviewing)
    assert reviewing.window.session.review.locks
    asked = reviewing.answer_questions("questionKeep")
    reviewing.window.session.choose_tool(tool("polygon"))
    reviewing.window.session.go_to(Step.CORRECT)
    canvas = reviewing.window.viewer.active_canvas
    for n in range(3):
        QTest.mouseMove(canvas, QPoint(50 + 10 * n, 60))
        reviewing.qtbot.wait(30)
    assert not asked
    reviewing.paint((0.4, 0.4), (0.6, 0.6))
    assert len(asked) == 1


# The views alone


def _square(panel: ViewerPanel) -> list[QPoint]:
    canvas = canvas_of(panel)
    corners = [position_in(canvas, x, y, 10.0) for x, y in ((12.0, 16.0), (28.0, 16.0), (28.0, 32.0), (12.0, 32.0))]
    for place in corners:
        QTest.mouseClick(canvas, LEFT, PLAIN, place)
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    return corners


def test_another_tool_in_mid_drag_lets_a_vertex_go(panel: ViewerPanel) -> None:
    panel.set_tool(tool("polygon"))
    canvas, editor = canvas_of(panel), panel.state.editor
    corners = _square(panel)
    assert editor is not None
    before = editor.labels.copy()
    QTest.mousePress(canvas, LEFT, PLAIN, corners[0])
    QTest.mouseMove(canvas, corners[0] + QPoint(30, 30))
    panel.set_tool(tool("brush"))
    QTest.mouseRelease(canvas, LEFT, PLAIN, corners[0] + QPoint(30, 30))
    panel.set_tool(tool("polygon"))
    QTest.mouseMove(canvas, corners[2])
    shown = panel.state.tool_drafts[0].points
    QTest.mouseMove(canvas, corners[2] + QPoint(12, 0))
    assert panel.state.tool_drafts[0].points == shown
    assert np.array_equal(editor.labels, before)


def test_escape_gives_up_the_drag_of_a_vertex_only(panel: ViewerPanel, qtbot: object) -> None:
    panel.set_tool(tool("polygon"))
    canvas, editor = canvas_of(panel), panel.state.editor
    corners = _square(panel)
    assert editor is not None
    before = editor.labels.copy()
    rejected: list[bool] = []
    panel.reject_requested.connect(lambda: rejected.append(True))
    QTest.mousePress(canvas, LEFT, PLAIN, corners[0])
    QTest.mouseMove(canvas, corners[0] + QPoint(30, 30))
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    QTest.mouseRelease(canvas, LEFT, PLAIN, corners[0] + QPoint(30, 30))
    assert np.array_equal(editor.labels, before)
    assert not rejected


def test_scissors_of_another_shape_begin_anew(panel: ViewerPanel) -> None:
    editor, canvas = panel.state.editor, canvas_of(panel)
    assert editor is not None
    editor.labels[:] = 1
    panel.set_tool(tool("scissors"), ScissorsOptions(shape=Shape.POLYGON))
    for x, y in ((12.0, 16.0), (28.0, 16.0), (28.0, 32.0)):
        QTest.mouseClick(canvas, LEFT, PLAIN, position_in(canvas, x, y, 10.0))
    panel.set_tool_options(ScissorsOptions(shape=Shape.FREEHAND))
    QTest.mouseClick(canvas, LEFT, PLAIN, QPoint(50, 50))
    assert editor.labels.all()


def test_a_button_that_was_let_go_of_unseen_draws_no_further(panel: ViewerPanel) -> None:
    """A dialog, or another window, took the release."""
    panel.set_tool(tool("brush"))
    canvas, editor = canvas_of(panel), panel.state.editor
    assert editor is not None
    QTest.mousePress(canvas, LEFT, PLAIN, position_in(canvas, 12.0, 16.0, 10.0))
    QTest.mouseRelease(panel, LEFT, PLAIN, QPoint(1, 1))  # heard by another widget
    QTest.mouseMove(canvas, position_in(canvas, 30.0, 40.0, 10.0))
    assert not editor.labels[10, 40, 30]
    assert not editor.in_gesture
    assert editor.undo_name == "Brush"


def test_space_let_go_elsewhere_does_not_rest_the_tool_for_ever(marked: Driver) -> None:
    marked.window.session.choose_tool(tool("brush"))
    state, canvas = marked.window.viewer.state, marked.window.viewer.active_canvas
    canvas.setFocus()
    QTest.keyPress(canvas, Qt.Key.Key_Space)
    assert not state.editing
    spin = marked.find("option_size_mm_number")
    spin.setFocus()
    QTest.keyRelease(spin, Qt.Key.Key_Space)
    assert state.editing
    canvas.setFocus()
    QTest.keyPress(canvas, Qt.Key.Key_Space)
    marked.window.session.choose_tool(tool("lasso"))
    assert state.editing
