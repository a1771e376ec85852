"""The views alone, without a window: what they show in tests, and real mouse, wheel and key events for them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.planes import Plane
from medcrypt_gui.core.imaging.series import ImageFormat, PatientText, Series
from medcrypt_gui.core.imaging.volume import Volume, Window
from medcrypt_gui.ui.viewer.plane_canvas import PlaneCanvas
from medcrypt_gui.ui.viewer.viewer_panel import ViewerPanel

SHAPE = (20, 48, 40)
LEFT, RIGHT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton
PLAIN = Qt.KeyboardModifier.NoModifier


def noisy_volume() -> Volume:
    stored = np.random.default_rng(3).integers(0, 1000, SHAPE).astype(np.int16)
    return Volume(stored, Geometry(SHAPE, np.diag([1.0, 1.0, 2.0, 1.0])), unit="HU", file_window=Window(500, 1000))


def series_of(volume: Volume, modality: str = "CT") -> Series:
    text = PatientText("Doe^Jane", "4711", "1970-01-01", "F", "2024-01-01", "Institution")
    return Series("1.2", ImageFormat.DICOM, modality, "head", 2, (Path("one.dcm"),), volume.geometry, text)


def canvas_of(panel: ViewerPanel, plane: Plane = Plane.AXIAL) -> PlaneCanvas:
    found = panel.findChild(PlaneCanvas, f"{plane.value.lower()}View")
    assert isinstance(found, PlaneCanvas)
    return found


def wheel(canvas: PlaneCanvas, notches: int, modifiers: Qt.KeyboardModifier = PLAIN) -> None:
    centre = QPointF(canvas.rect().center())
    event = QWheelEvent(
        centre, canvas.mapToGlobal(centre), QPoint(), QPoint(0, 120 * notches), Qt.MouseButton.NoButton, modifiers,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(canvas, event)


def drag(
    canvas: PlaneCanvas,
    start: QPoint,
    stop: QPoint,
    button: Qt.MouseButton = LEFT,
    modifiers: Qt.KeyboardModifier = PLAIN,
    release: bool = True,
) -> None:
    QTest.mousePress(canvas, button, modifiers, start)
    for n in range(1, 5):
        QTest.mouseMove(canvas, start + (stop - start) * n / 4)
    if release:
        QTest.mouseRelease(canvas, button, modifiers, stop)


def position_in(canvas: PlaneCanvas, x: float, y: float, z: float) -> QPoint:
    return canvas.position_of((x, y, z)).toPoint()


def picture(canvas: PlaneCanvas) -> bytes:
    image = canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    return bytes(image.constBits())
