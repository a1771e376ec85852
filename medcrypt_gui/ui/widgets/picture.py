"""Pictures made of arrays, scaled to the room there is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget


def pixmap_of(pixels: NDArray[np.uint8]) -> QPixmap:
    """A pixmap of ``(H, W)`` grey or ``(H, W, 3)`` RGB bytes."""
    kept = np.ascontiguousarray(pixels)
    form = QImage.Format.Format_Grayscale8 if kept.ndim == 2 else QImage.Format.Format_RGB888
    # fromImage copies, so the array may go.
    return QPixmap.fromImage(QImage(kept.data, kept.shape[1], kept.shape[0], kept.strides[0], form))


class Picture(QWidget):
    """Shows one pixmap whole, undistorted and centred; an empty frame before it has one."""

    def __init__(self, name: str, height: int, background: str = "#000000", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._pixmap = self._cached = QPixmap()
        self._background = background
        self.setMinimumHeight(height)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def has_picture(self) -> bool:
        return not self._pixmap.isNull()

    def show_pixels(self, pixels: NDArray[np.uint8]) -> None:
        self.show_pixmap(pixmap_of(pixels))

    def show_pixmap(self, pixmap: QPixmap) -> None:
        self._pixmap, self._cached = pixmap, QPixmap()
        self.update()

    def clear(self) -> None:
        self._pixmap = self._cached = QPixmap()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(160, self.minimumHeight())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._background)
        if self._pixmap.isNull():
            return
        shown = self._scaled()
        size = shown.deviceIndependentSize()
        painter.drawPixmap(int(self.width() - size.width()) // 2, int(self.height() - size.height()) // 2, shown)

    def _scaled(self) -> QPixmap:
        """The picture at the size it is painted, kept, because scaling a printed page well takes a moment."""
        ratio = self.devicePixelRatioF()
        room = self.size() * ratio
        wanted = self._pixmap.size().scaled(room, Qt.AspectRatioMode.KeepAspectRatio)
        if self._cached.size() != wanted:
            self._cached = self._pixmap.scaled(
                wanted, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
            )
            self._cached.setDevicePixelRatio(ratio)
        return self._cached
