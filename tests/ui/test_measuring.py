"""Measurements are drawn with the left button, stay in their slice, and go one by one or all."""

from __future__ import annotations

from pathlib import Path

from builders.dicom import build_series
from PySide6.QtCore import QPoint, Qt
from ui.driver import Driver

from medcrypt_gui.core.imaging.measurements import Shape


def drag(window: Driver, start: QPoint, end: QPoint) -> None:
    canvas, left = window.window.viewer.active_canvas, Qt.MouseButton.LeftButton
    window.qtbot.mousePress(canvas, left, pos=start)
    for share in (0.3, 0.7, 1.0):
        window.qtbot.mouseMove(canvas, start + (end - start) * share)
    window.qtbot.mouseRelease(canvas, left, pos=end)


def middle(window: Driver) -> QPoint:
    return window.window.viewer.active_canvas.rect().center()


def test_a_distance_stays_in_its_slice(opened: Driver) -> None:
    viewer = opened.window.viewer
    canvas = viewer.active_canvas
    opened.qtbot.keyClick(canvas, Qt.Key.Key_D)
    assert "Distance" in opened.text("statusSentence")
    before, window = canvas.grab().toImage(), viewer.state.window
    drag(opened, middle(opened) - QPoint(60, 20), middle(opened) + QPoint(60, 40))
    (measured,) = viewer.state.measurements
    assert (measured.shape, measured.slice_number) == (Shape.DISTANCE, 4)
    assert viewer.state.draft is None
    assert viewer.state.window == window, "the window stays while the left button measures"
    assert canvas.grab().toImage() != before
    viewer.commands.next_slice()
    elsewhere = canvas.grab().toImage()
    viewer.measurements.remove()
    assert canvas.grab().toImage() == elsewhere


def test_shapes_are_removed_one_by_one_and_all(opened: Driver) -> None:
    viewer, actions = opened.window.viewer, opened.window.named_actions
    for name in ("ellipseAction", "rectangleAction", "distanceAction"):
        actions[name].trigger()
        drag(opened, middle(opened) - QPoint(30, 30), middle(opened) + QPoint(30, 30))
    assert [one.shape for one in viewer.state.measurements] == [Shape.ELLIPSE, Shape.RECTANGLE, Shape.DISTANCE]
    opened.qtbot.keyClick(viewer.active_canvas, Qt.Key.Key_Delete)
    assert len(viewer.state.measurements) == 2
    actions["removeAllAction"].trigger()
    assert not viewer.state.measurements
    actions["removeLastAction"].trigger()


def test_escape_takes_back_what_is_being_drawn(opened: Driver) -> None:
    viewer, left = opened.window.viewer, Qt.MouseButton.LeftButton
    canvas, start = viewer.active_canvas, middle(opened)
    opened.window.named_actions["distanceAction"].trigger()
    opened.qtbot.mousePress(canvas, left, pos=start)
    opened.qtbot.mouseMove(canvas, start + QPoint(40, 40))
    assert viewer.state.draft is not None
    opened.qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    assert viewer.state.draft is None
    opened.qtbot.mouseMove(canvas, start + QPoint(60, 60))
    opened.qtbot.mouseRelease(canvas, left, pos=start + QPoint(60, 60))
    assert not viewer.state.measurements


def test_another_series_has_none(opened: Driver, tmp_path: Path) -> None:
    opened.window.named_actions["distanceAction"].trigger()
    drag(opened, middle(opened) - QPoint(30, 30), middle(opened) + QPoint(30, 30))
    build_series(tmp_path / "other", slices=5, rows=30, columns=30)
    opened.open(tmp_path / "other")
    opened.settle()
    assert not opened.window.viewer.state.measurements


def test_it_says_how_to_measure_while_a_tool_is_in_hand(opened: Driver) -> None:
    opened.click("stepCorrect")
    opened.window.named_actions["distanceAction"].trigger()
    assert opened.text("statusSentence") == "Left drag: Distance while Space is held, since a tool is in hand."


def test_the_wheel_during_a_drag_changes_no_length(opened: Driver) -> None:
    viewer, left = opened.window.viewer, Qt.MouseButton.LeftButton
    canvas, start, end = viewer.active_canvas, middle(opened), middle(opened) + QPoint(40, 30)
    opened.window.named_actions["distanceAction"].trigger()
    drag(opened, start, end)
    opened.qtbot.mousePress(canvas, left, pos=start)
    opened.qtbot.mouseMove(canvas, start + QPoint(20, 20))
    viewer.commands.next_slice()
    opened.qtbot.mouseMove(canvas, start + QPoint(30, 30))
    opened.qtbot.mouseMove(canvas, end)
    opened.qtbot.mouseRelease(canvas, left, pos=end)
    flat, scrolled = viewer.state.measurements
    assert scrolled == flat
