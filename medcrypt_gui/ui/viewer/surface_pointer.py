"""What the mouse does in the surface view: turn, zoom, pan, and pick a place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent

if TYPE_CHECKING:
    from medcrypt_gui.ui.viewer.surface_view import SurfaceView

_CLICK_PIXELS = 3.0  # a press that moves less is a click
_NOTCH = 120  # eighths of a degree, as Qt counts one notch of a wheel
_ZOOM_PER_NOTCH, _ZOOM_PER_PIXEL = 1.15, 1.008  # as in the other views


class SurfacePointer:
    """Turns the events of one view into drags and clicks."""

    def __init__(self, view: SurfaceView) -> None:
        self._view = view
        self._button = Qt.MouseButton.NoButton
        self._pressed_at = self._last = QPointF()
        self._dragged = False

    def press(self, event: QMouseEvent) -> None:
        if self._button is Qt.MouseButton.NoButton:  # a second button in mid-drag changes nothing
            self._button, self._dragged = event.button(), False
            self._pressed_at = self._last = event.position()

    def move(self, event: QMouseEvent) -> None:
        self._dragged = self._dragged or (event.position() - self._pressed_at).manhattanLength() > _CLICK_PIXELS
        if self._button is Qt.MouseButton.NoButton or not self._dragged:
            return
        delta, self._last = event.position() - self._last, event.position()
        if self._button is Qt.MouseButton.LeftButton:
            self._view.turn_by(delta)
        elif self._button is Qt.MouseButton.MiddleButton:
            self._view.pan_by(delta)
        elif self._button is Qt.MouseButton.RightButton:
            self._view.zoom_by(_ZOOM_PER_PIXEL ** -delta.y(), self._pressed_at)

    def release(self, event: QMouseEvent) -> None:
        if event.button() is not self._button:
            return
        self._button = Qt.MouseButton.NoButton
        if self._dragged:
            self._view.come_to_rest()
        elif event.button() is Qt.MouseButton.LeftButton:
            self._view.pick(event.position())
        elif event.button() is Qt.MouseButton.RightButton:
            self._view.menu_requested.emit(event.globalPosition().toPoint())

    def wheel(self, event: QWheelEvent) -> None:
        """Zoom, with Ctrl or without: there are no slices here that the wheel could turn."""
        event.accept()
        notches = event.angleDelta().y() / _NOTCH
        if notches:
            self._view.zoom_by(_ZOOM_PER_NOTCH**notches, event.position())
