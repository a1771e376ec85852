"""Scissors: an outline in the view cuts the label through the slices, along the line of sight."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import Enum

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.language import mark, tr
from medcrypt_gui.core.mask.box import Box, slices_box
from medcrypt_gui.core.mask.cutting import inside, prism_box
from medcrypt_gui.core.mask.label_region import label_box
from medcrypt_gui.core.mask.outlined import PlanePoint, line_of_sight, plane_point
from medcrypt_gui.core.mask.sink import SinkMode
from medcrypt_gui.core.options import option
from medcrypt_gui.core.tools.base import Drawing, Event, PointerSample, Sketch, SketchTool
from medcrypt_gui.core.tools.outline import LEAST_POINTS, Outline


class Cut(Enum):
    """What is done; the value, translated, is what users read."""

    ERASE_INSIDE = mark("Erase inside")
    ERASE_OUTSIDE = mark("Erase outside")
    FILL_INSIDE = mark("Fill inside")


class Shape(Enum):
    """How the outline is drawn."""

    FREEHAND = mark("Freehand")
    RECTANGLE = mark("Rectangle")
    POLYGON = mark("Polygon")


class Reach(Enum):
    """Through which slices the cut goes."""

    ALL = mark("All slices")
    NEAR = mark("So many mm, this slice in the middle")
    ONWARDS = mark("This slice and all after it")
    BACKWARDS = mark("This slice and all before it")


@dataclass(frozen=True)
class ScissorsOptions:
    cut: Cut = option(Cut.ERASE_INSIDE, mark("Does"))  # noqa: RUF009 -- a field, not a shared default
    shape: Shape = option(Shape.FREEHAND, mark("Outline"))  # noqa: RUF009
    reach: Reach = option(Reach.ALL, mark("Through"))  # noqa: RUF009
    depth_mm: float = option(
        20.0, mark("Depth"), "mm", minimum=1.0, maximum=300.0, step=1.0, only_with=("reach", Reach.NEAR)
    )


class Scissors(SketchTool):
    id = "scissors"
    title = mark("Scissors")
    shortcut = "Y"
    icon = "scissors"
    help = mark(
        "Draw an outline: what lies inside it is cut through the slices, straight away from you."
        " Ctrl or the right button erases outside instead; Esc gives it up."
    )
    options_type = ScissorsOptions
    erases = True

    def sketch(self) -> Sketch:
        return _Scissors()


class _Scissors(Sketch):
    """One outline at a time; that of a polygon stays while slices are turned."""

    def __init__(self) -> None:
        self._outline: Outline | None = None
        self._start: PlanePoint | None = None  # of what is drawn with the button held
        self._opposite = False
        self._shape = Shape.FREEHAND  # as which it was begun
        self._end: PlanePoint | None = None

    def take(self, drawing: Drawing, sample: PointerSample, options: ScissorsOptions) -> bool:
        act = {
            Event.PRESS: self._press,
            Event.MOVE: self._move,
            Event.RELEASE: self._release,
            Event.CLOSE: self._close,
            Event.DROP: self._drop,
            Event.CANCEL: self._cancel,
        }.get(sample.event)
        acted = act(drawing, sample, options) if act is not None else False
        self.shown(drawing)
        return acted

    def shown(self, drawing: Drawing) -> None:
        if self._outline is None:
            drawing.show()
        else:
            drawing.show(self._outline.draft(self._end, handles=len(self._outline.points) < 2, through=True))

    def let_go(self) -> bool:
        if self._start is None or self._shape is Shape.POLYGON:
            self._start = None
            return False
        self._forget()
        return True

    def _press(self, drawing: Drawing, sample: PointerSample, options: ScissorsOptions) -> bool:
        outline = self._outline
        if outline is None or outline.axis != sample.normal_axis or options.shape is not self._shape:
            self._shape, self._opposite = options.shape, sample.takes_away
            axis = sample.normal_axis
            erases = _what(options.cut, self._opposite) is not Cut.FILL_INSIDE
            here = plane_point(sample.index_xyz, axis)
            self._outline = Outline(axis, sample.slice_number, (here,), erases)
            self._start = here
        elif len(outline.points) >= LEAST_POINTS and outline.point_at(drawing.geometry, self._on(drawing, sample)) == 0:
            self._finish(drawing, options)
        else:
            self._start = self._here(drawing, sample)
            self._outline = outline.with_point(self._start)
        return True

    def _move(self, drawing: Drawing, sample: PointerSample, options: ScissorsOptions) -> bool:
        outline = self._outline
        if outline is None or outline.axis != sample.normal_axis:
            return False
        here = self._here(drawing, sample)
        if self._start is None:
            self._end = here
        elif options.shape is Shape.RECTANGLE:
            (u, v), (to_u, to_v) = self._start, here
            self._outline = replace(outline, points=((u, v), (to_u, v), (to_u, to_v), (u, to_v)), closed=True)
        elif outline.is_apart(drawing.geometry, self._on(drawing, sample)):
            self._outline = replace(outline.with_point(here), closed=options.shape is Shape.FREEHAND)
        return True

    def _release(self, drawing: Drawing, _sample: PointerSample, options: ScissorsOptions) -> bool:
        held, self._start = self._start is not None, None
        if held and options.shape is not Shape.POLYGON:
            self._finish(drawing, options)
        return held

    def _close(self, drawing: Drawing, _sample: PointerSample, options: ScissorsOptions) -> bool:
        if self._outline is None:
            return False
        if len(self._outline.points) < LEAST_POINTS:
            drawing.say(tr("A polygon needs three points."))
        else:
            self._finish(drawing, options)
        return True

    def _drop(self, _drawing: Drawing, _sample: PointerSample, _options: ScissorsOptions) -> bool:
        if self._outline is None:
            return False
        self._outline = self._outline.without(len(self._outline.points) - 1)
        if not self._outline.points:
            self._forget()
        return True

    def _cancel(self, _drawing: Drawing, _sample: PointerSample, _options: ScissorsOptions) -> bool:
        some = self._outline is not None
        self._forget()
        return some

    def _forget(self) -> None:
        self._outline = self._start = self._end = None

    def _finish(self, drawing: Drawing, options: ScissorsOptions) -> None:
        outline = self._outline
        self._forget()
        if outline is not None and len(outline.points) >= LEAST_POINTS:
            cut(drawing, outline, options, self._opposite)

    def _here(self, drawing: Drawing, sample: PointerSample) -> PlanePoint:
        return plane_point(self._on(drawing, sample).index_xyz, sample.normal_axis)

    def _on(self, drawing: Drawing, sample: PointerSample) -> PointerSample:
        """The sample as it would be in the slice in which the outline was begun, seen along the line of sight."""
        assert self._outline is not None
        off = self._outline.slice_number - sample.slice_number
        if off == 0:
            return sample
        axis = sample.normal_axis
        (du, dv), index = line_of_sight(drawing.geometry, axis), list(sample.index_xyz)
        first, second = (one for one in range(3) if one != axis)
        index[first], index[second] = index[first] + du * off, index[second] + dv * off
        return replace(sample, index_xyz=(index[0], index[1], index[2]))


def cut(drawing: Drawing, outline: Outline, options: ScissorsOptions, opposite: bool = False) -> None:
    """Carry it out on the active label: only the box around what changes is touched."""
    geometry, what = drawing.geometry, _what(options.cut, opposite)
    slices = _slices(geometry, outline, options)
    drawn = outline.points, outline.axis, outline.slice_number
    if what is Cut.ERASE_OUTSIDE:
        looked: Box | None = slices_box(geometry.shape, 2 - outline.axis, slices)
    else:
        looked = prism_box(geometry, *drawn, slices)
    box = looked if what is Cut.FILL_INSIDE or looked is None else label_box(drawing.labels, drawing.label, looked)
    if box is None:
        drawing.say(tr("The active label has nothing there to cut."))
        return
    how = SinkMode.ADD if what is Cut.FILL_INSIDE else SinkMode.REMOVE
    drawing.extend(inside(geometry, *drawn, box, outside=what is Cut.ERASE_OUTSIDE), box, how)


def _what(asked: Cut, opposite: bool) -> Cut:
    """Ctrl or the right button turn erasing and filling round."""
    if not opposite:
        return asked
    return {
        Cut.ERASE_INSIDE: Cut.ERASE_OUTSIDE,
        Cut.ERASE_OUTSIDE: Cut.ERASE_INSIDE,
        Cut.FILL_INSIDE: Cut.ERASE_INSIDE,
    }[asked]


def _slices(geometry: Geometry, outline: Outline, options: ScissorsOptions) -> slice:
    """Through which slices across the outline's axis the cut goes."""
    count, n = geometry.shape[2 - outline.axis], outline.slice_number
    if options.reach is Reach.ONWARDS:
        return slice(max(n, 0), count)
    if options.reach is Reach.BACKWARDS:
        return slice(0, n + 1)
    if options.reach is Reach.NEAR:
        reach = math.floor(options.depth_mm / 2 / geometry.slice_distance_mm[outline.axis] + 1e-6)
        return slice(max(n - reach, 0), min(n + reach + 1, count))
    return slice(0, count)


TOOL = Scissors()
