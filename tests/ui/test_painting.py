"""Strokes in the views, and how the mask is drawn, driven with real mouse, wheel and key events."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from ui.panel_driver import (
    LEFT,
    PLAIN,
    RIGHT,
    canvas_of,
    drag,
    picture,
    position_in,
    series_of,
    wheel,
)

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.planes import Plane
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.tools.registry import tool
from medcrypt_gui.ui.viewer.viewer_panel import ViewerPanel


def _take_brush(panel: ViewerPanel, size_mm: float = 6.0, tool_id: str = "brush") -> None:
    chosen = tool(tool_id)
    panel.set_tool(chosen, chosen.options_type(size_mm=size_mm))


def _labels(panel: ViewerPanel) -> np.ndarray:
    assert panel.state.editor is not None
    return panel.state.editor.mask.labels


def test_a_stroke_paints_where_the_mouse_was_and_is_one_undo_step(panel: ViewerPanel, qtbot: QtBot) -> None:
    _take_brush(panel)
    canvas = canvas_of(panel)
    with qtbot.waitSignal(panel.gesture_finished):
        drag(canvas, position_in(canvas, 8, 20, 10), position_in(canvas, 30, 20, 10))
    assert (_labels(panel)[10, 20, 8:31] == 1).all()
    assert not _labels(panel)[9].any()
    assert panel.state.editor is not None
    panel.state.editor.undo()
    assert not _labels(panel).any()


@pytest.mark.parametrize("plane", list(Plane))
def test_painting_works_in_every_plane_and_shows_at_once(panel: ViewerPanel, plane: Plane) -> None:
    _take_brush(panel)
    canvas = canvas_of(panel, plane)
    before = picture(canvas)
    QTest.mouseClick(canvas, LEFT, PLAIN, position_in(canvas, 20, 24, 10))
    assert _labels(panel)[10, 24, 20] == 1
    assert picture(canvas) != before


def test_the_right_button_and_ctrl_erase(panel: ViewerPanel) -> None:
    _labels(panel)[:] = 1
    _take_brush(panel)
    canvas = canvas_of(panel)
    QTest.mouseClick(canvas, RIGHT, PLAIN, position_in(canvas, 10, 10, 10))
    QTest.mouseClick(canvas, LEFT, Qt.KeyboardModifier.ControlModifier, position_in(canvas, 30, 30, 10))
    assert _labels(panel)[10, 10, 10] == 0
    assert _labels(panel)[10, 30, 30] == 0


def test_the_wheel_turns_slices_in_mid_stroke_and_the_stroke_goes_on(panel: ViewerPanel) -> None:
    _take_brush(panel)
    canvas = canvas_of(panel)
    place = position_in(canvas, 20, 24, 10)
    drag(canvas, place, place, release=False)
    wheel(canvas, -1)
    QTest.mouseRelease(canvas, LEFT, PLAIN, place)
    assert _labels(panel)[10, 24, 20] == 1
    assert _labels(panel)[11, 24, 20] == 1
    assert panel.state.editor is not None
    panel.state.editor.undo()
    assert not _labels(panel).any()


def test_escape_takes_the_stroke_back(panel: ViewerPanel) -> None:
    _take_brush(panel)
    canvas = canvas_of(panel)
    drag(canvas, position_in(canvas, 8, 20, 10), position_in(canvas, 30, 20, 10), release=False)
    assert _labels(panel).any()
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    QTest.mouseRelease(canvas, LEFT, PLAIN, position_in(canvas, 30, 20, 10))
    assert not _labels(panel).any()
    assert panel.state.editor is not None
    assert panel.state.editor.undo_name is None


def test_holding_space_is_view_mode(panel: ViewerPanel) -> None:
    _take_brush(panel)
    canvas = canvas_of(panel)
    QTest.keyPress(canvas, Qt.Key.Key_Space)
    drag(canvas, QPoint(100, 100), QPoint(160, 140))
    assert not _labels(panel).any()
    assert panel.state.window.width > 1000
    QTest.keyRelease(canvas, Qt.Key.Key_Space)
    assert panel.state.editing


def test_brackets_and_shift_wheel_change_the_size_of_the_tip(panel: ViewerPanel, qtbot: QtBot) -> None:
    _take_brush(panel, size_mm=10.0)
    canvas = canvas_of(panel)
    with qtbot.waitSignal(panel.tool_options_changed) as changed:
        QTest.keyClick(canvas, Qt.Key.Key_BracketRight)
    assert changed.args[0].size_mm == 11.0
    wheel(canvas, -1, Qt.KeyboardModifier.ShiftModifier)
    assert panel.state.options.size_mm == 10.0


def test_the_tip_can_be_resized_in_mid_stroke(panel: ViewerPanel) -> None:
    _take_brush(panel, size_mm=2.0)
    canvas = canvas_of(panel)
    drag(canvas, position_in(canvas, 5, 24, 10), position_in(canvas, 12, 24, 10), release=False)
    for _ in range(10):
        QTest.keyClick(canvas, Qt.Key.Key_BracketRight)
    QTest.mouseMove(canvas, position_in(canvas, 30, 24, 10))
    QTest.mouseRelease(canvas, LEFT, PLAIN, position_in(canvas, 30, 24, 10))
    assert _labels(panel)[10, 24, 5:31].all()
    assert _labels(panel)[10, 27, 30] == 1
    assert _labels(panel)[10, 27, 5] == 0
    assert panel.state.editor is not None
    panel.state.editor.undo()
    assert not _labels(panel).any()


def test_mask_keys_change_the_overlay_and_say_so(panel: ViewerPanel) -> None:
    heard: list[tuple[float, bool, bool]] = []
    panel.overlay_changed.connect(lambda *given: heard.append(given))
    for key in (Qt.Key.Key_S, Qt.Key.Key_O, Qt.Key.Key_Apostrophe, Qt.Key.Key_Semicolon, Qt.Key.Key_Semicolon):
        QTest.keyClick(canvas_of(panel), key)
    assert heard == [
        (0.4, False, False),
        (0.4, True, False),
        (0.5, True, False),
        (0.4, True, False),
        (0.3, True, False),
    ]


def test_hiding_the_mask_shows_the_plain_picture(panel: ViewerPanel) -> None:
    canvas = canvas_of(panel)
    plain = picture(canvas)
    _labels(panel)[10, 10:20, 10:20] = 1
    panel.refresh()
    assert picture(canvas) != plain
    QTest.keyClick(canvas, Qt.Key.Key_S)
    assert picture(canvas) == plain


def test_another_grid_drops_the_mask_of_the_one_before(panel: ViewerPanel) -> None:
    other = Volume(np.zeros((5, 6, 7), np.int16), Geometry((5, 6, 7), np.eye(4)))
    panel.set_volume(other, series_of(other))
    assert panel.state.editor is None
    assert picture(canvas_of(panel))
