"""The picture of the oblique plane, and what mouse, pen and keys do in it. It shows; nothing is painted in it."""

from __future__ import annotations

from concurrent.futures import Future

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QEnterEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from medcrypt_gui.core.imaging.oblique import ObliquePlane, Vector, rotation
from medcrypt_gui.core.imaging.planes import Plane
from medcrypt_gui.core.imaging.reslice import Raster, prepare
from medcrypt_gui.core.language import tr
from medcrypt_gui.ui.viewer import markings
from medcrypt_gui.ui.viewer.corner_text import Corners, Lines, cursor_lines, is_inside
from medcrypt_gui.ui.viewer.oblique_picture import ObliquePicture
from medcrypt_gui.ui.viewer.view_state import ViewState

_BACKGROUND = QColor("#0a0c0e")
_FIT_MARGIN = 0.96
_DEGREES_PER_PIXEL = 0.4
_ZOOM_PER_PIXEL = 1.008
_ZOOM_PER_NOTCH = 1.15
_ZOOM_LIMITS = (0.2, 40.0)
_NOTCH = 120
_CLICK_PIXELS = 3.0
_POLL_MS = 60
_MANY = 10

_K = Qt.Key
_TURNS = {_K.Key_Left: ("down", -1), _K.Key_Right: ("down", 1), _K.Key_Up: ("right", 1), _K.Key_Down: ("right", -1),
          _K.Key_PageUp: ("normal", -1), _K.Key_PageDown: ("normal", 1)}  # fmt: skip
"""With Alt: about which direction of the plane a key turns it, and which way round."""
_MOVES = {_K.Key_Up: -1, _K.Key_Down: 1, _K.Key_PageUp: -_MANY, _K.Key_PageDown: _MANY}

_FITS = ((_K.Key_R, Qt.KeyboardModifier.NoModifier), (_K.Key_F, Qt.KeyboardModifier.ControlModifier))


class ObliqueCanvas(QWidget):
    """One plane through the crosshair, which can be turned, moved along its normal, zoomed and panned."""

    crosshair_requested = Signal(object)  # an index (x, y, z) inside the volume
    plane_changed = Signal()
    hovered = Signal(str)

    def __init__(self, state: ViewState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.state = state
        self.plane: ObliquePlane | None = None
        self._stood_on, self._neurological = Plane.AXIAL, state.neurological
        self._middle: Vector = np.zeros(3)
        self._zoom = 1.0
        self._prepared: Future[None] | None = None
        self._moving = False
        self._button, self._pressed_at, self._last = Qt.MouseButton.NoButton, QPointF(), QPointF()
        self._dragged = False
        self._cursor: QPointF | None = None
        self._wheel_rest = 0
        self._picture = ObliquePicture()
        self._poll = QTimer(self, interval=_POLL_MS, singleShot=True)
        self._poll.timeout.connect(self.update)
        self.setObjectName("obliqueCanvas")
        self.setAccessibleName(tr("Oblique plane"))
        self.setAccessibleDescription(tr("Alt with the arrow keys turns the plane, Up and Down move it."))
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFont(markings.annotation_font(self.font()))

    # What is shown

    def show_volume(self) -> None:
        """The state has another volume: begin with its axial plane."""
        self.plane = None
        self.show_same_grid()
        self.stand(Plane.AXIAL)

    def show_same_grid(self) -> None:
        """The state has other voxels at the same places: stay where the user stands."""
        state, none = self.state, np.zeros((1, 1, 1), np.uint8)
        labels = state.editor.mask.labels if state.editor is not None else none
        self._prepared = prepare(state.volume.shown, labels) if state.volume is not None else None
        self.update()

    def stand(self, plane: Plane) -> None:
        """Take the patient's own axial, sagittal or coronal plane through the crosshair, and show all of it."""
        volume = self.state.volume
        if volume is None:
            return
        self._stood_on, self._neurological = plane, self.state.neurological
        self.fit()
        self._take(ObliquePlane.standing(plane, self._crosshair_mm(), self.state.neurological))

    def fit(self) -> None:
        """Show all of the volume, its middle in the middle; the plane stays as it is."""
        volume = self.state.volume
        if volume is not None:
            z, y, x = volume.geometry.shape
            self._zoom, self._middle = 1.0, volume.geometry.to_mm(((x - 1) / 2, (y - 1) / 2, (z - 1) / 2))
            self.update()

    def follow_convention(self) -> None:
        """Stand anew if left and right have changed sides."""
        if self.plane is not None and self._neurological is not self.state.neurological:
            self.stand(self._stood_on)

    def follow_crosshair(self) -> None:
        """Go through the crosshair again, after it was moved elsewhere."""
        if self.plane is not None and not self._moving:
            self._take(self.plane.through(self._crosshair_mm()))

    def turn(self, about: Vector, degrees: float) -> None:
        """Turn around the plane's own point."""
        if self.plane is not None:
            point = self.plane.point
            self._middle = point + rotation(about, degrees) @ (self._middle - point)
            self._take(self.plane.turned(about, degrees))

    def move_along(self, voxels: int) -> None:
        """Along the normal, by voxels as they lie that way; not beyond the volume. The crosshair goes along."""
        volume = self.state.volume
        if self.plane is None or volume is None:
            return
        geometry = volume.geometry
        along = geometry.to_index(self.plane.point + self.plane.normal) - geometry.to_index(self.plane.point)
        moved = self.plane.moved(voxels / float(np.abs(along).max()))
        x, y, z = (int(i) for i in np.floor(geometry.to_index(moved.point) + 0.5))
        if is_inside(volume, (x, y, z)):
            self._moving = True
            self._take(moved)
            self.crosshair_requested.emit((x, y, z))
            self._moving = False

    def raster(self) -> Raster | None:
        """The pixels of the widget, in device pixels, as they lie in the patient."""
        volume = self.state.volume
        if self.plane is None or volume is None:
            return None
        ratio = self.devicePixelRatioF()
        width, height = max(1, round(self.width() * ratio)), max(1, round(self.height() * ratio))
        extent = max(n * mm for n, mm in zip(volume.geometry.shape[::-1], volume.geometry.spacing_mm, strict=True))
        pixel_mm = extent / (min(width, height) * _FIT_MARGIN * self._zoom)
        return Raster.on(self.plane, self._middle, width, height, pixel_mm)

    def _take(self, plane: ObliquePlane) -> None:
        self.plane = plane
        self._middle = plane.foot(self._middle)
        self.plane_changed.emit()
        self.update()

    def _crosshair_mm(self) -> Vector:
        assert self.state.volume is not None
        x, y, z = self.state.crosshair
        return self.state.volume.geometry.to_mm((float(x), float(y), float(z)))

    def _index_at(self, position: QPointF) -> tuple[int, int, int] | None:
        """The voxel under a widget position; None outside the volume."""
        raster, volume = self.raster(), self.state.volume
        if raster is None or volume is None:
            return None
        ratio = self.devicePixelRatioF()
        mm = raster.to_mm(position.x() * ratio - 0.5, position.y() * ratio - 0.5)
        x, y, z = (int(i) for i in np.floor(volume.geometry.to_index(mm) + 0.5))
        return (x, y, z) if is_inside(volume, (x, y, z)) else None

    # Mouse and keys

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if self._button is Qt.MouseButton.NoButton:
            self._button, self._dragged = event.button(), False
            self._pressed_at = self._last = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._set_cursor(event.position())
        if self._button is Qt.MouseButton.NoButton or self.plane is None:
            return
        moved = event.position() - self._last
        far = (event.position() - self._pressed_at).manhattanLength() > _CLICK_PIXELS
        self._dragged = self._dragged or far
        if not self._dragged:
            return
        self._last = event.position()
        if self._button is Qt.MouseButton.RightButton:
            self._zoom_by(_ZOOM_PER_PIXEL ** -moved.y(), self._pressed_at)
        elif self._button is Qt.MouseButton.MiddleButton:
            self._pan_by(moved)
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.turn(self.plane.normal, moved.x() * _DEGREES_PER_PIXEL)
        else:
            self.turn(self.plane.down, moved.x() * _DEGREES_PER_PIXEL)
            self.turn(self.plane.right, -moved.y() * _DEGREES_PER_PIXEL)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is not self._button:
            return
        self._button = Qt.MouseButton.NoButton
        index = self._index_at(event.position())
        if event.button() is Qt.MouseButton.LeftButton and not self._dragged and index is not None:
            self.crosshair_requested.emit(index)
        self.update()  # at full resolution again

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.accept()
        self._wheel_rest += event.angleDelta().y() or event.angleDelta().x()
        notches = int(self._wheel_rest / _NOTCH)
        self._wheel_rest -= notches * _NOTCH
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._zoom_by(_ZOOM_PER_NOTCH**notches, event.position())
        elif notches:
            self.move_along(-notches)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if self.plane is not None and modifiers == Qt.KeyboardModifier.AltModifier and key in _TURNS:
            about, way = _TURNS[key]
            self.turn(getattr(self.plane, about), float(way))
        elif modifiers == Qt.KeyboardModifier.NoModifier and key in _MOVES:
            self.move_along(_MOVES[key])
        else:
            if (key, modifiers) in _FITS:
                self.fit()
            super().keyPressEvent(event)  # the other views fit with it

    def enterEvent(self, event: QEnterEvent) -> None:
        self._set_cursor(event.position())

    def leaveEvent(self, _event: QEvent) -> None:
        self._set_cursor(None)

    def sizeHint(self) -> QSize:
        return QSize(480, 480)

    def minimumSizeHint(self) -> QSize:
        return QSize(96, 96)

    def _zoom_by(self, factor: float, around: QPointF) -> None:
        raster, ratio = self.raster(), self.devicePixelRatioF()
        if raster is None:
            return
        x, y = around.x() * ratio - 0.5, around.y() * ratio - 0.5
        before = raster.to_mm(x, y)
        self._zoom = min(max(self._zoom * factor, _ZOOM_LIMITS[0]), _ZOOM_LIMITS[1])
        after = self.raster()
        assert after is not None
        self._middle = self._middle + before - after.to_mm(x, y)
        self.update()

    def _pan_by(self, moved: QPointF) -> None:
        raster, ratio = self.raster(), self.devicePixelRatioF()
        if raster is not None:
            across = raster.right * moved.x() + raster.down * moved.y()
            self._middle = self._middle - across * ratio * raster.pixel_mm
            self.update()

    def _set_cursor(self, position: QPointF | None) -> None:
        self._cursor = position
        self.hovered.emit("   ".join(self._under_cursor()))
        self.update()

    def _under_cursor(self) -> Lines:
        index = self._index_at(self._cursor) if self._cursor is not None else None
        return cursor_lines(self.state, index) if index is not None else ()

    # Painting

    @property
    def is_ready(self) -> bool:
        """Whether the compiled code that it is drawn with is there."""
        return self._prepared is not None and self._prepared.done()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, area = QPainter(self), QRectF(self.rect())
        raster = self.raster()
        if raster is None or self._prepared is None or not self.is_ready:
            painter.fillRect(area, _BACKGROUND)
            if raster is not None:
                markings.paint_message(painter, area, tr("Preparing the oblique plane…"))
                self._poll.start()
        elif self._prepared.exception() is not None:
            painter.fillRect(area, _BACKGROUND)
            markings.paint_message(painter, area, tr("This computer cannot show oblique planes."))
        else:
            turning = self._button is not Qt.MouseButton.NoButton and self._dragged
            painter.drawImage(0, 0, self._picture.of(self.state, raster, turning, self.devicePixelRatioF()))
            self._annotate(painter, area, raster)
        painter.end()

    def _annotate(self, painter: QPainter, area: QRectF, raster: Raster) -> None:
        state, plane, ratio = self.state, self.plane, self.devicePixelRatioF()
        assert plane is not None
        assert state.volume is not None
        if state.crosshair_visible:
            x, y = raster.to_pixel(self._crosshair_mm())
            centre = QPointF((x + 0.5) / ratio, (y + 0.5) / ratio)
            markings.paint_crosshair(painter, area, centre, QPointF(1, 0), QPointF(0, 1))
        markings.paint_corners(painter, area, self._corners(plane))
        markings.paint_letters(painter, area, plane.letters if state.volume.geometry.oriented else ("", "", "", ""))
        if state.calibrated:
            markings.paint_scale_bar(painter, area, 1.0 / (raster.pixel_mm * ratio))
        if not markings.is_small(area):
            flipped = (tr("neurological"),) if state.neurological else ()
            markings.paint_badges(painter, area, (*state.badges, *flipped))
        if state.editing:
            lower = area.adjusted(0, area.height() - 84, 0, -50)
            markings.paint_message(painter, lower, tr("Nothing is painted here; paint in the other views."))
        if self.hasFocus():
            markings.paint_frame(painter, area)

    def _corners(self, plane: ObliquePlane) -> Corners:
        state = self.state
        look = tr("W {width}  L {level}", width=f"{state.window.width:.5g}", level=f"{state.window.level:.5g}")
        lines = [look, tr("Zoom {percent} %", percent=f"{self._zoom * 100:.0f}")]
        if state.slab is not None:
            how, thick = tr(state.slab.projection.value), f"{state.slab.thickness_mm:.3g}"
            lines.append(tr("{projection} of {thickness} mm", projection=how, thickness=thick))
        angle, standing = plane.from_standing()
        what = tr("Oblique  {angle}° from {plane}", angle=f"{angle:.0f}", plane=tr(standing.value))
        return Corners(bottom_left=tuple(lines), bottom_right=(*self._under_cursor(), what))
