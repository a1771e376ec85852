"""The bar that says which colour stands for which value; drawn only while grey levels are shown as colours."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPen

from medcrypt_gui.core.imaging.colour_maps import ColourMap, colours_of
from medcrypt_gui.ui.viewer.markings import MARGIN, is_small
from medcrypt_gui.ui.viewer.view_state import ViewState

_TEXT = QColor("#d8dfe5")
_SHADOW = QColor(0, 0, 0, 200)
_WIDTH = 12.0
_SHARE = 0.4  # of the view's height
_FROM_EDGE = 36.0  # room for the orientation letter


def paint_colour_bar(painter: QPainter, area: QRectF, state: ViewState) -> None:
    """At the right edge: the highest value of the window at the top, the lowest at the bottom, the unit below."""
    if state.colour_map is ColourMap.GREY or is_small(area):
        return
    colours = colours_of(state.colour_map)[:, 0]
    column = np.ascontiguousarray(colours if state.shown_inverted else colours[::-1])
    picture = QImage(column.data, 1, len(column), 3, QImage.Format.Format_RGB888)
    height = area.height() * _SHARE
    x = area.right() - MARGIN - _FROM_EDGE
    bar = QRectF(x, area.center().y() - height / 2, _WIDTH, height)
    painter.drawImage(bar, picture)
    painter.setPen(QPen(_TEXT, 1.0))
    painter.drawRect(bar)
    low, high = state.window.level - state.window.width / 2, state.window.level + state.window.width / 2
    unit = state.volume.unit if state.volume is not None else ""
    _text(painter, f"{high:.5g}", QPointF(bar.right(), bar.top() - 6))
    _text(
        painter,
        f"{low:.5g} {unit}".rstrip(),
        QPointF(bar.right(), bar.bottom() + QFontMetricsF(painter.font()).ascent() + 4),
    )


def _text(painter: QPainter, text: str, bottom_right: QPointF) -> None:
    left = bottom_right - QPointF(QFontMetricsF(painter.font()).horizontalAdvance(text), 0)
    for shift, colour in ((QPointF(1, 1), _SHADOW), (QPointF(), _TEXT)):
        painter.setPen(colour)
        painter.drawText(left + shift, text)
    painter.setPen(Qt.PenStyle.NoPen)
