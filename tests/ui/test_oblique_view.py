"""The oblique plane: turned by mouse and keys, through the crosshair, told in the other views."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from builders.grids import ball, tilted_grid
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from ui.driver import Driver

from medcrypt_gui.core.imaging.slab import Projection
from medcrypt_gui.core.imaging.volume import Volume, Window
from medcrypt_gui.core.mask.editor import MaskEditor
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.tools.registry import tool
from medcrypt_gui.ui.viewer.extra_views import Extra
from medcrypt_gui.ui.viewer.oblique_canvas import ObliqueCanvas
from medcrypt_gui.ui.viewer.viewer_panel import ViewerPanel

_LEFT, _PLAIN, _ALT = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.AltModifier


@pytest.fixture
def panel(qtbot: QtBot) -> Iterator[ViewerPanel]:
    shown = ViewerPanel()
    qtbot.addWidget(shown)
    shown.resize(900, 800)
    geometry = tilted_grid()
    values = 500 * ball(geometry, 40.0) + 500 * ball(geometry, 9.0, (20.0, 5.0, 8.0))
    shown.set_volume(Volume(values.astype(np.int16), geometry, unit="HU", file_window=Window(500, 1000)))
    shown.set_editor(MaskEditor(RoiMask.empty(geometry)))
    shown.show()
    shown.show_extra(Extra.OBLIQUE)
    qtbot.waitUntil(lambda: not _message(shown), timeout=60_000)
    yield shown
    shown.close()


def _canvas(panel: QWidget) -> ObliqueCanvas:
    found = panel.findChild(ObliqueCanvas)
    assert isinstance(found, ObliqueCanvas)
    return found


def _message(panel: ViewerPanel) -> bool:
    """Whether nothing but a message is shown yet: then no pixel is bright."""
    return int((_pixels(_canvas(panel)).mean(axis=2) > 100).sum()) < 5000


def _pixels(canvas: QWidget) -> np.ndarray:
    image = canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    return np.frombuffer(bytes(image.constBits()), np.uint8).reshape(image.height(), -1, 4)[..., :3].astype(int)


def _differs(canvas: QWidget, before: np.ndarray) -> bool:
    return bool((np.abs(_pixels(canvas) - before).max(axis=2) > 40).mean() > 1e-4)


def _press(canvas: ObliqueCanvas, key: Qt.Key, modifiers: Qt.KeyboardModifier = _PLAIN) -> None:
    QTest.keyClick(canvas, key, modifiers)


def _drag(canvas: ObliqueCanvas, by: QPoint, button: Qt.MouseButton = _LEFT) -> None:
    start = canvas.rect().center()
    QTest.mousePress(canvas, button, _PLAIN, start)
    for share in (0.25, 0.5, 1.0):
        QTest.mouseMove(canvas, start + by * share)
    QTest.mouseRelease(canvas, button, _PLAIN, start + by)


def _wheel(canvas: ObliqueCanvas, notches: int, modifiers: Qt.KeyboardModifier = _PLAIN) -> None:
    centre = QPointF(canvas.rect().center())
    event = QWheelEvent(
        centre, canvas.mapToGlobal(centre), QPoint(), QPoint(0, 120 * notches), Qt.MouseButton.NoButton, modifiers,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(canvas, event)


def test_it_begins_with_the_patients_axial_plane_though_the_slices_are_tilted(panel: ViewerPanel) -> None:
    plane = _canvas(panel).plane
    assert plane is not None
    assert plane.letters == ("R", "L", "A", "P")
    assert np.allclose(plane.normal, (0, 0, 1))


def test_dragging_turns_it_and_the_other_views_show_where_it_cuts_them(panel: ViewerPanel) -> None:
    canvas, sagittal = _canvas(panel), panel.canvases[1]
    before, line = _pixels(canvas), _pixels(sagittal)
    _drag(canvas, QPoint(0, 80))
    assert canvas.plane is not None
    angle, _ = canvas.plane.from_standing()
    assert angle == pytest.approx(80 * 0.4, abs=0.5)
    assert _differs(canvas, before)
    assert panel.state.oblique is canvas.plane
    assert _differs(sagittal, line)


def test_alt_and_arrows_turn_by_one_degree_and_buttons_stand_it_up_again(panel: ViewerPanel) -> None:
    canvas = _canvas(panel)
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Left):
        _press(canvas, key, _ALT)
    assert canvas.plane is not None
    assert canvas.plane.from_standing()[0] == pytest.approx(np.hypot(2, 1), abs=0.01)
    _press(canvas, Qt.Key.Key_PageDown, _ALT)
    assert canvas.plane.from_standing()[0] == pytest.approx(np.hypot(2, 1), abs=0.01), "turned within itself"
    button = panel.findChild(QPushButton, "obliqueCoronalButton")
    assert button is not None
    QTest.mouseClick(button, _LEFT)
    assert canvas.plane.letters == ("R", "L", "S", "I")
    assert canvas.accessibleName() == "Oblique plane"
    assert canvas.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_the_wheel_moves_it_along_its_normal_and_takes_the_crosshair_along(panel: ViewerPanel) -> None:
    canvas = _canvas(panel)
    start = panel.state.crosshair
    geometry = panel.state.volume.geometry  # type: ignore[union-attr]
    _wheel(canvas, -2)
    moved = geometry.to_mm(panel.state.crosshair) - geometry.to_mm(start)  # type: ignore[arg-type]
    assert moved[2] > 1.5
    _press(canvas, Qt.Key.Key_Up)
    _press(canvas, Qt.Key.Key_Up)
    assert panel.state.crosshair == start
    for _ in range(40):
        _press(canvas, Qt.Key.Key_PageDown)
    assert canvas.plane is not None
    assert abs(canvas.plane.point[2]) < 75, "it stays in the volume"


def test_a_click_moves_the_crosshair_and_the_plane_follows_one_moved_elsewhere(panel: ViewerPanel) -> None:
    canvas = _canvas(panel)
    QTest.mouseClick(canvas, _LEFT, _PLAIN, canvas.rect().center() + QPoint(60, 0))
    geometry = panel.state.volume.geometry  # type: ignore[union-attr]
    assert geometry.to_mm(panel.state.crosshair)[0] > 15  # type: ignore[arg-type]
    panel.set_crosshair((50, 60, 30))
    assert canvas.plane is not None
    assert np.allclose(canvas.plane.point, geometry.to_mm((50.0, 60.0, 30.0)))


def test_ctrl_wheel_and_right_drag_zoom_and_middle_drag_pans(panel: ViewerPanel) -> None:
    canvas = _canvas(panel)
    raster = canvas.raster()
    assert raster is not None
    _wheel(canvas, 2, Qt.KeyboardModifier.ControlModifier)
    nearer = canvas.raster()
    assert nearer is not None
    assert nearer.pixel_mm == pytest.approx(raster.pixel_mm / 1.15**2)
    _drag(canvas, QPoint(0, 40), Qt.MouseButton.RightButton)
    farther = canvas.raster()
    assert farther is not None
    assert farther.pixel_mm > nearer.pixel_mm
    _drag(canvas, QPoint(30, 0), Qt.MouseButton.MiddleButton)
    panned = canvas.raster()
    assert panned is not None
    assert (farther.middle_mm - panned.middle_mm) @ panned.right == pytest.approx(30 * panned.pixel_mm)
    _press(canvas, Qt.Key.Key_R)
    fitted = canvas.raster()
    assert fitted is not None
    assert fitted.pixel_mm == pytest.approx(raster.pixel_mm)
    assert np.allclose(fitted.middle_mm, raster.middle_mm)
    assert canvas.plane is not None
    assert canvas.plane.letters == ("R", "L", "A", "P"), "none of them turns it"


def test_it_tells_value_and_place_under_the_cursor(panel: ViewerPanel, qtbot: QtBot) -> None:
    canvas = _canvas(panel)
    with qtbot.waitSignal(panel.hovered, check_params_cb=lambda text: "HU" in text and "mm" in text):
        QTest.mouseMove(canvas, canvas.rect().center())


def test_window_mask_and_slab_are_those_of_the_other_views(panel: ViewerPanel) -> None:
    canvas, editor = _canvas(panel), panel.state.editor
    assert editor is not None
    before = _pixels(canvas)
    panel.set_window(Window(200, 300))
    assert _differs(canvas, before)
    before = _pixels(canvas)
    editor.apply_whole(ball(editor.geometry, 20.0), "ball")
    assert _differs(canvas, before)
    before = _pixels(canvas)
    panel.set_slab(Projection.MINIMUM, 60.0)
    assert _differs(canvas, before)


def test_nothing_is_painted_in_it_and_it_says_so(panel: ViewerPanel) -> None:
    canvas, editor = _canvas(panel), panel.state.editor
    assert editor is not None
    brush = tool("brush")
    before = _pixels(canvas)
    panel.set_tool(brush, brush.options_type(size_mm=20.0))
    assert _differs(canvas, before)
    _drag(canvas, QPoint(50, 20))
    assert not editor.mask.labels.any()


def test_hidden_it_leaves_no_line_in_the_other_views(panel: ViewerPanel) -> None:
    _press(_canvas(panel), Qt.Key.Key_Up, _ALT)
    assert panel.state.oblique is not None
    panel.show_extra(Extra.HISTOGRAM)
    assert panel.state.oblique is None


def test_no_volume_another_one_and_the_other_convention_are_followed(panel: ViewerPanel) -> None:
    canvas = _canvas(panel)
    _press(canvas, Qt.Key.Key_Up, _ALT)
    panel.shared.set_neurological(True)
    assert canvas.plane is not None
    assert canvas.plane.letters[:2] == ("L", "R")
    panel.set_volume(None)
    canvas.grab()
    _press(canvas, Qt.Key.Key_Up, _ALT)
    _press(canvas, Qt.Key.Key_Down)
    _drag(canvas, QPoint(9, 9))
    _wheel(canvas, 1)
    assert canvas.plane is None
    geometry = tilted_grid(0.0, (20, 30, 30))
    panel.set_volume(Volume(np.zeros(geometry.shape, np.uint8), geometry))
    canvas.grab()
    assert canvas.plane is not None


def test_the_menu_shows_it(opened: Driver) -> None:
    opened.window.named_actions["extraObliqueAction"].trigger()
    assert opened.shown("obliqueCanvas")
