"""Drawing, selecting and changing measurements with the left button of the mouse."""

from __future__ import annotations

import itertools
from collections.abc import Generator
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtCore import QLineF, QPointF

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.measurements import (
    Measurement,
    Place,
    Shape,
    handles_of,
    outline,
    values_within,
    with_handle,
)
from medcrypt_gui.core.imaging.windowing import window_of_values

if TYPE_CHECKING:
    from medcrypt_gui.ui.viewer.plane_canvas import PlaneCanvas

ViewDrag: TypeAlias = Generator[None, QPointF | None, None]

_REACH = 7.0  # pixels from the pointer to what it takes hold of


class Measuring:
    """What one view does about measurements."""

    def __init__(self, canvas: PlaneCanvas) -> None:
        self._canvas = canvas
        self._leg: Measurement | None = None  # the first leg of an angle, as a distance
        self._clicked_start: Place | None = None  # an angle of three clicks: the first one

    # Drawing

    def draw(self, shape: Shape, pressed_at: QPointF) -> ViewDrag:
        """From where the button went down to where it comes up, in the slice that is shown."""
        canvas = self._canvas
        yield from self._draft(shape, pressed_at)
        drawn, canvas.state.draft = canvas.state.draft, None
        if drawn is not None:
            canvas.measured.emit(drawn)

    def draw_leg(self, pressed_at: QPointF) -> ViewDrag:
        """The first leg of an angle; the next click gives the second one."""
        yield from self._draft(Shape.DISTANCE, pressed_at)
        self._leg = self._canvas.state.draft

    def draw_window_box(self, pressed_at: QPointF) -> ViewDrag:
        """A box whose values the window is set to."""
        canvas = self._canvas
        yield from self._draft(Shape.RECTANGLE, pressed_at)
        box, canvas.state.draft = canvas.state.draft, None
        canvas.measurement_changed.emit()
        volume = canvas.state.volume
        window = window_of_values(values_within(box, volume)) if box is not None and volume is not None else None
        if window is not None:
            canvas.window_requested.emit(window)

    def _draft(self, shape: Shape, pressed_at: QPointF) -> ViewDrag:
        canvas = self._canvas
        assert canvas.view is not None
        axis, start = canvas.view.through_axis, canvas.index_at(pressed_at)
        while (position := (yield)) is not None:
            end = list(canvas.index_at(position))
            end[axis] = start[axis]  # the wheel may show another slice meanwhile
            canvas.state.draft = Measurement(shape, axis, start, (end[0], end[1], end[2]))
            canvas.measurement_changed.emit()

    # The second leg of an angle

    @property
    def is_placing(self) -> bool:
        """Whether a click would go on with an angle that was begun."""
        return self._leg is not None or self._clicked_start is not None

    def begin_with_click(self, position: QPointF) -> None:
        """The first of an angle's three clicks."""
        self._clicked_start = self._canvas.index_at(position)

    def follow(self, position: QPointF) -> None:
        """The pointer moved, no button held: the leg that is being placed ends there."""
        canvas = self._canvas
        start = self._leg.start if self._leg is not None else self._clicked_start
        if canvas.view is None or start is None:
            return
        axis = canvas.view.through_axis
        if round(start[axis]) != canvas.slice_number:
            self.cancel()  # another slice: an angle lies in one
            return
        place = canvas.index_at(position)
        if self._leg is None:
            canvas.state.draft = Measurement(Shape.DISTANCE, axis, start, place)
        else:
            canvas.state.draft = replace(self._leg, shape=Shape.ANGLE, second=place)
        canvas.measurement_changed.emit()

    def place(self, position: QPointF) -> None:
        """A click, while an angle is being placed."""
        self.follow(position)
        canvas, draft = self._canvas, self._canvas.state.draft
        if draft is None:
            return
        if self._leg is None:
            self._leg, self._clicked_start = draft, None
            return
        self._leg = canvas.state.draft = None
        canvas.measured.emit(draft)

    def cancel(self) -> bool:
        """Forget an angle that was begun; False when there is none."""
        if not self.is_placing:
            return False
        self._leg = self._clicked_start = self._canvas.state.draft = None
        self._canvas.measurement_changed.emit()
        return True

    # Those that are there

    def select_at(self, position: QPointF) -> bool:
        """Select the measurement under the pointer, or none; whether there is one."""
        state = self._canvas.state
        found = next((one for one in self._shown() if self._is_near(one, position)), None)
        if found != state.selected:
            state.selected = found
            self._canvas.measurement_changed.emit()
        return found is not None

    def handle_drag(self, position: QPointF, draws: bool) -> ViewDrag | None:
        """The drag that moves the end of a measurement under the pointer; None where there is none.

        Where dragging ``draws`` another one, only the selected one's ends are there: the next distance may well begin
        where the last one ended.
        """
        canvas = self._canvas
        for one in self._shown():
            if draws and one != canvas.state.selected:
                continue
            for number, place in enumerate(handles_of(one, self._geometry())):
                if QLineF(canvas.position_of(place), position).length() <= _REACH:
                    return self._move_handle(one, number)
        return None

    def _move_handle(self, before: Measurement, number: int) -> ViewDrag:
        canvas, present = self._canvas, before
        canvas.state.selected = before
        canvas.measurement_changed.emit()
        try:
            while (position := (yield)) is not None:
                moved = with_handle(before, number, canvas.index_at(position), self._geometry())
                canvas.measurement_edited.emit(present, moved)
                present = moved
        except GeneratorExit:  # taken back
            canvas.measurement_edited.emit(present, before)
            raise

    def _shown(self) -> list[Measurement]:
        """Those of this slice, the one that lies on top first."""
        canvas = self._canvas
        if canvas.view is None:
            return []
        here = (canvas.view.through_axis, canvas.slice_number)
        return [one for one in reversed(canvas.state.measurements) if (one.axis, one.slice_number) == here]

    def _geometry(self) -> Geometry:
        assert self._canvas.state.volume is not None
        return self._canvas.state.volume.geometry

    def _is_near(self, one: Measurement, position: QPointF) -> bool:
        line = [self._canvas.position_of(place) for place in outline(one, self._geometry())]
        return any(_distance(start, end, position) <= _REACH for start, end in itertools.pairwise(line))


def _distance(start: QPointF, end: QPointF, position: QPointF) -> float:
    """From a position to a stretch of line."""
    along = end - start
    length_squared = QPointF.dotProduct(along, along)
    if length_squared == 0:
        return QLineF(start, position).length()
    share = min(max(QPointF.dotProduct(position - start, along) / length_squared, 0.0), 1.0)
    return QLineF(start + along * share, position).length()
