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
        self._pixmap = QPixmap()
        self._background = background
        self.setMinimumHeight(height)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def has_picture(self) -> bool:
        return not self._pixmap.isNull()

    def show_pixels(self, pixels: NDArray[np.uint8]) -> None:
        self.show_pixmap(pixmap_of(pixels))

    def show_pixmap(self, pixmap: QPixmap) -> None:
        self._pixmap = pixmap
        self.update()

    def clear(self) -> None:
        self._pixmap = QPixmap()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(160, self.minimumHeight())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._background)
        if self._pixmap.isNull():
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        target = self._pixmap.rect()
        target.setSize(self._pixmap.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio))
        target.moveCenter(self.rect().center())
        painter.drawPixmap(target, self._pixmap)
