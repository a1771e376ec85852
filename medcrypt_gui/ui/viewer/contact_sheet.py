"""All slices of the acquired plane at a glance: a grid of small pictures with the outlines of the mask."""

from __future__ import annotations

from collections import OrderedDict

import cv2
import numpy as np
from PySide6.QtCore import QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from medcrypt_gui.core.imaging.planes import PlaneView, acquired_plane, plane_view
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.mask.box import Box
from medcrypt_gui.ui.viewer.slice_tile import slice_tile
from medcrypt_gui.ui.viewer.view_state import ViewState

_SIDES = (96, 128, 160, 208, 272, 352, 456)  # pixels, from the most slices at once to the largest
_GAP = 8
_KEPT_BYTES = 96 << 20
_COMPOSE_MS = 12  # then the window has its turn
_BACKGROUND, _EMPTY = QColor("#0a0c0e"), QColor("#15191d")
_NOTCH = 120


class ContactSheet(QAbstractScrollArea):
    """Composes the tiles in sight, a few at a time, and keeps as many as memory allows.

    Click or Enter asks for a slice; Ctrl and the wheel, or plus and minus, change the size; Esc asks to be left.
    """

    slice_asked = Signal(int)  # stored number
    left = Signal()
    shown_changed = Signal()  # other slices are listed

    def __init__(self, state: ViewState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("contactSheet")
        self.setAccessibleName(tr("All slices"))
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._state = state
        self._view: PlaneView | None = None
        self._slices: tuple[int, ...] = ()
        self._only_marked = False
        self._size = 2
        self._at = 0  # the place that keys start from
        self._look: object = None
        self._tiles: OrderedDict[int, QImage] = OrderedDict()
        self._stale: set[int] = set()
        self._work = QTimer(self, singleShot=True, interval=0)
        self._work.timeout.connect(self._compose_some)

    # What is shown

    @property
    def slices(self) -> tuple[int, ...]:
        """The stored numbers of the slices listed."""
        return self._slices

    @property
    def side(self) -> int:
        """Pixels of a tile."""
        return _SIDES[self._size]

    def set_only_marked(self, only: bool) -> None:
        """Leave out slices in which nothing is marked."""
        self._only_marked = only
        self._list_slices()

    def refresh(self) -> None:
        """The volume, the mask or how they look may be others; tiles that still hold are kept."""
        volume = self._state.volume
        look = self._look_now()
        if look != self._look:
            self._look = look
            self._tiles.clear()
            self._stale.clear()
            flags = self._state.neurological, self._state.tilted_as_stored
            self._view = (
                plane_view(volume.geometry, acquired_plane(volume.geometry), *flags) if volume is not None else None
            )
        self._list_slices()

    def mask_changed(self, box: Box) -> None:
        """The mask changed inside ``box``: those tiles are drawn anew, the old ones stay in sight until then."""
        if self._view is None:
            return
        touched = box[2 - self._view.through_axis]
        self._stale.update(range(touched.start, touched.stop))
        if self._only_marked and self.isVisible():
            self._list_slices()
        self.viewport().update()

    def zoom(self, steps: int) -> None:
        """Larger tiles, or smaller ones; the slice in the middle stays in sight."""
        size = min(max(self._size + steps, 0), len(_SIDES) - 1)
        if size == self._size:
            return
        middle = self._place_at(QPoint(self.viewport().width() // 2, self.viewport().height() // 2))
        self._size = size
        self._tiles.clear()
        self._lay_out()
        if middle is not None:
            self._bring_into_sight(middle)
        self.viewport().update()

    def tile_rect(self, n: int) -> QRect:
        """Where the tile of stored slice ``n`` lies in the viewport. Raises ValueError for one not listed."""
        return self._rect(self._slices.index(n))

    def tile_image(self, n: int) -> QImage | None:
        """The picture of a slice; None while it was not composed."""
        return self._tiles.get(n)

    def _look_now(self) -> object:
        state = self._state
        voxels = (id(state.volume), state.loaded_revision, state.smooth, state.colour_map, state.graphics_visible)
        layout = (state.neurological, state.tilted_as_stored)
        return (voxels, layout, state.window, state.shown_inverted, id(state.editor), state.look, state.mask_visible)

    def _list_slices(self) -> None:
        view, editor = self._view, self._state.editor
        slices: tuple[int, ...] = tuple(range(view.count)) if view is not None else ()
        if view is not None and self._only_marked and editor is not None:
            across = tuple(axis for axis in range(3) if axis != 2 - view.through_axis)
            slices = tuple(int(n) for n in np.flatnonzero(editor.labels.any(axis=across)))
        if slices != self._slices:
            self._slices = slices
            self.shown_changed.emit()
        self._go_to_shown()
        self._lay_out()
        self.viewport().update()

    def _go_to_shown(self) -> None:
        if self._view is not None and self._slices:
            shown = self._state.crosshair[self._view.through_axis]
            self._at = min(range(len(self._slices)), key=lambda place: abs(self._slices[place] - shown))

    # Where tiles lie

    @property
    def _columns(self) -> int:
        return max(1, (self.viewport().width() - _GAP) // (self.side + _GAP))

    def _lay_out(self) -> None:
        rows = -(-len(self._slices) // self._columns)
        height = rows * (self.side + _GAP) + _GAP
        bar = self.verticalScrollBar()
        bar.setRange(0, max(0, height - self.viewport().height()))
        bar.setPageStep(self.viewport().height())
        bar.setSingleStep((self.side + _GAP) // 2)

    def _rect(self, place: int) -> QRect:
        row, column = divmod(place, self._columns)
        step, left = self.side + _GAP, (self.viewport().width() - self._columns * (self.side + _GAP) + _GAP) // 2
        top = _GAP + row * step - self.verticalScrollBar().value()
        return QRect(left + column * step, top, self.side, self.side)

    def _place_at(self, position: QPoint) -> int | None:
        return next((place for place in self._in_sight() if self._rect(place).contains(position)), None)

    def _in_sight(self) -> range:
        step, above = self.side + _GAP, self.verticalScrollBar().value()
        first = max(0, (above - _GAP) // step) * self._columns
        last = -(-(above + self.viewport().height()) // step) * self._columns
        return range(min(first, len(self._slices)), min(last, len(self._slices)))

    def _bring_into_sight(self, place: int) -> None:
        rect, bar = self._rect(place), self.verticalScrollBar()
        if rect.top() < 0:
            bar.setValue(bar.value() + rect.top() - _GAP)
        elif rect.bottom() > self.viewport().height():
            bar.setValue(bar.value() + rect.bottom() - self.viewport().height() + _GAP)

    # Composing

    def _compose_some(self) -> None:
        """As many of the tiles that are missing in sight as fit into a moment."""
        if self._view is None or not self.isVisible():
            return
        clock, began = cv2.getTickCount, cv2.getTickCount()
        for n in self._missing():
            self._tiles[n] = self._composed(self._view, n)
            self._tiles.move_to_end(n)
            self._stale.discard(n)
            if 1000 * (clock() - began) / cv2.getTickFrequency() > _COMPOSE_MS:
                break
        most = max(_KEPT_BYTES // (4 * self._device_side() ** 2), 2 * len(self._in_sight()))
        while len(self._tiles) > most:
            self._tiles.popitem(last=False)
        self.viewport().update()

    def _missing(self) -> list[int]:
        seen = (self._slices[place] for place in self._in_sight())
        return [n for n in seen if n not in self._tiles or n in self._stale]

    def _device_side(self) -> int:
        return round(self.side * self.devicePixelRatioF())

    def _composed(self, view: PlaneView, n: int) -> QImage:
        side = self._device_side()
        pixels = cv2.cvtColor(slice_tile(self._state, view, n, side), cv2.COLOR_RGB2BGRA)
        image = QImage(pixels.data, side, side, side * 4, QImage.Format.Format_RGB32).copy()
        image.setDevicePixelRatio(self.devicePixelRatioF())
        return image

    # Events

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(self.viewport().rect(), _BACKGROUND)
        shown = self._state.crosshair[self._view.through_axis] if self._view is not None else -1
        for place in self._in_sight():
            n, rect = self._slices[place], self._rect(place)
            tile = self._tiles.get(n)
            if tile is None:
                painter.fillRect(rect, _EMPTY)
            else:
                painter.drawImage(rect.topLeft(), tile)
            if n == shown:
                painter.setPen(QPen(self.palette().highlight().color(), 2))
                painter.drawRect(rect.adjusted(-1, -1, 1, 1))
            if place == self._at and self.hasFocus():
                painter.setPen(QPen(QColor("#e4e9ed"), 1, Qt.PenStyle.DotLine))
                painter.drawRect(rect.adjusted(2, 2, -3, -3))
        if self._missing():
            self._work.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()
        if self._slices:  # the slice that the views show, in the middle
            bar, rect = self.verticalScrollBar(), self._rect(self._at)
            bar.setValue(bar.value() + rect.center().y() - self.viewport().height() // 2)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self._place_at(event.position().toPoint())
        if place is not None and event.button() is Qt.MouseButton.LeftButton:
            self.slice_asked.emit(self._slices[place])

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
        else:
            super().wheelEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -self._columns,
            Qt.Key.Key_Down: self._columns,
            Qt.Key.Key_Home: -len(self._slices),
            Qt.Key.Key_End: len(self._slices),
        }
        if key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            self.zoom(-1 if key == Qt.Key.Key_Minus else 1)
        elif key == Qt.Key.Key_Escape:
            self.left.emit()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._slices:
            self.slice_asked.emit(self._slices[self._at])
        elif key in steps and self._slices:
            self._at = min(max(self._at + steps[Qt.Key(key)], 0), len(self._slices) - 1)
            self._bring_into_sight(self._at)
            self.viewport().update()
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(640, 480)
