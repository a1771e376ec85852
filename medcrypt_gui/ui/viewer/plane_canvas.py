"""One view: a plane of the volume as one composed image, with annotations over it.

The canvas shows `ViewState` and reports what the user wants; it changes nothing but its own zoom and position. Its
picture is composed when it is painted, so events that arrive faster than paints cost nothing.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QEnterEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QTabletEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from medcrypt_gui.core.imaging.linking import beyond_mm
from medcrypt_gui.core.imaging.planes import Plane, PlaneView, plane_view
from medcrypt_gui.core.imaging.view_frame import OUTLINE_REACH, ViewArea, ViewFrame
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.mask.box import Box
from medcrypt_gui.core.tools.base import Event, tip_size_mm
from medcrypt_gui.ui.viewer import markings
from medcrypt_gui.ui.viewer.colour_bar import paint_colour_bar
from medcrypt_gui.ui.viewer.corner_text import Lines, corners, cursor_lines
from medcrypt_gui.ui.viewer.draft_painting import paint_drafts, paint_tip
from medcrypt_gui.ui.viewer.painted_measurements import PaintedMeasurements
from medcrypt_gui.ui.viewer.plane_picture import PlanePicture
from medcrypt_gui.ui.viewer.plane_shapes import cut_line, tip_rim
from medcrypt_gui.ui.viewer.pointer import Pointer
from medcrypt_gui.ui.viewer.view_state import ViewState

_BACKGROUND = QColor("#0a0c0e")
_ZOOM_LIMITS = (0.2, 40.0)
_FIT_MARGIN = 0.96

Index = tuple[int, int, int]


class PlaneCanvas(QWidget):
    """Axial, sagittal or coronal. All signals report wishes or facts; `ViewerPanel` acts on them."""

    crosshair_requested = Signal(object)  # an index (x, y, z) inside the volume
    window_requested = Signal(object)  # a Window
    tip_resize_requested = Signal(int)  # notches, positive is larger
    phase_requested = Signal(int)  # so many volumes further on
    scrolled = Signal()  # by hand
    measured = Signal(object)  # a Measurement that was drawn
    measurement_changed = Signal()  # the one being drawn
    maximise_requested = Signal()
    menu_requested = Signal(QPoint)  # global position
    measurement_edited = Signal(object, object)  # a Measurement and what became of it
    measurement_menu_requested = Signal(QPoint)  # for the selected one; global position
    hovered = Signal(str)
    gesture_finished = Signal()
    seed_placed = Signal(object)  # a PointerSample: a tool asks for its operation there
    stroke_refused = Signal(str)  # why the tool in hand changes nothing, or what to do next
    options_chosen = Signal(object)  # options of the tool in hand, found out by itself
    drafts_changed = Signal()  # what a tool shows before it changes anything
    activated = Signal()
    pressed = Signal()  # a button, while no tool draws here
    reframed = Signal()  # zoomed or moved by hand
    resized = Signal()

    def __init__(self, plane: Plane, state: ViewState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plane = plane
        self.state = state
        self.view: PlaneView | None = None
        self.is_active = False
        self._zoom = 1.0
        self._centre = (0.0, 0.0)
        self._cursor: QPointF | None = None
        self._slices_asked = 0
        self._picture = PlanePicture()
        self._measurements = PaintedMeasurements()
        self._pointer = Pointer(self)
        self.setObjectName(f"{plane.value.lower()}View")
        self.setAccessibleName(tr("{plane} view", plane=tr(plane.value)))
        self.setMouseTracking(True)
        self.setTabletTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFont(markings.annotation_font(self.font()))

    # What is shown

    def show_volume(self) -> None:
        """The state has another volume (or other orientation): lay it out anew and fit it."""
        volume = self.state.volume
        flags = self.state.neurological, self.state.tilted_as_stored
        self.view = plane_view(volume.geometry, self.plane, *flags) if volume is not None else None
        self._picture.forget()
        self._measurements.forget()
        self.cancel_stroke()
        self.fit()

    def fit(self) -> None:
        """The whole plane, centred."""
        self._zoom = 1.0
        if self.view is not None:
            self._centre = ((self.view.width - 1) / 2, (self.view.height - 1) / 2)
        self.update()

    def follow(self, scale: float, centre: tuple[float, float]) -> None:
        """Show what another view shows: so many device pixels per mm, and this displayed point in the middle."""
        if self.view is not None:
            size = self._device_size()
            zoom = scale / (ViewFrame.fit(self.view, size.width(), size.height()).scale * _FIT_MARGIN)
            if not np.allclose((zoom, *centre), (self._zoom, *self._centre), rtol=1e-9, atol=1e-6):
                self._zoom, self._centre = zoom, centre
                self.update()

    @property
    def zoom(self) -> float:
        """1 when the whole plane just fits."""
        return self._zoom

    @property
    def slice_number(self) -> int:
        """The stored index of the slice shown."""
        return self.state.crosshair[self.view.through_axis] if self.view is not None else 0

    def frame(self) -> ViewFrame:
        """What part of the plane the widget shows, in device pixels."""
        assert self.view is not None
        size = self._device_size()
        fitted = ViewFrame.fit(self.view, size.width(), size.height())
        return replace(fitted, scale=fitted.scale * self._zoom * _FIT_MARGIN, centre=self._centre)

    def index_at(self, position: QPointF) -> tuple[float, float, float]:
        """The fractional index ``(x, y, z)`` under a widget position; it may lie outside the volume."""
        assert self.view is not None
        ratio = self.devicePixelRatioF()
        u, v = self.frame().to_display(position.x() * ratio - 0.5, position.y() * ratio - 0.5)
        return self.view.display_to_index(u, v, self.slice_number)

    def position_of(self, index: tuple[float, float, float]) -> QPointF:
        """Where in the widget an index lies."""
        assert self.view is not None
        u, v, _ = self.view.index_to_display(index)
        x, y = self.frame().to_view(u, v)
        ratio = self.devicePixelRatioF()
        return QPointF((x + 0.5) / ratio, (y + 0.5) / ratio)

    # What the pointer and the panel do

    def step(self, slices: int) -> None:
        """Ask for the slice so many further on; at the ends nothing happens."""
        if self.view is None:
            return
        wanted = min(max(self.slice_number + slices, 0), self.view.count - 1)
        if wanted != self.slice_number:
            self._slices_asked += abs(wanted - self.slice_number)
            index = list(self.state.crosshair)
            index[self.view.through_axis] = wanted
            self.crosshair_requested.emit(tuple(index))

    def zoom_by(self, factor: float, around: QPointF) -> None:
        """Enlarge by ``factor``; what lies under ``around`` stays there."""
        if self.view is None:
            return
        ratio = self.devicePixelRatioF()
        x, y = around.x() * ratio - 0.5, around.y() * ratio - 0.5
        before = self.frame().to_display(x, y)
        self._zoom = min(max(self._zoom * factor, _ZOOM_LIMITS[0]), _ZOOM_LIMITS[1])
        after = self.frame().to_display(x, y)
        self._centre = (self._centre[0] + before[0] - after[0], self._centre[1] + before[1] - after[1])
        self.update()
        self.reframed.emit()

    def pan_by(self, delta: QPointF) -> None:
        """Move the picture by so many widget pixels."""
        if self.view is None:
            return
        du, dv = self.frame().steps(*(delta * self.devicePixelRatioF()).toTuple())
        self._centre = (self._centre[0] - du, self._centre[1] - dv)
        self.update()
        self.reframed.emit()

    def mask_changed(self, box: Box | None) -> None:
        """Compose and paint anew what is touched of the slice shown; ``box`` None is the whole mask."""
        if box is None:
            self.all_changed()
        elif self.view is not None:
            touched = box[2 - self.view.through_axis]
            if touched.start <= self.slice_number < touched.stop:
                place = self.view.place_of(box)
                self._picture.mask_changed(place)
                self._update_area(self.frame().area_of(*place, OUTLINE_REACH))

    def _update_area(self, area: ViewArea) -> None:
        ratio = self.devicePixelRatioF()
        corner, size = QPointF(area.left, area.top), QSizeF(area.right - area.left, area.bottom - area.top)
        self.update(QRectF(corner / ratio, size / ratio).toAlignedRect())

    def all_changed(self) -> None:
        """The mask, a trial or marks came, changed or went: compose anew."""
        self._picture.all_changed()
        self.update()

    def cancel_stroke(self) -> bool:
        """Take back the stroke being drawn; False when there is none."""
        return self._pointer.cancel_stroke()

    def tool_event(self, event: Event) -> bool:
        """Tell the tool in hand of a key; False where that means nothing to it."""
        return self._pointer.tell_tool(event)

    def tool_taken(self) -> None:
        """Another tool was taken in hand, or none."""
        self._pointer.strokes.tool_taken()

    def mode_changed(self) -> None:
        """A tool was taken or put down, or may not be used any more: the cursor follows. A tip is its own cursor."""
        shapes = Qt.CursorShape
        tip = shapes.BlankCursor if tip_size_mm(self.state.options) is not None else shapes.CrossCursor
        held = shapes.ForbiddenCursor if self.state.why_not_paint else tip
        self.setCursor(held if self.state.editing else shapes.CrossCursor)
        self.update()

    # Events

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.activated.emit()
        self._pointer.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._set_cursor(event.position())
        self._pointer.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pointer.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.activated.emit()
        if event.button() is Qt.MouseButton.LeftButton and not self.state.editing and not self._pointer.is_placing:
            self.maximise_requested.emit()
        else:
            self._pointer.double_click(event)

    def tabletEvent(self, event: QTabletEvent) -> None:
        """A pen is a mouse with an eraser at its other end; every one of its events is used."""
        event.accept()  # or Qt sends a mouse event as well
        if event.type() is QEvent.Type.TabletPress:
            self.activated.emit()
        self._set_cursor(event.position())
        self._pointer.pen(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.activated.emit()
        self._pointer.wheel(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        event.accept()  # the pointer tells a right-click from a right-drag

    def enterEvent(self, event: QEnterEvent) -> None:
        self._set_cursor(event.position())

    def leaveEvent(self, _event: QEvent) -> None:
        self._set_cursor(None)
        self._pointer.tell_tool(Event.LEAVE)

    def resizeEvent(self, _event: QResizeEvent) -> None:
        self._picture.forget()
        self.resized.emit()

    def sizeHint(self) -> QSize:
        return QSize(480, 480)

    def minimumSizeHint(self) -> QSize:
        return QSize(96, 96)

    def _set_cursor(self, position: QPointF | None) -> None:
        self._cursor = position
        self.hovered.emit("   ".join(self._under_cursor()))
        self.update()

    def _under_cursor(self) -> Lines:
        if self.view is None or self._cursor is None:
            return ()
        x, y, z = (int(np.floor(i + 0.5)) for i in self.index_at(self._cursor))
        return cursor_lines(self.state, (x, y, z))

    # Painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        area = QRectF(self.rect())
        if self.view is None:
            painter.fillRect(area, _BACKGROUND)
        else:
            ratio = self.devicePixelRatioF()
            painter.drawImage(0, 0, self._picture.of(self.state, self.view, self.slice_number, self.frame(), ratio))
            self._annotate(painter, area)
        painter.end()

    def _annotate(self, painter: QPainter, area: QRectF) -> None:
        assert self.view is not None
        ratio = self.devicePixelRatioF()
        frame = self.frame()
        paint_colour_bar(painter, area, self.state)
        axis, state = self.view.through_axis, self.state
        self._measurements.paint(painter, state, axis, self.slice_number, self.position_of)
        beyond = self._beyond_mm()
        outside = (tr("{mm:.0f} mm outside this series", mm=max(beyond, 1.0)),) if beyond else ()
        if beyond:
            markings.paint_veil(painter, area)
        if self.state.shows_crosshair:
            across, down = (QPointF(*column) for column in frame.matrix()[:, :2].T)
            markings.paint_crosshair(painter, area, self.position_of(self.state.exact_crosshair), across, down)
        markings.paint_cut(painter, cut_line(self.state, self.view, self.slice_number, frame, ratio))
        skipped, self._slices_asked = max(self._slices_asked - 1, 0), 0
        texts = corners(self.state, self.view, self._zoom, self._under_cursor(), skipped)
        markings.paint_corners(painter, area, texts)
        markings.paint_letters(painter, area, self.view.letters)
        if self.state.calibrated:
            markings.paint_scale_bar(painter, area, frame.scale / ratio)
        drawn = (tr("overlays of the file"),) if self.state.graphics is not None else ()
        badges = () if markings.is_small(area) else (*self.state.badges, *self.state.layout_badges, *drawn)
        markings.paint_badges(painter, area, (*badges, *outside))
        if self._is_unread():
            markings.paint_message(painter, area, tr("Reading this slice…"))
        if self.is_active:
            markings.paint_frame(painter, area)
        if state.tool_drafts and state.volume is not None:
            paint_drafts(painter, state.tool_drafts, state.volume.geometry, axis, self.slice_number, self.position_of)
        size = tip_size_mm(self.state.options)
        usable = self.state.editing and not self.state.why_not_paint
        if usable and size is not None and self._cursor is not None:
            rim = tip_rim(self.state, self.view, frame, size / 2, ratio).translated(self._cursor)
            paint_tip(painter, rim, self._pointer.would_erase())

    def _beyond_mm(self) -> float:
        """How far the linked place lies off the slices of this plane; the outermost one is shown then."""
        state = self.state
        if state.exact is None or state.volume is None or self.view is None:
            return 0.0
        return beyond_mm(state.volume.geometry, state.exact, self.view.through_axis)

    def _is_unread(self) -> bool:
        volume = self.state.volume
        if volume is None or volume.loaded is None or self.view is None:
            return False
        return self.view.through_axis == 2 and not volume.loaded[self.slice_number]

    def _device_size(self) -> QSize:
        ratio = self.devicePixelRatioF()
        return QSize(max(1, round(self.width() * ratio)), max(1, round(self.height() * ratio)))
