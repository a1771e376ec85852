"""The polygon: points are placed by clicks and drags, edited before and after, and taken along to other slices."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.language import mark, tr
from medcrypt_gui.core.mask.box import Box, box_shape, common, within
from medcrypt_gui.core.mask.outlined import PlanePoint, in_slice, line_of_sight, plane_point
from medcrypt_gui.core.mask.sink import SinkMode
from medcrypt_gui.core.tools.base import Drawing, Event, PointerSample, Sketch, SketchTool
from medcrypt_gui.core.tools.outline import LEAST_POINTS, Outline

_NEAR_PIXELS = 16.0  # so near to a completed polygon its points are shown
_Value = TypeVar("_Value", np.bool_, np.uint8)
Place = tuple[int, int]  # axis and slice


@dataclass(frozen=True)
class PolygonOptions:
    pass


class Polygon(SketchTool):
    id = "polygon"
    title = mark("Polygon")
    shortcut = "P"
    icon = "polygon"
    help = mark(
        "Click or drag to place points; double-click, Enter or the first point closes. Ctrl or the right button first:"
        " it takes away. Points can be dragged, also afterwards; a click on an edge adds one, Alt+click or Del removes"
        " one. Backspace drops the last, Esc all. Ctrl+V pastes the last polygon into this slice."
    )
    options_type = PolygonOptions
    pastes = True

    def sketch(self) -> Sketch:
        return _Polygons()


@dataclass(eq=False)
class _Done:
    """A polygon that is in the mask, with the labels of its box before and after, so that it can be changed there."""

    outline: Outline
    label: int
    box: Box
    region: NDArray[np.bool_]
    before: NDArray[np.uint8]
    after: NDArray[np.uint8]
    revision: int
    stood: bool = True

    def stands(self, drawing: Drawing) -> bool:
        """Whether all of it is as it was left: what was undone or erased must not come back with it."""
        if self.revision != drawing.revision:
            self.revision = drawing.revision
            now = drawing.labels[self.box]
            self.stood = self.label in drawing.table and bool((now == self.after)[self.region].all())
        return self.stood


@dataclass
class _Grip:
    """What is dragged: the point ``number`` of an outline, or all of it, from ``start``; or a new line of points.

    It does not move before the pointer is ``apart`` from where it was pressed: a click changes nothing.
    """

    outline: Outline
    start: PlanePoint
    done: bool = False
    number: int | None = None
    line_from: int | None = None
    apart: bool = False

    @property
    def place(self) -> Place:
        return self.outline.axis, self.outline.slice_number


class _Polygons(Sketch):
    """In each slice the one that is being drawn, and the last one that was completed."""

    def __init__(self) -> None:
        self._drawn: dict[Place, Outline] = {}
        self._done: dict[Place, _Done] = {}
        self._last: Outline | None = None
        self._grip: _Grip | None = None
        self._pointer: PointerSample | None = None

    def take(self, drawing: Drawing, sample: PointerSample, options: PolygonOptions) -> bool:  # noqa: ARG002
        self._pointer = None if sample.event is Event.LEAVE else sample
        act = {
            Event.PRESS: self._press,
            Event.MOVE: self._move,
            Event.RELEASE: self._release,
            Event.CLOSE: self._close,
            Event.DROP: self._drop,
            Event.REMOVE: self._remove,
            Event.CANCEL: self._cancel,
            Event.PASTE: self._paste,
            Event.LEAVE: self._leave,
        }[sample.event]
        acted = act(drawing, sample)
        self.shown(drawing)
        return acted

    def shown(self, drawing: Drawing) -> None:
        place = _place(self._pointer) if self._pointer is not None else None
        drafts = []
        for where, one in self._drawn.items():
            here = self._pointer if where == place else None
            end = plane_point(here.index_xyz, one.axis) if here is not None and self._grip is None else None
            held = one.point_at(drawing.geometry, here) if here is not None else None
            drafts.append(one.draft(end, held))
        for where, done in self._done.items():
            if where != place or where in self._drawn or self._pointer is None:
                continue
            held_here = self._grip is not None and self._grip.done and self._grip.place == where
            outline = self._grip.outline if self._grip is not None and held_here else done.outline
            if done.stands(drawing):
                near = outline.edge_at(drawing.geometry, self._pointer, _NEAR_PIXELS) is not None
                held = outline.point_at(drawing.geometry, self._pointer)
                meant = near or self._grip is not None
                drafts.append(outline.draft(held=held, handles=meant, faint=not meant))
        drawing.show(*drafts)

    def let_go(self) -> bool:
        grip, self._grip = self._grip, None
        return grip is not None and grip.done  # one that is being drawn followed the pointer, and stays

    # Events

    def _press(self, drawing: Drawing, sample: PointerSample) -> bool:
        drawn, here = self._drawn.get(_place(sample)), plane_point(sample.index_xyz, sample.normal_axis)
        if drawn is not None and drawn.closed:
            self._grip = _grip_on(drawing, drawn, sample, whole=True)
            if self._grip is None:
                drawing.say(tr("Enter takes the polygon into the mask, Esc drops it."))
        elif drawn is not None:
            at = drawn.point_at(drawing.geometry, sample)
            if at == 0 and len(drawn.points) >= LEAST_POINTS:
                self._complete(drawing, drawn)
            elif at == len(drawn.points) - 1:
                self._begin_line(drawn)  # the hand was lifted, and goes on from there
            elif at is not None:
                self._grip = _Grip(drawn, here, number=at)
            else:
                self._begin_line(drawn.with_point(here))
        elif (grip := self._grip_on_done(drawing, sample)) is not None:
            self._grip = grip
        else:
            self._begin_line(Outline(sample.normal_axis, sample.slice_number, (here,), sample.takes_away))
        return True

    def _grip_on_done(self, drawing: Drawing, sample: PointerSample) -> _Grip | None:
        """Of the polygon that is in the mask here; the right button or Ctrl begin one that takes away instead."""
        done = self._done.get(_place(sample))
        if done is None or sample.takes_away or not done.stands(drawing):
            return None
        grip = _grip_on(drawing, done.outline, sample)
        return replace(grip, done=True) if grip is not None else None

    def _begin_line(self, outline: Outline) -> None:
        self._drawn[outline.axis, outline.slice_number] = outline
        self._grip = _Grip(outline, outline.points[-1], line_from=len(outline.points) - 1)

    def _move(self, drawing: Drawing, sample: PointerSample) -> bool:
        grip = self._grip
        if grip is None or _place(sample) != grip.place:
            return True  # hovering, or the wheel was turned while something is held
        here = plane_point(sample.index_xyz, grip.outline.axis)
        if grip.line_from is not None:
            if grip.outline.is_apart(drawing.geometry, sample):
                grip.outline = grip.outline.with_point(here)
        elif grip.apart or replace(grip.outline, points=(grip.start,)).is_apart(drawing.geometry, sample):
            by = here[0] - grip.start[0], here[1] - grip.start[1]
            shifted = grip.outline.shifted(*by)
            number = grip.number
            grip.outline = shifted if number is None else grip.outline.with_moved(number, shifted.points[number])
            grip.start, grip.apart = here, True
        if not grip.done:
            self._drawn[_place(sample)] = grip.outline
        return True

    def _release(self, drawing: Drawing, sample: PointerSample) -> bool:
        grip, self._grip = self._grip, None
        if grip is None:
            return False
        outline, place = grip.outline, grip.place
        if grip.done:
            self._redo(drawing, outline)
        elif grip.line_from is not None and place in self._drawn:
            self._drawn[place] = outline.straightened(drawing.geometry, grip.line_from, sample.pixel_mm)
        return True

    def _close(self, drawing: Drawing, sample: PointerSample) -> bool:
        drawn = self._drawn.get(_place(sample))
        if drawn is None:
            return False
        self._grip = None
        self._complete(drawing, drawn)
        return True

    def _drop(self, _drawing: Drawing, sample: PointerSample) -> bool:
        drawn = self._drawn.get(_place(sample))
        if drawn is None:
            return False
        self._grip = None
        if drawn.closed or len(drawn.points) == 1:
            del self._drawn[_place(sample)]
        else:
            self._drawn[_place(sample)] = drawn.without(len(drawn.points) - 1)
        return True

    def _remove(self, drawing: Drawing, sample: PointerSample) -> bool:
        place = _place(sample)
        self._grip = None
        done = self._done.get(place)
        outline = self._drawn.get(place) or (done.outline if done is not None and done.stands(drawing) else None)
        at = outline.point_at(drawing.geometry, sample) if outline is not None else None
        if outline is None or at is None:
            return False
        if (outline.closed and len(outline.points) <= LEAST_POINTS) or len(outline.points) == 1:
            drawing.say(tr("A polygon needs three points."))
        elif place in self._drawn:
            self._drawn[place] = outline.without(at)
        else:
            self._redo(drawing, outline.without(at))
        return True

    def _cancel(self, _drawing: Drawing, sample: PointerSample) -> bool:
        held, self._grip = self._grip, None
        return self._drawn.pop(_place(sample), None) is not None or held is not None

    def _paste(self, drawing: Drawing, sample: PointerSample) -> bool:
        last = self._last
        if last is None or last.axis != sample.normal_axis:
            drawing.say(tr("There is no polygon to paste yet: complete one in this plane first."))
        elif _place(sample) in self._drawn:
            drawing.say(tr("Complete the polygon in this slice first, or drop it with Esc."))
        else:
            du, dv = line_of_sight(drawing.geometry, last.axis)
            off = sample.slice_number - last.slice_number
            self._drawn[_place(sample)] = replace(last.shifted(du * off, dv * off), slice_number=sample.slice_number)
            drawing.say(tr("Enter takes the polygon into the mask, Esc drops it."))
        return True

    def _leave(self, _drawing: Drawing, _sample: PointerSample) -> bool:
        return True

    # Into the mask

    def _complete(self, drawing: Drawing, outline: Outline) -> None:
        if len(outline.points) < LEAST_POINTS:
            drawing.say(tr("A polygon needs three points."))
            return
        del self._drawn[outline.axis, outline.slice_number]
        self._write(drawing, replace(outline, closed=True), drawing.label)

    def _redo(self, drawing: Drawing, outline: Outline) -> None:
        """Take the polygon of that slice back, and write this one in its place, with the label that it had."""
        done = self._done.get((outline.axis, outline.slice_number))
        if done is None or outline == done.outline or not done.stands(drawing):
            return
        label = drawing.table[done.label]
        if label.locked or not label.visible:
            drawing.say(tr("“{name}” is locked or hidden, so its polygon stays as it is.", name=label.name))
            return
        found = _found(drawing, outline)
        left = done.before != done.after
        if found is not None:
            left &= ~_cut_out(found[0], found[1], done.box)
        drawing.extend(left, done.box, SinkMode.REMOVE, done.label)
        for number in np.unique(done.before[left]).tolist():
            if number in drawing.table:  # what a label had that is gone is empty now
                drawing.extend(left & (done.before == number), done.box, SinkMode.ADD, number)
        self._write(drawing, outline, done.label, done)

    def _write(self, drawing: Drawing, outline: Outline, label: int, instead: _Done | None = None) -> None:
        """``instead`` of one that covers part of the same voxels: what was there is what was there before that one."""
        found = _found(drawing, outline)
        if found is None:
            drawing.say(tr("The polygon lies outside the image."))
            return
        region, box = found
        before = drawing.labels[box].copy()
        if instead is not None:
            had = instead.before != instead.after
            np.copyto(before, _cut_out(instead.before, instead.box, box), where=_cut_out(had, instead.box, box))
        drawing.extend(region, box, SinkMode.REMOVE if outline.erases else SinkMode.ADD, label)
        place, after = (outline.axis, outline.slice_number), drawing.labels[box].copy()
        self._done[place] = _Done(outline, label, box, region, before, after, drawing.revision)
        self._last = outline


def _found(drawing: Drawing, outline: Outline) -> tuple[NDArray[np.bool_], Box] | None:
    return in_slice(drawing.geometry, outline.points, outline.axis, outline.slice_number)


def _cut_out(values: NDArray[_Value], box: Box, wanted: Box) -> NDArray[_Value]:
    """What is known in ``box``, as an array for ``wanted``; zero where they do not meet."""
    made = np.zeros(box_shape(wanted), values.dtype)
    shared = common(box, wanted)
    if shared is not None:
        made[within(shared, wanted)] = values[within(shared, box)]
    return made


def _place(sample: PointerSample) -> Place:
    return sample.normal_axis, sample.slice_number


def _grip_on(drawing: Drawing, outline: Outline, sample: PointerSample, whole: bool = False) -> _Grip | None:
    """What of a closed outline the pointer takes hold of: a point, a new one on an edge, or all of it from within."""
    here = plane_point(sample.index_xyz, outline.axis)
    at = outline.point_at(drawing.geometry, sample)
    if at is not None:
        return _Grip(outline, here, number=at)
    at = outline.edge_at(drawing.geometry, sample)
    if at is not None:
        return _Grip(outline.with_point(here, before=at), here, number=at)
    return _Grip(outline, here) if whole and outline.holds(here) else None


TOOL = Polygon()
