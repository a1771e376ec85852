"""What mouse and pen do in a view: every drag is a generator that gets positions and, at last, None."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QGuiApplication, QPointingDevice, QSinglePointEvent, QTabletEvent, QWheelEvent

from medcrypt_gui.core.imaging.measurements import Shape
from medcrypt_gui.core.imaging.volume import Window
from medcrypt_gui.core.tools.base import Event, PointerSample
from medcrypt_gui.ui.viewer.corner_text import is_inside
from medcrypt_gui.ui.viewer.measuring import Measuring, ViewDrag
from medcrypt_gui.ui.viewer.strokes import Strokes
from medcrypt_gui.ui.viewer.view_state import LeftDrag

if TYPE_CHECKING:
    from medcrypt_gui.ui.viewer.plane_canvas import PlaneCanvas

_CLICK_PIXELS = 3.0  # a press that moves less is a click
_DOUBLE_PIXELS = 12.0  # so near to each other two presses of a pen are a double-click
_NOTCH = 120  # eighths of a degree, as Qt counts one notch of a wheel
_ZOOM_PER_NOTCH = 1.15
_ZOOM_PER_PIXEL = 1.008
_SHAPES = {
    LeftDrag.DISTANCE: Shape.DISTANCE,
    LeftDrag.ELLIPSE: Shape.ELLIPSE,
    LeftDrag.RECTANGLE: Shape.RECTANGLE,
}
_WINDOW_PIXELS = 300.0  # dragging so far doubles the width or moves the level by it


class Pointer:
    """Turns the events of one view into drags, strokes and steps."""

    def __init__(self, canvas: PlaneCanvas) -> None:
        self._canvas = canvas
        self._measuring = Measuring(canvas)
        self._drag: ViewDrag | None = None
        self.strokes = Strokes(canvas)
        self._button = Qt.MouseButton.NoButton
        self._pressed_at = QPointF()
        self._last = QPointF()
        self._moved = False
        self._edits = False  # the drag under way moves the end of a measurement
        self._erasing = False
        self._inverted = False
        self._pressure = 1.0
        self._pen_pressed_ms = -math.inf
        self._wheel_rest = 0

    def would_erase(self) -> bool:
        """Whether the tip under the pointer takes away, as far as the last event said."""
        tool = self._canvas.state.tool
        erases = tool is not None and tool.erases
        return (erases or self._erasing) != self._inverted

    @property
    def is_placing(self) -> bool:
        """Whether the next click goes on with an angle."""
        return self._measuring.is_placing

    def press(self, event: QSinglePointEvent) -> None:
        canvas = self._canvas
        if self._button is not Qt.MouseButton.NoButton or canvas.view is None:
            return  # a second button in mid-drag changes nothing
        self._button = event.button()
        self._pressed_at = self._last = event.position()
        self._moved = False
        paints = self._button in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton)
        if canvas.state.editing and paints:
            self._note_modifiers(event)
            self._erasing = self._erasing or self._button is Qt.MouseButton.RightButton
            if _alt(event) and self.tell_tool(Event.REMOVE):
                return
            self.strokes.press(self._sample())
            return
        canvas.pressed.emit()
        self._drag = self._view_drag(self._button)
        if self._drag is not None:
            next(self._drag)

    def double_click(self, event: QSinglePointEvent) -> None:
        """Completes what a tool draws; with no such tool it is a press like any other."""
        if self._canvas.state.editing and self.strokes.sketches and event.button() is Qt.MouseButton.LeftButton:
            self._last = event.position()
            self.tell_tool(Event.CLOSE)
        else:
            self.press(event)

    def pen(self, event: QTabletEvent) -> None:
        """A pen on a tablet: the same as a mouse, but that Qt makes no double-clicks of its presses."""
        self._pressure = event.pressure() if event.type() is not QEvent.Type.TabletRelease else self._pressure
        if event.type() is QEvent.Type.TabletPress:
            since, self._pen_pressed_ms = event.timestamp() - self._pen_pressed_ms, event.timestamp()
            near = (event.position() - self._pressed_at).manhattanLength() <= _DOUBLE_PIXELS
            twice = near and since <= QGuiApplication.styleHints().mouseDoubleClickInterval()
            (self.double_click if twice else self.press)(event)
        elif event.type() is QEvent.Type.TabletMove:
            self.move(event)
        else:
            self.release(event)
            self._pressure = 1.0

    def tell_tool(self, event: Event) -> bool:
        """Tell a tool that draws over several presses what happened; False where that means nothing to it."""
        if self._canvas.view is None or not self._canvas.state.editing:
            return False
        return self.strokes.tell(self._sample(event))

    def move(self, event: QSinglePointEvent) -> None:
        canvas = self._canvas
        self._last = event.position()
        if canvas.view is None:
            return
        if self._button is not Qt.MouseButton.NoButton and not self._is_held(event):
            self._release_unseen()
        if self._button is Qt.MouseButton.NoButton:
            self._note_modifiers(event)
            self._measuring.follow(self._last)
            self.tell_tool(Event.MOVE)
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self._place_crosshair(self._last)
            return
        self._moved = self._moved or (self._last - self._pressed_at).manhattanLength() > _CLICK_PIXELS
        if self.strokes.is_pressed:
            self._inverted = _ctrl(event)
            self.strokes.move(self._sample())
        elif self._drag is not None and self._moved:
            self._drag.send(self._last)

    def _is_held(self, event: QSinglePointEvent) -> bool:
        touches = isinstance(event, QTabletEvent) and event.pressure() > 0
        return touches or bool(self._button & event.buttons())

    def _release_unseen(self) -> None:
        """The button is up, but a dialog or another window got to hear of it: what was drawn so far stands."""
        self._button = Qt.MouseButton.NoButton
        if self.strokes.is_pressed:
            self.strokes.release(self._sample())
        if self._drag is not None:
            _finish(self._drag)
            self._drag = None

    def release(self, event: QSinglePointEvent) -> None:
        if event.button() is not self._button:
            return
        self._button = Qt.MouseButton.NoButton
        if self.strokes.is_pressed:
            self.strokes.release(self._sample())
            self._erasing = False
        elif self._drag is not None:
            _finish(self._drag)
            self._drag = None
            if not self._moved:
                self._click(event)
        elif event.button() is Qt.MouseButton.LeftButton and self._measuring.is_placing:
            self._measuring.place(event.position())

    def wheel(self, event: QWheelEvent) -> None:
        """Slices; with Ctrl zoom, with Shift the tip's size or the volume of a 4D series.

        Fine wheels and touchpads add up to whole notches.
        """
        event.accept()
        canvas = self._canvas
        # With Alt or Shift some systems turn the wheel sideways.
        self._wheel_rest += event.angleDelta().y() or event.angleDelta().x()
        notches = int(self._wheel_rest / _NOTCH)
        self._wheel_rest -= notches * _NOTCH
        if notches == 0 or canvas.view is None:
            return
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier and not self.strokes.is_pressed:
            canvas.zoom_by(_ZOOM_PER_NOTCH**notches, event.position())
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            (canvas.tip_resize_requested if canvas.state.editing else canvas.phase_requested).emit(notches)
        else:
            canvas.scrolled.emit()
            canvas.step(-notches)
            if self.strokes.is_pressed:
                self.strokes.move(self._sample())
            else:
                self.tell_tool(Event.MOVE)  # what a tool shows under the pointer lies in another slice now

    def cancel_stroke(self) -> bool:
        """Take back what is being drawn: a stroke of a tool, or a measurement."""
        if self._measuring.cancel():
            return True
        if self._drag is not None and (self._canvas.state.draft is not None or self._edits):
            self._drag.close()
            self._drag = self._canvas.state.draft = None
            self._canvas.measurement_changed.emit()
            return True
        return self.strokes.cancel()

    def _note_modifiers(self, event: QSinglePointEvent) -> None:
        self._inverted = _ctrl(event)
        self._erasing = event.pointerType() is QPointingDevice.PointerType.Eraser

    def _sample(self, event: Event = Event.MOVE) -> PointerSample:
        canvas = self._canvas
        assert canvas.view is not None
        return PointerSample(
            canvas.index_at(self._last),
            canvas.view.through_axis,
            self._erasing,
            self._inverted,
            event,
            canvas.devicePixelRatioF() / canvas.frame().scale,
            self._pressure,
        )

    # Drags in view mode

    def _view_drag(self, button: Qt.MouseButton) -> ViewDrag | None:
        if button is Qt.MouseButton.MiddleButton:
            return self._pan()
        if button is Qt.MouseButton.RightButton:
            return self._zoom()
        if button is not Qt.MouseButton.LeftButton or self._measuring.is_placing:
            return None
        action = self._canvas.state.left_drag
        draws = action in _SHAPES or action in (LeftDrag.ANGLE, LeftDrag.WINDOW_BOX)
        held = self._measuring.handle_drag(self._pressed_at, draws)
        self._edits = held is not None
        if held is not None:
            return held
        if action in _SHAPES:
            return self._measuring.draw(_SHAPES[action], self._pressed_at)
        if action in (LeftDrag.ANGLE, LeftDrag.WINDOW_BOX):
            begin = self._measuring.draw_leg if action is LeftDrag.ANGLE else self._measuring.draw_window_box
            return begin(self._pressed_at)
        return {
            LeftDrag.WINDOW: self._window,
            LeftDrag.PAN: self._pan,
            LeftDrag.ZOOM: self._zoom,
            LeftDrag.CROSSHAIR: self._crosshair,
        }[action]()

    def _window(self) -> ViewDrag:
        """To the right is wider, downwards a higher level, so darker; both in proportion to the width at the start."""
        start = self._canvas.state.window
        while (position := (yield)) is not None:
            moved = position - self._pressed_at
            level = start.level + moved.y() * start.width / _WINDOW_PIXELS
            width = start.width * math.exp(moved.x() / _WINDOW_PIXELS * math.log(2) * 2)
            self._canvas.window_requested.emit(Window(level, width))

    def _pan(self) -> ViewDrag:
        previous = self._pressed_at
        while (position := (yield)) is not None:
            self._canvas.pan_by(position - previous)
            previous = position

    def _zoom(self) -> ViewDrag:
        previous = self._pressed_at
        while (position := (yield)) is not None:
            self._canvas.zoom_by(_ZOOM_PER_PIXEL ** (previous.y() - position.y()), self._pressed_at)
            previous = position

    def _crosshair(self) -> ViewDrag:
        while (position := (yield)) is not None:
            self._place_crosshair(position)

    def _click(self, event: QSinglePointEvent) -> None:
        """On a measurement: select it, or its menu; elsewhere the crosshair, an angle's start, or the menu."""
        selected = self._measuring.select_at(event.position())
        if event.button() is Qt.MouseButton.LeftButton:
            if selected:
                return
            if self._canvas.state.left_drag is LeftDrag.ANGLE:
                self._measuring.begin_with_click(event.position())
            else:
                self._place_crosshair(event.position())
        elif event.button() is Qt.MouseButton.RightButton:
            asked = self._canvas.measurement_menu_requested if selected else self._canvas.menu_requested
            asked.emit(event.globalPosition().toPoint())

    def _place_crosshair(self, position: QPointF) -> None:
        volume = self._canvas.state.volume
        x, y, z = (math.floor(i + 0.5) for i in self._canvas.index_at(position))
        if volume is not None and is_inside(volume, (x, y, z)):
            self._canvas.crosshair_requested.emit((x, y, z))


def _ctrl(event: QSinglePointEvent) -> bool:
    return bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)


def _alt(event: QSinglePointEvent) -> bool:
    return bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)


def _finish(drag: ViewDrag) -> None:
    """Send the release; a drag ends then."""
    try:
        drag.send(None)
    except StopIteration:
        return
    drag.close()
