"""Angles are drawn by three clicks or a drag and a click; measurements are selected, changed, copied and removed."""

from __future__ import annotations

import csv

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QGuiApplication, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from ui.driver import Driver

from medcrypt_gui.core.imaging.measurements import Measurement, Shape, angle_degrees
from medcrypt_gui.ui.viewer.plane_canvas import PlaneCanvas

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
START, VERTEX, END = QPoint(-60, 0), QPoint(0, 0), QPoint(0, -60)


def canvas_of(window: Driver) -> PlaneCanvas:
    return window.window.viewer.active_canvas


def at(window: Driver, place: QPoint) -> QPoint:
    return canvas_of(window).rect().center() + place


def click(window: Driver, place: QPoint, button: Qt.MouseButton = LEFT) -> None:
    hover(window, place)
    QTest.mouseClick(canvas_of(window), button, pos=at(window, place))


def hover(window: Driver, place: QPoint, held: Qt.MouseButton = Qt.MouseButton.NoButton) -> None:
    """Sent by hand: QTest does not move a mouse that is there already, since the test before."""
    canvas, none = canvas_of(window), Qt.MouseButton.NoButton
    position = QPointF(at(window, place))
    event = QMouseEvent(
        QEvent.Type.MouseMove, position, canvas.mapToGlobal(position), none, held, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(canvas, event)


def drag(window: Driver, start: QPoint, end: QPoint, release: bool = True) -> None:
    QTest.mousePress(canvas_of(window), LEFT, pos=at(window, start))
    for share in (0.4, 0.8, 1.0):
        hover(window, start + (end - start) * share, LEFT)
    if release:
        QTest.mouseRelease(canvas_of(window), LEFT, pos=at(window, end))


def drawn(window: Driver) -> tuple[Measurement, ...]:
    return window.window.viewer.state.measurements


def degrees(window: Driver) -> float | None:
    (one,) = drawn(window)
    assert one.shape is Shape.ANGLE
    return angle_degrees(one, window.window.session.volume.geometry)


@pytest.fixture
def angles(opened: Driver) -> Driver:
    QTest.keyClick(canvas_of(opened), Qt.Key.Key_A)
    assert "Angle" in opened.text("statusSentence")
    return opened


def test_a_drag_and_a_click_make_an_angle(angles: Driver) -> None:
    drag(angles, START, VERTEX)
    assert drawn(angles) == ()
    hover(angles, QPoint(30, -30))
    assert angles.window.viewer.state.draft.shape is Shape.ANGLE
    click(angles, END)
    assert degrees(angles) == pytest.approx(90, abs=1)
    assert angles.window.viewer.state.draft is None


def test_three_clicks_make_an_angle(angles: Driver) -> None:
    crosshair = angles.window.viewer.state.crosshair
    for place in (START, VERTEX, END):
        click(angles, place)
    assert degrees(angles) == pytest.approx(90, abs=1)
    assert angles.window.viewer.state.crosshair == crosshair


def test_quick_clicks_do_not_enlarge_the_view(angles: Driver) -> None:
    click(angles, START)
    QTest.mouseDClick(canvas_of(angles), LEFT, pos=at(angles, VERTEX))
    assert sum(not canvas.isHidden() for canvas in angles.window.viewer.canvases) == 3


@pytest.mark.parametrize("begun_by", ["click", "drag"])
def test_escape_forgets_an_angle_that_was_begun(angles: Driver, begun_by: str) -> None:
    if begun_by == "click":
        click(angles, START)
        hover(angles, VERTEX)
    else:
        drag(angles, START, VERTEX)
    QTest.keyClick(canvas_of(angles), Qt.Key.Key_Escape)
    assert angles.window.viewer.state.draft is None
    hover(angles, END)
    assert angles.window.viewer.state.draft is None
    assert drawn(angles) == ()


def test_another_slice_another_series_or_another_drag_forgets_it_too(angles: Driver) -> None:
    for leave in (angles.window.viewer.commands.next_slice, angles.window.viewer.commands.drag_pans):
        QTest.keyClick(canvas_of(angles), Qt.Key.Key_A)
        drag(angles, START, VERTEX)
        leave()
        hover(angles, END)
        assert angles.window.viewer.state.draft is None


def test_an_end_is_dragged_to_another_place_and_escape_puts_it_back(opened: Driver) -> None:
    QTest.keyClick(canvas_of(opened), Qt.Key.Key_D)
    drag(opened, START, VERTEX)
    (before,) = drawn(opened)
    QTest.keyClick(canvas_of(opened), Qt.Key.Key_W)
    window = opened.window.viewer.state.window
    drag(opened, VERTEX + QPoint(3, 2), QPoint(50, 40))
    (after,) = drawn(opened)
    assert after.start == before.start
    assert canvas_of(opened).position_of(after.end).toPoint() == at(opened, QPoint(50, 40))
    assert opened.window.viewer.state.selected == after
    assert opened.window.viewer.state.window == window
    drag(opened, QPoint(50, 40), QPoint(0, 80), release=False)
    QTest.keyClick(canvas_of(opened), Qt.Key.Key_Escape)
    assert drawn(opened) == (after,)
    QTest.mouseRelease(canvas_of(opened), LEFT, pos=at(opened, QPoint(0, 80)))
    assert drawn(opened) == (after,)


def test_the_next_distance_may_begin_where_the_last_one_ended(opened: Driver) -> None:
    QTest.keyClick(canvas_of(opened), Qt.Key.Key_D)
    drag(opened, START, VERTEX)
    drag(opened, VERTEX, END)
    assert len(drawn(opened)) == 2


def test_a_click_on_the_line_selects_and_del_removes_that_one(opened: Driver) -> None:
    opened.window.named_actions["ellipseAction"].trigger()
    drag(opened, QPoint(-80, -80), QPoint(-20, -20))
    opened.window.named_actions["rectangleAction"].trigger()
    drag(opened, QPoint(20, 20), QPoint(80, 80))
    crosshair = opened.window.viewer.state.crosshair
    plain = canvas_of(opened).grab().toImage()
    click(opened, QPoint(-50, -80))  # the top of the ellipse
    ellipse, rectangle = drawn(opened)
    assert opened.window.viewer.state.selected == ellipse
    assert opened.window.viewer.state.crosshair == crosshair
    assert canvas_of(opened).grab().toImage() != plain, "it can be seen which one is selected"
    QTest.keyClick(canvas_of(opened), Qt.Key.Key_Delete)
    assert drawn(opened) == (rectangle,)
    assert opened.window.viewer.state.selected is None


def test_a_click_beside_all_of_them_selects_none(opened: Driver) -> None:
    QTest.keyClick(canvas_of(opened), Qt.Key.Key_D)
    drag(opened, START, VERTEX)
    click(opened, QPoint(-30, 0))
    assert opened.window.viewer.state.selected is not None
    click(opened, QPoint(-30, 60))
    assert opened.window.viewer.state.selected is None


def test_a_right_click_offers_to_copy_the_value_and_to_remove(opened: Driver) -> None:
    QTest.keyClick(canvas_of(opened), Qt.Key.Key_D)
    drag(opened, START, VERTEX)
    click(opened, QPoint(-30, 0), RIGHT)
    menu = opened.find("menuMeasurement", QMenu)
    assert menu.isVisible()
    assert not opened.find("menuView", QMenu).isVisible()
    menu.findChild(QAction, "copyValueAction").trigger()
    assert QGuiApplication.clipboard().text().endswith(" mm")
    menu.findChild(QAction, "removeMeasurementAction").trigger()
    menu.close()
    assert drawn(opened) == ()
    click(opened, QPoint(-30, 0), RIGHT)
    assert opened.find("menuView", QMenu).isVisible()
    opened.find("menuView", QMenu).close()


def test_all_are_copied_for_a_spreadsheet(opened: Driver) -> None:
    opened.window.named_actions["copyAllAction"].trigger()
    assert "no measurements" in opened.text("statusSentence")
    QTest.keyClick(canvas_of(opened), Qt.Key.Key_D)
    drag(opened, START, VERTEX)
    opened.window.named_actions["copyAllAction"].trigger()
    assert opened.text("statusSentence") == "1 measurement was copied."
    titles, row = csv.reader(QGuiApplication.clipboard().text().splitlines(), delimiter="\t")
    assert dict(zip(titles, row, strict=True))["Kind"] == "Distance"


def test_a_tool_in_the_hand_paints_over_measurements(opened: Driver) -> None:
    QTest.keyClick(canvas_of(opened), Qt.Key.Key_D)
    drag(opened, START, VERTEX)
    before = drawn(opened)
    opened.click("stepCorrect")
    drag(opened, VERTEX, END)
    assert drawn(opened) == before
    assert opened.window.session.editor.undo_name is not None


def test_the_first_click_stays_at_its_place_when_the_view_is_moved_and_enlarged(angles: Driver) -> None:
    canvas = canvas_of(angles)
    start = canvas.index_at(QPointF(at(angles, START)))
    click(angles, START)
    canvas.zoom_by(1.5, QPointF(at(angles, VERTEX)))
    canvas.pan_by(QPointF(20, 10))
    for place in (VERTEX, END):
        click(angles, place)
    (one,) = drawn(angles)
    assert one.start == pytest.approx(start, abs=0.1)


def test_another_slice_after_the_first_click_forgets_the_angle(angles: Driver) -> None:
    click(angles, START)
    angles.window.viewer.commands.next_slice()
    for place in (VERTEX, END):
        click(angles, place)
    assert drawn(angles) == ()
    angles.window.viewer.cancel_stroke()


def test_the_first_leg_lies_in_one_slice_whatever_the_wheel_does(angles: Driver) -> None:
    drag(angles, START, QPoint(-20, 0), release=False)
    angles.window.viewer.commands.next_slice()
    hover(angles, VERTEX, LEFT)
    angles.window.viewer.commands.previous_slice()
    QTest.mouseRelease(canvas_of(angles), LEFT, pos=at(angles, VERTEX))
    click(angles, END)
    assert degrees(angles) == pytest.approx(90, abs=1)
    assert len({place[2] for place in drawn(angles)[0].points}) == 1
