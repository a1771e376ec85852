"""How much each slice is in doubt, as a strip of bars to look at and to click."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from medcrypt_gui.core.language import tr
from medcrypt_gui.ui.palette import DOUBT

_HEIGHT = 48
_FOOT = 8.0  # below the bars: a dot under every slice that was corrected
_LOWEST_BAR = 1.5


class DoubtStrip(QWidget):
    """One bar per stored slice, the first one on the left; the slice shown is marked by a line."""

    slice_asked = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("doubtStrip")
        self.setAccessibleName(tr("Doubt by slice"))
        self.setFixedHeight(_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip(
            tr("One bar per slice: the higher, the less sure. Click to go there; dots are corrected slices.")
        )
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._doubt: NDArray[np.float64] = np.zeros(0)
        self._corrected: tuple[int, ...] = ()
        self._shown = 0

    def show_doubt(self, by_slice: NDArray[np.float64]) -> None:
        """``(Z,)``; only the proportions matter."""
        self._doubt = by_slice
        self.update()

    def show_corrected(self, slices: tuple[int, ...]) -> None:
        self._corrected = slices
        self.update()

    def show_slice(self, z: int) -> None:
        self._shown = z
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._ask(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._ask(event)

    def sizeHint(self) -> QSize:
        return QSize(320, _HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.palette().base())
        if self._doubt.size:
            self._paint_bars(painter)
        painter.end()

    def _paint_bars(self, painter: QPainter) -> None:
        room, step = self.height() - _FOOT - 2, self.width() / self._doubt.size
        greatest = float(self._doubt.max()) or 1.0
        colour = QColor(*DOUBT)
        for z, doubt in enumerate(self._doubt):
            if doubt > 0:
                height = max(_LOWEST_BAR, room * float(doubt) / greatest)
                bar = QRectF(z * step, room + 2 - height, max(step - (1 if step > 3 else 0), 1.0), height)
                painter.fillRect(bar, colour)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.palette().accent())
        for z in self._corrected:
            painter.drawEllipse(QRectF((z + 0.5) * step - 2, self.height() - 6.0, 4, 4))
        painter.fillRect(QRectF((self._shown + 0.5) * step - 1, 0, 2, self.height()), self.palette().text())

    def _ask(self, event: QMouseEvent) -> None:
        if self._doubt.size:
            z = int(event.position().x() / self.width() * self._doubt.size)
            self.slice_asked.emit(min(max(z, 0), self._doubt.size - 1))
