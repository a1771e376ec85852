"""A pen on a tablet: its eraser erases, fast strokes leave no gap, and pressure does only what it is asked to."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QInputDevice, QPointingDevice, QPointingDeviceUniqueId, QTabletEvent
from PySide6.QtWidgets import QApplication
from ui.panel_driver import canvas_of, position_in

from medcrypt_gui.core.tools.brush import BrushOptions
from medcrypt_gui.core.tools.registry import tool
from medcrypt_gui.ui.viewer.plane_canvas import PlaneCanvas
from medcrypt_gui.ui.viewer.viewer_panel import ViewerPanel

_PRESS, _MOVE, _RELEASE = QEvent.Type.TabletPress, QEvent.Type.TabletMove, QEvent.Type.TabletRelease
_LEFT, _NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton


class Pen:
    """One end of a pen."""

    def __init__(self, kind: QPointingDevice.PointerType = QPointingDevice.PointerType.Pen) -> None:
        able = QInputDevice.Capability.Position | QInputDevice.Capability.Pressure
        self._device = QPointingDevice(
            "pen", 7, QInputDevice.DeviceType.Stylus, kind, able, 1, 3, "", QPointingDeviceUniqueId()
        )
        self._now_ms = 1000

    def send(
        self, canvas: PlaneCanvas, kind: QEvent.Type, place: QPoint, pressure: float = 0.7, after_ms: int = 5
    ) -> None:
        self._now_ms += after_ms
        at = QPointF(place)
        button = _NONE if kind is _MOVE else _LEFT
        held = _NONE if kind is _RELEASE or pressure == 0 else _LEFT
        event = QTabletEvent(
            kind, self._device, at, QPointF(canvas.mapToGlobal(place)), pressure, 0.0, 0.0, 0.0, 0.0, 0.0,
            Qt.KeyboardModifier.NoModifier, button, held,
        )  # fmt: skip
        event.setTimestamp(self._now_ms)
        QApplication.sendEvent(canvas, event)
        assert event.isAccepted(), "or Qt makes mouse events of it, too"

    def stroke(self, canvas: PlaneCanvas, *places: QPoint, pressure: float = 0.7) -> None:
        self.send(canvas, _PRESS, places[0], pressure, 1000)
        for place in places[1:]:
            self.send(canvas, _MOVE, place, pressure)
        self.send(canvas, _RELEASE, places[-1], 0.0)


@pytest.fixture
def canvas(panel: ViewerPanel) -> PlaneCanvas:
    panel.set_tool(tool("brush"), BrushOptions(4.0))
    return canvas_of(panel)


def _labels(canvas: PlaneCanvas) -> np.ndarray:
    assert canvas.state.editor is not None
    return canvas.state.editor.labels


def test_the_tip_paints_and_the_eraser_erases(canvas: PlaneCanvas) -> None:
    places = [position_in(canvas, x, 24, 10) for x in (10, 20, 30)]
    Pen().stroke(canvas, *places)
    assert (_labels(canvas)[10, 24, 10:31] == 1).all()
    Pen(QPointingDevice.PointerType.Eraser).stroke(canvas, *places[1:])
    assert (_labels(canvas)[10, 24, 21:30] == 0).all()
    assert _labels(canvas)[10, 24, 10] == 1
    Pen().stroke(canvas, *places)
    assert (_labels(canvas)[10, 24, 10:31] == 1).all(), "the eraser's end is forgotten"


def test_every_event_of_a_fast_stroke_is_used_and_it_is_one_undo_step(canvas: PlaneCanvas) -> None:
    turns = np.linspace(0, 4 * np.pi, 400)
    places = [position_in(canvas, 20 + 12 * np.cos(a), 24 + 12 * np.sin(2 * a), 10) for a in turns]
    Pen().stroke(canvas, *places)
    for place in places:
        x, y, z = (int(np.floor(i + 0.5)) for i in canvas.index_at(QPointF(place)))
        assert _labels(canvas)[z, y, x] == 1
    assert canvas.state.editor is not None
    canvas.state.editor.undo()
    assert not _labels(canvas).any()


def test_two_samples_far_apart_are_joined(canvas: PlaneCanvas) -> None:
    Pen().stroke(canvas, position_in(canvas, 4, 24, 10), position_in(canvas, 36, 24, 10))
    assert (_labels(canvas)[10, 24, 4:37] == 1).all()


@pytest.mark.parametrize("sizes", [False, True])
def test_pressure_sizes_the_tip_only_where_that_is_chosen(panel: ViewerPanel, sizes: bool) -> None:
    panel.set_tool(tool("brush"), BrushOptions(12.0, pressure=sizes))
    canvas = canvas_of(panel)
    Pen().stroke(canvas, position_in(canvas, 20, 24, 10), pressure=0.5)
    assert _labels(canvas)[10, 24, 15] == (0 if sizes else 1)
    assert _labels(canvas)[10, 24, 18] == 1


def test_two_quick_taps_complete_a_polygon(panel: ViewerPanel) -> None:
    panel.set_tool(tool("polygon"))
    canvas, pen = canvas_of(panel), Pen()
    for x, y in ((10, 14), (30, 14), (30, 34), (10, 34)):
        pen.stroke(canvas, position_in(canvas, x, y, 10))
    assert not _labels(canvas).any()
    place = position_in(canvas, 10, 34, 10)
    pen.send(canvas, _PRESS, place, after_ms=120)
    pen.send(canvas, _RELEASE, place, 0.0)
    assert _labels(canvas)[10, 24, 20] == 1


def test_a_pen_above_the_tablet_moves_the_tip_only(canvas: PlaneCanvas) -> None:
    pen = Pen()
    for x in (10, 20, 30):
        pen.send(canvas, _MOVE, position_in(canvas, x, 24, 10), 0.0)
    assert not _labels(canvas).any()


def test_in_view_mode_a_pen_does_what_a_mouse_does(panel: ViewerPanel) -> None:
    panel.set_tool(None)
    canvas = canvas_of(panel)
    before = panel.state.window
    Pen().stroke(canvas, QPoint(100, 100), QPoint(130, 120), QPoint(180, 140))
    assert panel.state.window != before
