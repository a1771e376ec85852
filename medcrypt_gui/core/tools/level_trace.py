"""Level tracing: the closed line of equal value through the pointer is shown, and a click takes what it encloses."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.language import mark, tr
from medcrypt_gui.core.mask.outlined import index_of, pixel_under, plane_size, slice_box
from medcrypt_gui.core.mask.sink import SinkMode
from medcrypt_gui.core.options import option
from medcrypt_gui.core.tools.base import Draft, Drawing, Event, PointerSample, Sketch, SketchTool


class Side(Enum):
    """Which side of the line is taken; the value, translated, is what users read."""

    SMALLER = mark("The smaller side")
    BRIGHTER = mark("What is brighter")
    DARKER = mark("What is darker")


@dataclass(frozen=True)
class LevelTraceOptions:
    side: Side = option(Side.SMALLER, mark("Encloses"))  # noqa: RUF009 -- a field, not a shared default
    smoothing: float = option(
        1.0,
        mark("Smoothing"),
        "px",
        maximum=5.0,
        step=0.5,
        help=mark("Evens out noise before the line is sought; the image itself stays as it is."),
    )


class LevelTrace(SketchTool):
    id = "level_trace"
    title = mark("Level tracing")
    shortcut = "M"
    icon = "contour"
    help = mark(
        "Move over an edge: the line of equal value is shown. Click to add what it encloses;"
        " right-click or Ctrl+click takes it away."
    )
    options_type = LevelTraceOptions

    def reads_values(self, options: LevelTraceOptions) -> bool:  # noqa: ARG002
        return True

    def sketch(self) -> Sketch:
        return _Tracing()


class _Tracing(Sketch):
    """Keeps nothing: what is shown is what lies under the pointer."""

    def take(self, drawing: Drawing, sample: PointerSample, options: LevelTraceOptions) -> bool:
        if sample.event is Event.LEAVE:
            drawing.show()
            return True
        if sample.event not in (Event.MOVE, Event.PRESS):
            return False
        traced = _traced(drawing, sample, options)
        drawing.show(*(() if traced is None else (_draft(traced, sample),)))
        if sample.event is Event.PRESS and traced is not None:
            region, where = traced
            box = slice_box(where, sample.normal_axis, slice(sample.slice_number, sample.slice_number + 1))
            how = SinkMode.REMOVE if sample.takes_away else SinkMode.ADD
            drawing.extend(np.expand_dims(region, 2 - sample.normal_axis), box, how)
        elif sample.event is Event.PRESS:
            drawing.say(tr("There is no line of equal value here: point at the edge of what you want to take."))
        return True


Traced = tuple[NDArray[np.bool_], tuple[slice, slice]]


def _traced(drawing: Drawing, sample: PointerSample, options: LevelTraceOptions) -> Traced | None:
    """What the line through the pointer encloses, cropped, with its rows and columns in the slice."""
    axis, n = sample.normal_axis, sample.slice_number
    rows, columns = plane_size(drawing.geometry, axis)
    pixel = pixel_under(drawing.geometry, sample.index_xyz, axis)
    if pixel is None:
        return None
    values = drawing.values(slice_box((slice(0, rows), slice(0, columns)), axis, slice(n, n + 1)))
    return trace(values.reshape(rows, columns), *pixel, options) if values is not None else None


def trace(plane: NDArray[np.float32], row: int, column: int, options: LevelTraceOptions) -> Traced | None:
    """What the line of equal value through a pixel of ``plane`` ``(rows, columns)`` encloses, holes included.

    None where the line encloses the whole plane, as it does in an even one.
    """
    import cv2

    if options.smoothing > 0:
        plane = np.asarray(cv2.GaussianBlur(np.ascontiguousarray(plane), (0, 0), options.smoothing))
    level = plane[row, column]
    sides = {Side.BRIGHTER: plane >= level, Side.DARKER: plane <= level}
    if options.side is not Side.SMALLER:
        sides = {options.side: sides[options.side]}
    found = [one for side in sides.values() if (one := _enclosed_part(side, row, column)) is not None]
    return min(found, key=lambda one: int(np.count_nonzero(one[0])), default=None)


def _enclosed_part(side: NDArray[np.bool_], row: int, column: int) -> Traced | None:
    """The part of one side that the pixel belongs to, with all that it encloses."""
    import cv2

    part = np.zeros((side.shape[0] + 2, side.shape[1] + 2), np.uint8)
    how = 4 | cv2.FLOODFILL_MASK_ONLY | (1 << 8)
    _, _, _, (x, y, width, height) = cv2.floodFill(side.view(np.uint8), part, (column, row), 0, flags=how)
    if (height, width) == side.shape:
        return None
    inner = np.ascontiguousarray(part[y + 1 : y + 1 + height, x + 1 : x + 1 + width])
    rims, _ = cv2.findContours(inner, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    filled = np.asarray(cv2.drawContours(np.zeros_like(inner), rims, -1, 1, cv2.FILLED))
    return filled.astype(np.bool_), (slice(y, y + height), slice(x, x + width))


def _draft(traced: Traced, sample: PointerSample) -> Draft:
    """The outline of the enclosed pixels, a quarter of a pixel within their outer edges."""
    import cv2

    region, (rows, columns) = traced
    doubled = region.view(np.uint8).repeat(2, axis=0).repeat(2, axis=1)
    rims, _ = cv2.findContours(doubled, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    rim = max(rims, key=len).reshape(-1, 2) / 2 - 0.25
    axis, n = sample.normal_axis, sample.slice_number
    points = tuple(index_of((x + columns.start, y + rows.start), axis, n) for x, y in rim.tolist())
    return Draft(points, axis, n, closed=True, erases=sample.takes_away)


TOOL = LevelTrace()
