"""What is painted over a composed image: letters, corner texts, badges, crosshair, scale bar."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF

from medcrypt_gui.ui.viewer.corner_text import Corners, Lines

MARGIN = 10.0
_TEXT = QColor("#d8dfe5")
_SHADOW = QColor(0, 0, 0, 200)
_VEIL = QColor(10, 12, 14, 165)
_LETTER = QColor("#f0c674")
_MEASURE = QColor("#ffe08a")
_SELECTED = QColor("#ffffff")
_GROUND = QColor(0, 0, 0, 130)
_ACCENT = QColor("#3cb4ac")
_CUT = QColor("#e58ac0")
_BADGE_BACK = QColor(227, 171, 74, 230)
_BADGE_TEXT = QColor("#1c1403")
_SCALE_STEPS_MM = (1, 2, 5, 10, 20, 50, 100, 200)
_SMALL_PIXELS = 260  # a view narrower or lower than this shows no corner text
_CORNER_PIXELS = 200  # what a corner text is reckoned to take
_MEDIUM_PIXELS = 520  # and below this only its slice number and window


def annotation_font(base: QFont) -> QFont:
    font = QFont(base)
    font.setPixelSize(12)
    return font


def is_small(area: QRectF) -> bool:
    return min(area.width(), area.height()) < _SMALL_PIXELS


def _is_roomy(area: QRectF) -> bool:
    return min(area.width(), area.height()) >= _MEDIUM_PIXELS


def paint_corners(painter: QPainter, area: QRectF, corners: Corners) -> None:
    """The four corner texts, as many as the view has room for."""
    if is_small(area):
        _paint_lines(painter, area, corners.bottom_right[-1:], right=True, bottom=True)
        return
    roomy = _is_roomy(area)
    if roomy:
        _paint_lines(painter, area, corners.top_left)
        _paint_lines(painter, area, corners.top_right, right=True)
    _paint_lines(painter, area, corners.bottom_left if roomy else corners.bottom_left[-3:-2], bottom=True)
    _paint_lines(painter, area, corners.bottom_right if roomy else corners.bottom_right[-1:], right=True, bottom=True)


def paint_letters(painter: QPainter, area: QRectF, letters: tuple[str, str, str, str]) -> None:
    """Orientation letters in the middle of the left, right, top and bottom edge."""
    font = QFont(painter.font())
    font.setPixelSize(15)
    font.setBold(True)
    painter.save()
    painter.setFont(font)
    inner = area.adjusted(MARGIN, 6, -MARGIN, -6)
    sides = (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight)
    ends = (Qt.AlignmentFlag.AlignTop, Qt.AlignmentFlag.AlignBottom)
    for letter, side in zip(letters[:2], sides, strict=True):
        _shadowed(painter, inner, int(side | Qt.AlignmentFlag.AlignVCenter), letter, _LETTER)
    for letter, end in zip(letters[2:], ends, strict=True):
        _shadowed(painter, inner, int(end | Qt.AlignmentFlag.AlignHCenter), letter, _LETTER)
    painter.restore()


def paint_measurement(
    painter: QPainter, line: Sequence[QPointF], lines: Lines, handles: Sequence[QPointF] = ()
) -> None:
    """The line, what it measures to its right, and, of the selected one, what it can be taken hold of by."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for colour, width in ((_SHADOW, 3.4), (_SELECTED if handles else _MEASURE, 2.0 if handles else 1.4)):
        painter.setPen(QPen(colour, width))
        painter.drawPolyline(QPolygonF(line))
    painter.setPen(QPen(_SHADOW, 1.0))
    painter.setBrush(_SELECTED)
    for handle in handles:
        painter.drawEllipse(handle, 4.0, 4.0)
    if lines:
        closed = line[0] == line[-1]
        box = QPolygonF(line).boundingRect()
        beside = QPointF(box.right(), box.center().y()) if closed else max(line, key=QPointF.x)
        _paint_values(painter, beside, box.left(), lines)
    painter.restore()


def _paint_values(painter: QPainter, beside: QPointF, left: float, lines: Lines) -> None:
    """On a dark ground to the right of ``beside``, or left of ``left`` where the view ends; never beyond its edges."""
    metrics, area = QFontMetricsF(painter.font()), QRectF(painter.window())
    width, height = max(map(metrics.horizontalAdvance, lines)), metrics.height() * len(lines)
    x = beside.x() + 10
    if x + width > area.right() - 4:
        x = left - 10 - width
    x = max(min(x, area.right() - 4 - width), 4.0)
    y = max(min(beside.y() - height / 2, area.bottom() - 4 - height), 4.0)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_GROUND)
    painter.drawRoundedRect(QRectF(x - 4, y - 2, width + 8, height + 4), 3, 3)
    for number, text in enumerate(lines):
        place = QRectF(x, y + number * metrics.height(), width + 1, metrics.height())
        _shadowed(painter, place, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), text, _MEASURE)


def paint_badges(painter: QPainter, area: QRectF, badges: tuple[str, ...]) -> None:
    """Coloured labels in a row under the upper letter, or under the corner texts where the view is narrow."""
    metrics = QFontMetricsF(painter.font())
    widths = [metrics.horizontalAdvance(badge) + 16 for badge in badges]
    whole = sum(widths) + 6 * (len(badges) - 1)
    x = area.center().x() - whole / 2
    beside = not _is_roomy(area) or whole + 2 * _CORNER_PIXELS < area.width()
    y = area.top() + (28 if beside else 92)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for badge, width in zip(badges, widths, strict=True):
        box = QRectF(x, y, width, 20)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_BADGE_BACK)
        painter.drawRoundedRect(box, 10, 10)
        painter.setPen(_BADGE_TEXT)
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), badge)
        x += width + 6
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def paint_crosshair(painter: QPainter, area: QRectF, centre: QPointF, across: QPointF, down: QPointF) -> None:
    """Two thin lines along the directions of columns and rows, which leave the point itself free."""
    gap, reach = 12, area.width() + area.height()
    colour = QColor(_ACCENT)
    colour.setAlpha(165)
    painter.setPen(QPen(colour, 1.0))
    middle = QPointF(round(centre.x()), round(centre.y()))
    for direction in (across, down):
        slanted = bool(direction.x() and direction.y())
        unit = direction / math.hypot(direction.x(), direction.y())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, slanted)
        for side in (unit, -unit):
            painter.drawLine(QLineF(middle + side * gap, middle + side * reach))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def paint_cut(painter: QPainter, line: QLineF | None) -> None:
    """Where the oblique plane cuts a view, dashed; nothing where it does not."""
    if line is None:
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(_CUT, 1.4, Qt.PenStyle.DashLine))
    painter.drawLine(line)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def paint_scale_bar(painter: QPainter, area: QRectF, pixels_per_mm: float) -> None:
    """A bar of a round length at the lower edge, about a fifth of the view wide."""
    if is_small(area):
        return
    wanted = area.width() / 5 / pixels_per_mm
    length_mm = max((step for step in _SCALE_STEPS_MM if step <= wanted), default=_SCALE_STEPS_MM[0])
    width = length_mm * pixels_per_mm
    y = area.bottom() - 30
    left, right = area.center().x() - width / 2, area.center().x() + width / 2
    painter.setPen(QPen(_TEXT, 1.5))
    painter.drawLine(QPointF(left, y), QPointF(right, y))
    for x in (left, right):
        painter.drawLine(QPointF(x, y - 4), QPointF(x, y + 1))
    text = f"{length_mm // 10} cm" if length_mm >= 10 else f"{length_mm} mm"
    _shadowed(painter, QRectF(left - 40, y - 20, width + 80, 14), int(Qt.AlignmentFlag.AlignCenter), text, _TEXT)


def paint_frame(painter: QPainter, area: QRectF) -> None:
    """The border of the view that keys act on."""
    painter.setPen(QPen(_ACCENT, 1.0))
    painter.drawRect(area.adjusted(0.5, 0.5, -0.5, -0.5))


def paint_veil(painter: QPainter, area: QRectF) -> None:
    """Dims the picture: it does not show the place that the other views show."""
    painter.fillRect(area, _VEIL)


def paint_message(painter: QPainter, area: QRectF, text: str) -> None:
    _shadowed(painter, area, int(Qt.AlignmentFlag.AlignCenter), text, _TEXT)


def _paint_lines(painter: QPainter, area: QRectF, lines: Lines, right: bool = False, bottom: bool = False) -> None:
    metrics = QFontMetricsF(painter.font())
    step = math.ceil(metrics.height()) + 1
    room = area.width() * 0.42
    y = area.bottom() - MARGIN - step * len(lines) if bottom else area.top() + MARGIN
    for n, line in enumerate(lines):
        shown = metrics.elidedText(line, Qt.TextElideMode.ElideRight, room)
        width = metrics.horizontalAdvance(shown)
        x = area.right() - MARGIN - width if right else area.left() + MARGIN
        baseline = QPointF(round(x), round(y + step * n + metrics.ascent()))
        # Over black the ground is not seen; over the white of a radiograph it keeps the words readable.
        painter.fillRect(QRectF(x - 4, baseline.y() - metrics.ascent(), width + 8, step), _GROUND)
        painter.setPen(_SHADOW)
        painter.drawText(baseline + QPointF(1, 1), shown)
        painter.setPen(_TEXT)
        painter.drawText(baseline, shown)


def _shadowed(painter: QPainter, box: QRectF, flags: int, text: str, colour: QColor) -> None:
    painter.setPen(_SHADOW)
    painter.drawText(box.translated(1, 1), flags, text)
    painter.setPen(colour)
    painter.drawText(box, flags, text)
