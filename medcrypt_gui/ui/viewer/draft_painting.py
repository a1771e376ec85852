"""What the tool in hand shows over the image: its tip, and the shapes that are not in the mask yet."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.mask.outlined import line_of_sight, plane_axes
from medcrypt_gui.core.tools.base import Draft

_ADDS = QColor("#ffffff")
_ERASES = QColor("#ff7a70")
_HELD = QColor("#3cb4ac")
_SHADOW = QColor(0, 0, 0, 190)
_FILL_ALPHA = 36
_FAINT_ALPHA = 150
_HANDLE_RADIUS, _HELD_RADIUS, _SMALL_RADIUS = 3.5, 5.5, 2.2
_MANY_HANDLES = 40  # of a line drawn by hand: smaller ones, or they would hide it

PositionOf = Callable[[tuple[float, float, float]], QPointF]


def paint_tip(painter: QPainter, rim: QPolygonF, erases: bool) -> None:
    """The outline of the brush; red where it erases."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for colour, width in ((QColor(0, 0, 0, 150), 3.0), (_ERASES if erases else _ADDS, 1.3)):
        painter.setPen(QPen(colour, width))
        painter.drawPolygon(rim)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def paint_drafts(
    painter: QPainter,
    drafts: Sequence[Draft],
    geometry: Geometry,
    axis: int,
    slice_number: int,
    position_of: PositionOf,
) -> None:
    """Those that lie in slice ``slice_number`` across ``axis`` or go through it."""
    for draft in drafts:
        if draft.normal_axis != axis or not (draft.through or draft.slice_number == slice_number):
            continue
        off = slice_number - draft.slice_number if draft.through else 0
        du, dv = (step * off for step in line_of_sight(geometry, axis)) if off else (0.0, 0.0)
        first, second = plane_axes(axis)

        def place(index: tuple[float, float, float], u: float = du, v: float = dv) -> QPointF:
            moved = list(index)
            moved[first] += u  # noqa: B023 -- called within this turn of the loop
            moved[second] += v  # noqa: B023
            return position_of((moved[0], moved[1], moved[2]))

        _paint(painter, draft, [place(one) for one in draft.points], [place(one) for one in draft.handles])


def _paint(painter: QPainter, draft: Draft, line: Sequence[QPointF], handles: Sequence[QPointF]) -> None:
    """A dark line below a bright one, so that it is seen on dark and on bright images."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    colour = QColor(_ERASES if draft.erases else _ADDS)
    if draft.faint:
        colour.setAlpha(_FAINT_ALPHA)
    shape = QPolygonF(line)
    if draft.closed and not draft.faint:
        ground = QColor(colour)
        ground.setAlpha(_FILL_ALPHA)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawPolygon(shape)  # odd-even, as it will be filled
        painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen in (QPen(_SHADOW, 3.2), QPen(colour, 1.0 if draft.faint else 1.5)):
        if draft.faint and pen.color() != _SHADOW:
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        if draft.closed:
            painter.drawPolygon(shape)
        else:
            painter.drawPolyline(shape)
    radius = _SMALL_RADIUS if len(handles) > _MANY_HANDLES else _HANDLE_RADIUS
    painter.setPen(QPen(_SHADOW, 1.0))
    for number, handle in enumerate(handles):
        held = number == draft.held
        painter.setBrush(_HELD if held else colour)
        painter.drawEllipse(handle, *([_HELD_RADIUS] * 2 if held else [radius] * 2))
    painter.restore()
