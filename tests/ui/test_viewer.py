"""The three linked views, driven with real mouse, wheel and key events."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from ui.panel_driver import (
    LEFT,
    MIDDLE,
    PLAIN,
    RIGHT,
    SHAPE,
    canvas_of,
    drag,
    noisy_volume,
    picture,
    position_in,
    series_of,
    wheel,
)

from medcrypt_gui.core.imaging.planes import Plane
from medcrypt_gui.core.imaging.volume import Volume, Window
from medcrypt_gui.ui.viewer.view_grid import Arrangement
from medcrypt_gui.ui.viewer.viewer_panel import ViewerPanel


def test_a_volume_opens_in_its_middle_with_the_files_window(panel: ViewerPanel) -> None:
    assert panel.state.crosshair == (20, 24, 10)
    assert panel.state.window == Window(500, 1000)


def test_the_wheel_turns_to_the_next_slice_and_stops_at_the_ends(panel: ViewerPanel, qtbot: QtBot) -> None:
    canvas = canvas_of(panel)
    before = picture(canvas)
    with qtbot.waitSignal(panel.crosshair_moved) as moved:
        wheel(canvas, -1)
    assert moved.args == [20, 24, 11]
    assert picture(canvas) != before
    wheel(canvas, -50)
    assert canvas.slice_number == 19


def test_a_click_moves_the_crosshair_in_all_views(panel: ViewerPanel) -> None:
    QTest.mouseClick(canvas_of(panel), LEFT, PLAIN, position_in(canvas_of(panel), 10, 30, 10))
    assert panel.state.crosshair == (10, 30, 10)
    assert canvas_of(panel, Plane.SAGITTAL).slice_number == 10
    assert canvas_of(panel, Plane.CORONAL).slice_number == 30


def test_moving_with_shift_takes_the_crosshair_along(panel: ViewerPanel) -> None:
    canvas = canvas_of(panel)
    target = QPointF(position_in(canvas, 5, 6, 10))
    move = QMouseEvent(
        QMouseEvent.Type.MouseMove, target, canvas.mapToGlobal(target), Qt.MouseButton.NoButton,
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.ShiftModifier,
    )  # fmt: skip
    QApplication.sendEvent(canvas, move)
    assert panel.state.crosshair == (5, 6, 10)


def test_dragging_with_h_takes_the_crosshair_along(panel: ViewerPanel) -> None:
    canvas = canvas_of(panel)
    QTest.keyClick(canvas, Qt.Key.Key_H)
    drag(canvas, position_in(canvas, 20, 20, 10), position_in(canvas, 30, 31, 10))
    assert panel.state.crosshair == (30, 31, 10)
    assert panel.state.window == Window(500, 1000)


def test_dragging_left_sets_window_and_level_and_r_resets_them(panel: ViewerPanel) -> None:
    canvas = canvas_of(panel)
    drag(canvas, QPoint(100, 100), QPoint(160, 140))
    assert panel.state.window.width > 1000
    assert panel.state.window.level > 500
    QTest.keyClick(canvas, Qt.Key.Key_R)
    assert panel.state.window == Window(500, 1000)


@pytest.mark.parametrize(
    ("key", "window"),
    [(Qt.Key.Key_1, Window(40, 400)), (Qt.Key.Key_5, Window(40, 80)), (Qt.Key.Key_QuoteLeft, Window(500, 1000))],
)
def test_number_keys_are_ct_presets(panel: ViewerPanel, key: Qt.Key, window: Window) -> None:
    panel.set_window(Window(1, 2))
    QTest.keyClick(canvas_of(panel), key)
    assert panel.state.window == window


def test_presets_do_nothing_on_mr_and_9_is_the_users_own(panel: ViewerPanel) -> None:
    volume = noisy_volume()
    panel.set_volume(volume, series_of(volume, "MR"))
    panel.set_window(Window(123, 45))
    QTest.keyClick(canvas_of(panel), Qt.Key.Key_9, Qt.KeyboardModifier.ControlModifier)
    panel.set_window(Window(1, 2))
    QTest.keyClick(canvas_of(panel), Qt.Key.Key_1)
    assert panel.state.window == Window(1, 2)
    QTest.keyClick(canvas_of(panel), Qt.Key.Key_9)
    assert panel.state.window == Window(123, 45)


def test_ctrl_and_wheel_zooms_at_the_cursor_and_ctrl_f_fits(panel: ViewerPanel) -> None:
    canvas = canvas_of(panel)
    centre = QPointF(canvas.rect().center())
    before = canvas.index_at(centre)
    wheel(canvas, 3, Qt.KeyboardModifier.ControlModifier)
    assert canvas.zoom > 1.4
    assert canvas.index_at(centre) == pytest.approx(before)
    QTest.keyClick(canvas, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert canvas.zoom == 1.0


def test_the_middle_button_pans_and_the_right_one_zooms(panel: ViewerPanel) -> None:
    canvas = canvas_of(panel)
    place = position_in(canvas, 20, 24, 10)
    drag(canvas, place, place + QPoint(40, 0), MIDDLE)
    assert (
        position_in(canvas, 20, 24, 10) - place - QPoint(40, 0)
    ).manhattanLength() <= 1  # rounded to whole pixels twice
    drag(canvas, QPoint(100, 100), QPoint(100, 40), RIGHT)
    assert canvas.zoom > 1.2


def test_a_right_click_asks_for_the_menu(panel: ViewerPanel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(panel.menu_requested):
        QTest.mouseClick(canvas_of(panel), RIGHT, PLAIN, QPoint(50, 50))


def test_inverting_twice_gives_the_same_picture(panel: ViewerPanel) -> None:
    canvas = canvas_of(panel)
    plain = picture(canvas)
    QTest.keyClick(canvas, Qt.Key.Key_I)
    assert picture(canvas) != plain
    QTest.keyClick(canvas, Qt.Key.Key_I)
    assert picture(canvas) == plain


@pytest.mark.parametrize(
    ("key", "expected"),
    [(Qt.Key.Key_Down, 11), (Qt.Key.Key_Up, 9), (Qt.Key.Key_PageUp, 0), (Qt.Key.Key_Home, 0), (Qt.Key.Key_End, 19)],
)
def test_keys_turn_slices_of_the_active_view(panel: ViewerPanel, key: Qt.Key, expected: int) -> None:
    QTest.keyClick(canvas_of(panel), key)
    assert canvas_of(panel).slice_number == expected


def test_f6_goes_to_the_next_view(panel: ViewerPanel) -> None:
    assert panel.active_canvas.plane is Plane.AXIAL
    QTest.keyClick(panel.active_canvas, Qt.Key.Key_F6)
    assert panel.active_canvas.plane is Plane.SAGITTAL


def test_a_double_click_maximises_and_restores(panel: ViewerPanel) -> None:
    canvas = canvas_of(panel, Plane.CORONAL)
    QTest.mouseDClick(canvas, LEFT, PLAIN, QPoint(60, 60))
    assert canvas.isVisible()
    assert not canvas_of(panel).isVisible()
    QTest.mouseDClick(canvas, LEFT, PLAIN, QPoint(60, 60))
    assert canvas_of(panel).isVisible()


def test_four_equal_views_show_a_histogram_that_follows_the_window(panel: ViewerPanel, qtbot: QtBot) -> None:
    panel.set_arrangement(Arrangement.QUAD)
    histogram = next(child for child in panel.children() if child.objectName() == "histogram")
    assert histogram.isVisible()  # type: ignore[attr-defined]
    panel.set_window(Window(300, 200))
    panel.set_arrangement(Arrangement.FOCUS)
    assert not histogram.isVisible()  # type: ignore[attr-defined]


def test_value_and_place_under_the_cursor_are_told(panel: ViewerPanel, qtbot: QtBot) -> None:
    canvas = canvas_of(panel)
    with qtbot.waitSignal(panel.hovered) as told:
        QTest.mouseMove(canvas, position_in(canvas, 12, 34, 10))
    volume = panel.state.volume
    assert volume is not None
    assert told.args[0].startswith(f"{volume.stored[10, 34, 12]} HU")
    assert "L 12.0  P 34.0  S 20.0 mm" in told.args[0]


def test_no_volume_is_a_calm_empty_view(panel: ViewerPanel) -> None:
    panel.set_editor(None)
    panel.set_volume(None)
    canvas = canvas_of(panel)
    wheel(canvas, 1)
    QTest.mouseClick(canvas, LEFT, PLAIN, QPoint(20, 20))
    QTest.keyClick(canvas, Qt.Key.Key_R)
    assert panel.state.crosshair == (20, 24, 10)
    assert picture(canvas)


def test_slices_that_arrive_later_are_painted(panel: ViewerPanel) -> None:
    whole = noisy_volume()
    loaded = np.zeros(SHAPE[0], bool)
    filling = Volume(np.zeros_like(whole.stored), whole.geometry, file_window=whole.file_window, loaded=loaded)
    panel.set_volume(filling, series_of(filling))
    canvas = canvas_of(panel)
    empty = picture(canvas)
    filling.stored[:] = whole.stored  # type: ignore[index]
    loaded[:] = True
    panel.notify_slices_loaded()
    assert picture(canvas) != empty


def test_the_same_grid_unlocked_keeps_place_and_window(panel: ViewerPanel) -> None:
    panel.set_crosshair((3, 4, 5))
    panel.set_window(Window(200, 50))
    volume = noisy_volume()
    panel.set_volume(volume, series_of(volume), keep_view=True)
    assert panel.state.crosshair == (3, 4, 5)
    assert panel.state.window == Window(200, 50)


def test_names_can_be_hidden(panel: ViewerPanel) -> None:
    canvas = canvas_of(panel)
    named = picture(canvas)
    QTest.keyClick(canvas, Qt.Key.Key_H, Qt.KeyboardModifier.ControlModifier)
    assert panel.state.names_hidden
    assert picture(canvas) != named
