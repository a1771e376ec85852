"""What is painted over a picture of surfaces: the cube with the patient's sides, the crosshair, captions."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QPolygonF, QTransform

from medcrypt_gui.core.imaging.camera import Camera
from medcrypt_gui.ui.viewer.markings import MARGIN

_FACES = (("L", (1, 0, 0)), ("R", (-1, 0, 0)), ("P", (0, 1, 0)), ("A", (0, -1, 0)), ("S", (0, 0, 1)), ("I", (0, 0, -1)))
_CUBE = 21.0  # half an edge, in pixels
_FACE, _EDGE, _INK = QColor("#2b3640"), QColor("#5b6a78"), QColor("#f0c674")
_TEXT, _SHADOW, _ACCENT = QColor("#d8dfe5"), QColor(0, 0, 0, 200), QColor("#3cb4ac")
_PLACE = QColor("#6fe7de")
_BAR_PIXELS = 180.0


def paint_cube(painter: QPainter, area: QRectF, camera: Camera) -> None:
    """A small cube, turned as the scene is, with a letter on each side of the patient; in the upper right corner."""
    centre = np.array([area.right() - MARGIN - 1.75 * _CUBE, area.top() + MARGIN + 1.75 * _CUBE])
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    font = QFont(painter.font())
    font.setPixelSize(22)
    font.setBold(True)
    painter.setFont(font)
    for letter, direction in _FACES:
        normal = camera.rotation @ np.array(direction, np.float64)
        if normal[2] > 0.02:
            _paint_face(painter, centre, camera, letter, np.array(direction, np.float64), float(normal[2]))
    painter.restore()


def _paint_face(
    painter: QPainter, centre: np.ndarray, camera: Camera, letter: str, direction: np.ndarray, facing: float
) -> None:
    up = np.array((0.0, 0.0, 1.0)) if abs(direction[2]) < 0.5 else np.array((0.0, -1.0, 0.0))
    across = np.cross(up, direction)

    def place(right: float, upwards: float) -> QPointF:
        local = camera.rotation @ (direction + right * across + upwards * up) * _CUBE
        return QPointF(centre[0] + local[0], centre[1] - local[1])

    corners = QPolygonF([place(-1, 1), place(1, 1), place(1, -1), place(-1, -1)])
    painter.setPen(QPen(_EDGE, 1.0))
    painter.setBrush(_FACE.lighter(int(70 + 70 * facing)))
    painter.drawPolygon(corners)
    flat = QTransform()
    square = QPolygonF([QPointF(0, 0), QPointF(32, 0), QPointF(32, 32), QPointF(0, 32)])
    if facing > 0.25 and QTransform.quadToQuad(square, corners, flat):
        painter.save()
        painter.setTransform(flat, True)
        painter.setPen(_INK)
        painter.drawText(QRectF(0, 0, 32, 32), int(Qt.AlignmentFlag.AlignCenter), letter)
        painter.restore()


def paint_place(painter: QPainter, at: QPointF, hidden: bool) -> None:
    """The crosshair's place: a ring with four ticks, faint where a surface lies before it."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setOpacity(0.45 if hidden else 1.0)
    for colour, width in ((QColor(0, 0, 0, 200), 3.6), (_PLACE, 1.6)):
        painter.setPen(QPen(colour, width))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(at, 6.0, 6.0)
        for x, y in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            painter.drawLine(at + QPointF(6 * x, 6 * y), at + QPointF(11 * x, 11 * y))
    painter.restore()


def paint_caption(painter: QPainter, area: QRectF, text: str, above: float) -> None:
    """A line of text at the lower edge, ``above`` so many pixels."""
    box = area.adjusted(MARGIN, 0, -MARGIN, -above)
    flags = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom | Qt.TextFlag.TextWordWrap)
    painter.setPen(_SHADOW)
    painter.drawText(box.translated(1, 1), flags, text)
    painter.setPen(_TEXT)
    painter.drawText(box, flags, text)


def paint_statement(painter: QPainter, area: QRectF, text: str, progress: float | None = None) -> None:
    """What the view has to say while it shows nothing, in its middle; a bar below it when ``progress`` is 0 to 1."""
    room = area.adjusted(2 * MARGIN, 0, -2 * MARGIN, 0)
    flags = int(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
    painter.setPen(_TEXT)
    painter.drawText(room, flags, text)
    if progress is None:
        return
    bottom = painter.boundingRect(room, flags, text).bottom() + 14
    width = min(_BAR_PIXELS, room.width())
    bar = QRectF(area.center().x() - width / 2, bottom, width, 4)
    painter.fillRect(bar, _FACE)
    painter.fillRect(QRectF(bar.left(), bar.top(), width * progress, 4), _ACCENT)
