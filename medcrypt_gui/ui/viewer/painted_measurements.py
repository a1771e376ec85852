"""The measurements that lie in one view, painted with what they measure."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter

from medcrypt_gui.core.imaging.measurements import Measurement, handles_of, is_quick, lines_of, outline
from medcrypt_gui.ui.viewer import markings
from medcrypt_gui.ui.viewer.corner_text import Lines
from medcrypt_gui.ui.viewer.view_state import ViewState

_MOST_LINES = 200  # measurements whose words are kept

PositionOf = Callable[[tuple[float, float, float]], QPointF]


class PaintedMeasurements:
    """Keeps the words of each, reckoned once: the values in a shape take longer than a paint may."""

    def __init__(self) -> None:
        self._lines: dict[tuple[Measurement, int, int], Lines] = {}

    def forget(self) -> None:
        self._lines.clear()

    def paint(self, painter: QPainter, state: ViewState, axis: int, slice_number: int, position_of: PositionOf) -> None:
        """Those of one slice, and the one that is being drawn in it."""
        assert state.volume is not None
        geometry = state.volume.geometry
        for one in (*state.measurements, *((state.draft,) if state.draft is not None else ())):
            if (one.axis, one.slice_number) == (axis, slice_number):
                held = handles_of(one, geometry) if one == state.selected else ()
                line = [position_of(place) for place in outline(one, geometry)]
                markings.paint_measurement(painter, line, self._lines_of(one, state), [position_of(at) for at in held])

    def _lines_of(self, one: Measurement, state: ViewState) -> Lines:
        assert state.volume is not None
        if one is state.draft:
            return lines_of(one, state.volume) if is_quick(one) else ()
        key = (one, id(state.volume), state.loaded_revision)
        if key not in self._lines:
            if len(self._lines) >= _MOST_LINES:
                self._lines.clear()
            self._lines[key] = lines_of(one, state.volume)
        return self._lines[key]
