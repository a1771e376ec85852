"""The three linked views, driven with real mouse, wheel and key events."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.planes import Plane
from medcrypt_gui.core.imaging.series import ImageFormat, PatientText, Series
from medcrypt_gui.core.imaging.volume import Volume, Window
from medcrypt_gui.core.mask.editor import MaskEditor
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.tools.registry import tool
from medcrypt_gui.ui.viewer.plane_canvas import PlaneCanvas
from medcrypt_gui.ui.viewer.view_grid import Arrangement
from medcrypt_gui.ui.viewer.viewer_panel import ViewerPanel

_SHAPE = (20, 48, 40)
_LEFT, _RIGHT, _MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton
_PLAIN = Qt.KeyboardModifier.NoModifier


def _volume() -> Volume:
    stored = np.random.default_rng(3).integers(0, 1000, _SHAPE).astype(np.int16)
    return Volume(stored, Geometry(_SHAPE, np.diag([1.0, 1.0, 2.0, 1.0])), unit="HU", file_window=Window(500, 1000))


def _series(volume: Volume, modality: str = "CT") -> Series:
    text = PatientText("Doe^Jane", "4711", "1970-01-01", "F", "2024-01-01", "Institution")
    return Series("1.2", ImageFormat.DICOM, modality, "head", 2, (Path("one.dcm"),), volume.geometry, text)


@pytest.fixture
def panel(qtbot: QtBot) -> Iterator[ViewerPanel]:
    shown = ViewerPanel()
    qtbot.addWidget(shown)
    shown.resize(900, 600)
    volume = _volume()
    shown.set_volume(volume, _series(volume))
    shown.set_editor(MaskEditor(RoiMask.empty(volume.geometry)))
    shown.show()
    qtbot.waitExposed(shown)
    yield shown
    shown.close()


def _canvas(panel: ViewerPanel, plane: Plane = Plane.AXIAL) -> PlaneCanvas:
    found = panel.findChild(PlaneCanvas, f"{plane.value.lower()}View")
    assert isinstance(found, PlaneCanvas)
    return found


def _wheel(canvas: PlaneCanvas, notches: int, modifiers: Qt.KeyboardModifier = _PLAIN) -> None:
    centre = QPointF(canvas.rect().center())
    event = QWheelEvent(
        centre, canvas.mapToGlobal(centre), QPoint(), QPoint(0, 120 * notches), Qt.MouseButton.NoButton, modifiers,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(canvas, event)


def _drag(
    canvas: PlaneCanvas,
    start: QPoint,
    stop: QPoint,
    button: Qt.MouseButton = _LEFT,
    modifiers: Qt.KeyboardModifier = _PLAIN,
    release: bool = True,
) -> None:
    QTest.mousePress(canvas, button, modifiers, start)
    for n in range(1, 5):
        QTest.mouseMove(canvas, start + (stop - start) * n / 4)
    if release:
        QTest.mouseRelease(canvas, button, modifiers, stop)


def _at(canvas: PlaneCanvas, x: float, y: float, z: float) -> QPoint:
    return canvas.position_of((x, y, z)).toPoint()


def _picture(canvas: PlaneCanvas) -> bytes:
    image = canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    return bytes(image.constBits())


def _take_brush(panel: ViewerPanel, size_mm: float = 6.0, tool_id: str = "brush") -> None:
    chosen = tool(tool_id)
    panel.set_tool(chosen, chosen.options_type(size_mm=size_mm))


def _labels(panel: ViewerPanel) -> np.ndarray:
    assert panel.state.editor is not None
    return panel.state.editor.mask.labels


def test_a_volume_opens_in_its_middle_with_the_files_window(panel: ViewerPanel) -> None:
    assert panel.state.crosshair == (20, 24, 10)
    assert panel.state.window == Window(500, 1000)


def test_the_wheel_turns_to_the_next_slice_and_stops_at_the_ends(panel: ViewerPanel, qtbot: QtBot) -> None:
    canvas = _canvas(panel)
    before = _picture(canvas)
    with qtbot.waitSignal(panel.crosshair_moved) as moved:
        _wheel(canvas, -1)
    assert moved.args == [20, 24, 11]
    assert _picture(canvas) != before
    _wheel(canvas, -50)
    assert canvas.slice_number == 19


def test_a_click_moves_the_crosshair_in_all_views(panel: ViewerPanel) -> None:
    QTest.mouseClick(_canvas(panel), _LEFT, _PLAIN, _at(_canvas(panel), 10, 30, 10))
    assert panel.state.crosshair == (10, 30, 10)
    assert _canvas(panel, Plane.SAGITTAL).slice_number == 10
    assert _canvas(panel, Plane.CORONAL).slice_number == 30


def test_moving_with_shift_takes_the_crosshair_along(panel: ViewerPanel) -> None:
    canvas = _canvas(panel)
    target = QPointF(_at(canvas, 5, 6, 10))
    move = QMouseEvent(
        QMouseEvent.Type.MouseMove, target, canvas.mapToGlobal(target), Qt.MouseButton.NoButton,
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.ShiftModifier,
    )  # fmt: skip
    QApplication.sendEvent(canvas, move)
    assert panel.state.crosshair == (5, 6, 10)


def test_dragging_with_h_takes_the_crosshair_along(panel: ViewerPanel) -> None:
    canvas = _canvas(panel)
    QTest.keyClick(canvas, Qt.Key.Key_H)
    _drag(canvas, _at(canvas, 20, 20, 10), _at(canvas, 30, 31, 10))
    assert panel.state.crosshair == (30, 31, 10)
    assert panel.state.window == Window(500, 1000)


def test_dragging_left_sets_window_and_level_and_r_resets_them(panel: ViewerPanel) -> None:
    canvas = _canvas(panel)
    _drag(canvas, QPoint(100, 100), QPoint(160, 140))
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
    QTest.keyClick(_canvas(panel), key)
    assert panel.state.window == window


def test_presets_do_nothing_on_mr_and_9_is_the_users_own(panel: ViewerPanel) -> None:
    volume = _volume()
    panel.set_volume(volume, _series(volume, "MR"))
    panel.set_window(Window(123, 45))
    QTest.keyClick(_canvas(panel), Qt.Key.Key_9, Qt.KeyboardModifier.ControlModifier)
    panel.set_window(Window(1, 2))
    QTest.keyClick(_canvas(panel), Qt.Key.Key_1)
    assert panel.state.window == Window(1, 2)
    QTest.keyClick(_canvas(panel), Qt.Key.Key_9)
    assert panel.state.window == Window(123, 45)


def test_ctrl_and_wheel_zooms_at_the_cursor_and_ctrl_f_fits(panel: ViewerPanel) -> None:
    canvas = _canvas(panel)
    centre = QPointF(canvas.rect().center())
    before = canvas.index_at(centre)
    _wheel(canvas, 3, Qt.KeyboardModifier.ControlModifier)
    assert canvas.zoom > 1.4
    assert canvas.index_at(centre) == pytest.approx(before)
    QTest.keyClick(canvas, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert canvas.zoom == 1.0


def test_the_middle_button_pans_and_the_right_one_zooms(panel: ViewerPanel) -> None:
    canvas = _canvas(panel)
    place = _at(canvas, 20, 24, 10)
    _drag(canvas, place, place + QPoint(40, 0), _MIDDLE)
    assert (_at(canvas, 20, 24, 10) - place - QPoint(40, 0)).manhattanLength() <= 1  # rounded to whole pixels twice
    _drag(canvas, QPoint(100, 100), QPoint(100, 40), _RIGHT)
    assert canvas.zoom > 1.2


def test_a_right_click_asks_for_the_menu(panel: ViewerPanel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(panel.menu_requested):
        QTest.mouseClick(_canvas(panel), _RIGHT, _PLAIN, QPoint(50, 50))


def test_a_stroke_paints_where_the_mouse_was_and_is_one_undo_step(panel: ViewerPanel, qtbot: QtBot) -> None:
    _take_brush(panel)
    canvas = _canvas(panel)
    with qtbot.waitSignal(panel.gesture_finished):
        _drag(canvas, _at(canvas, 8, 20, 10), _at(canvas, 30, 20, 10))
    assert (_labels(panel)[10, 20, 8:31] == 1).all()
    assert not _labels(panel)[9].any()
    assert panel.state.editor is not None
    panel.state.editor.undo()
    assert not _labels(panel).any()


@pytest.mark.parametrize("plane", list(Plane))
def test_painting_works_in_every_plane_and_shows_at_once(panel: ViewerPanel, plane: Plane) -> None:
    _take_brush(panel)
    canvas = _canvas(panel, plane)
    before = _picture(canvas)
    QTest.mouseClick(canvas, _LEFT, _PLAIN, _at(canvas, 20, 24, 10))
    assert _labels(panel)[10, 24, 20] == 1
    assert _picture(canvas) != before


def test_the_right_button_and_ctrl_erase(panel: ViewerPanel) -> None:
    _labels(panel)[:] = 1
    _take_brush(panel)
    canvas = _canvas(panel)
    QTest.mouseClick(canvas, _RIGHT, _PLAIN, _at(canvas, 10, 10, 10))
    QTest.mouseClick(canvas, _LEFT, Qt.KeyboardModifier.ControlModifier, _at(canvas, 30, 30, 10))
    assert _labels(panel)[10, 10, 10] == 0
    assert _labels(panel)[10, 30, 30] == 0


def test_the_wheel_turns_slices_in_mid_stroke_and_the_stroke_goes_on(panel: ViewerPanel) -> None:
    _take_brush(panel)
    canvas = _canvas(panel)
    place = _at(canvas, 20, 24, 10)
    _drag(canvas, place, place, release=False)
    _wheel(canvas, -1)
    QTest.mouseRelease(canvas, _LEFT, _PLAIN, place)
    assert _labels(panel)[10, 24, 20] == 1
    assert _labels(panel)[11, 24, 20] == 1
    assert panel.state.editor is not None
    panel.state.editor.undo()
    assert not _labels(panel).any()


def test_escape_takes_the_stroke_back(panel: ViewerPanel) -> None:
    _take_brush(panel)
    canvas = _canvas(panel)
    _drag(canvas, _at(canvas, 8, 20, 10), _at(canvas, 30, 20, 10), release=False)
    assert _labels(panel).any()
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    QTest.mouseRelease(canvas, _LEFT, _PLAIN, _at(canvas, 30, 20, 10))
    assert not _labels(panel).any()
    assert panel.state.editor is not None
    assert panel.state.editor.undo_name is None


def test_holding_space_is_view_mode(panel: ViewerPanel) -> None:
    _take_brush(panel)
    canvas = _canvas(panel)
    QTest.keyPress(canvas, Qt.Key.Key_Space)
    _drag(canvas, QPoint(100, 100), QPoint(160, 140))
    assert not _labels(panel).any()
    assert panel.state.window.width > 1000
    QTest.keyRelease(canvas, Qt.Key.Key_Space)
    assert panel.state.editing


def test_brackets_and_shift_wheel_change_the_size_of_the_tip(panel: ViewerPanel, qtbot: QtBot) -> None:
    _take_brush(panel, size_mm=10.0)
    canvas = _canvas(panel)
    with qtbot.waitSignal(panel.tool_options_changed) as changed:
        QTest.keyClick(canvas, Qt.Key.Key_BracketRight)
    assert changed.args[0].size_mm == 11.0
    _wheel(canvas, -1, Qt.KeyboardModifier.ShiftModifier)
    assert panel.state.options.size_mm == 10.0


def test_mask_keys_change_the_overlay_and_say_so(panel: ViewerPanel) -> None:
    heard: list[tuple[float, bool, bool]] = []
    panel.overlay_changed.connect(lambda *given: heard.append(given))
    for key in (Qt.Key.Key_S, Qt.Key.Key_O, Qt.Key.Key_Apostrophe, Qt.Key.Key_Semicolon, Qt.Key.Key_Semicolon):
        QTest.keyClick(_canvas(panel), key)
    assert heard == [
        (0.4, False, False),
        (0.4, True, False),
        (0.5, True, False),
        (0.4, True, False),
        (0.3, True, False),
    ]


def test_hiding_the_mask_shows_the_plain_picture(panel: ViewerPanel) -> None:
    canvas = _canvas(panel)
    plain = _picture(canvas)
    _labels(panel)[10, 10:20, 10:20] = 1
    panel.refresh()
    assert _picture(canvas) != plain
    QTest.keyClick(canvas, Qt.Key.Key_S)
    assert _picture(canvas) == plain


def test_inverting_twice_gives_the_same_picture(panel: ViewerPanel) -> None:
    canvas = _canvas(panel)
    plain = _picture(canvas)
    QTest.keyClick(canvas, Qt.Key.Key_I)
    assert _picture(canvas) != plain
    QTest.keyClick(canvas, Qt.Key.Key_I)
    assert _picture(canvas) == plain


@pytest.mark.parametrize(
    ("key", "expected"),
    [(Qt.Key.Key_Down, 11), (Qt.Key.Key_Up, 9), (Qt.Key.Key_PageUp, 0), (Qt.Key.Key_Home, 0), (Qt.Key.Key_End, 19)],
)
def test_keys_turn_slices_of_the_active_view(panel: ViewerPanel, key: Qt.Key, expected: int) -> None:
    QTest.keyClick(_canvas(panel), key)
    assert _canvas(panel).slice_number == expected


def test_f6_goes_to_the_next_view(panel: ViewerPanel) -> None:
    assert panel.active_canvas.plane is Plane.AXIAL
    QTest.keyClick(panel.active_canvas, Qt.Key.Key_F6)
    assert panel.active_canvas.plane is Plane.SAGITTAL


def test_a_double_click_maximises_and_restores(panel: ViewerPanel) -> None:
    canvas = _canvas(panel, Plane.CORONAL)
    QTest.mouseDClick(canvas, _LEFT, _PLAIN, QPoint(60, 60))
    assert canvas.isVisible()
    assert not _canvas(panel).isVisible()
    QTest.mouseDClick(canvas, _LEFT, _PLAIN, QPoint(60, 60))
    assert _canvas(panel).isVisible()


def test_four_equal_views_show_a_histogram_that_follows_the_window(panel: ViewerPanel, qtbot: QtBot) -> None:
    panel.set_arrangement(Arrangement.QUAD)
    histogram = next(child for child in panel.children() if child.objectName() == "histogram")
    assert histogram.isVisible()  # type: ignore[attr-defined]
    panel.set_window(Window(300, 200))
    panel.set_arrangement(Arrangement.FOCUS)
    assert not histogram.isVisible()  # type: ignore[attr-defined]


def test_value_and_place_under_the_cursor_are_told(panel: ViewerPanel, qtbot: QtBot) -> None:
    canvas = _canvas(panel)
    with qtbot.waitSignal(panel.hovered) as told:
        QTest.mouseMove(canvas, _at(canvas, 12, 34, 10))
    volume = panel.state.volume
    assert volume is not None
    assert told.args[0].startswith(f"{volume.stored[10, 34, 12]} HU")
    assert "L 12.0  P 34.0  S 20.0 mm" in told.args[0]


def test_no_volume_is_a_calm_empty_view(panel: ViewerPanel) -> None:
    panel.set_editor(None)
    panel.set_volume(None)
    canvas = _canvas(panel)
    _wheel(canvas, 1)
    QTest.mouseClick(canvas, _LEFT, _PLAIN, QPoint(20, 20))
    QTest.keyClick(canvas, Qt.Key.Key_R)
    assert panel.state.crosshair == (20, 24, 10)
    assert _picture(canvas)


def test_slices_that_arrive_later_are_painted(panel: ViewerPanel) -> None:
    whole = _volume()
    loaded = np.zeros(_SHAPE[0], bool)
    filling = Volume(np.zeros_like(whole.stored), whole.geometry, file_window=whole.file_window, loaded=loaded)
    panel.set_volume(filling, _series(filling))
    canvas = _canvas(panel)
    empty = _picture(canvas)
    filling.stored[:] = whole.stored  # type: ignore[index]
    loaded[:] = True
    panel.notify_slices_loaded()
    assert _picture(canvas) != empty


def test_the_same_grid_unlocked_keeps_place_and_window(panel: ViewerPanel) -> None:
    panel.set_crosshair((3, 4, 5))
    panel.set_window(Window(200, 50))
    volume = _volume()
    panel.set_volume(volume, _series(volume), keep_view=True)
    assert panel.state.crosshair == (3, 4, 5)
    assert panel.state.window == Window(200, 50)


def test_another_grid_drops_the_mask_of_the_one_before(panel: ViewerPanel) -> None:
    other = Volume(np.zeros((5, 6, 7), np.int16), Geometry((5, 6, 7), np.eye(4)))
    panel.set_volume(other, _series(other))
    assert panel.state.editor is None
    assert _picture(_canvas(panel))


def test_names_can_be_hidden(panel: ViewerPanel) -> None:
    canvas = _canvas(panel)
    named = _picture(canvas)
    QTest.keyClick(canvas, Qt.Key.Key_H, Qt.KeyboardModifier.ControlModifier)
    assert panel.state.names_hidden
    assert _picture(canvas) != named
