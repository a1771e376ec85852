"""Fill: pours the label into what lies under the pointer and is enclosed in the slice, or empties one part of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.language import mark, tr
from medcrypt_gui.core.mask.outlined import pixel_under, slice_box
from medcrypt_gui.core.mask.sink import SinkMode
from medcrypt_gui.core.tools.base import Drag, DragTool, Drawing, PointerSample


@dataclass(frozen=True)
class FillOptions:
    pass


class Fill(DragTool):
    id = "fill"
    title = mark("Fill")
    shortcut = "F"
    icon = "bucket"
    help = mark(
        "Click into a hole, or into an outline that you painted: it is filled in this slice."
        " Right-click or Ctrl+click empties the part under the pointer."
    )
    options_type = FillOptions

    def drag(self, drawing: Drawing, press: PointerSample, options: FillOptions) -> Drag:  # noqa: ARG002
        _pour(drawing, press)
        while (yield) is not None:
            pass


def _pour(drawing: Drawing, press: PointerSample) -> None:
    axis, n = press.normal_axis, press.slice_number
    pixel = pixel_under(drawing.geometry, press.index_xyz, axis)
    if pixel is None:
        return
    plane = np.take(drawing.labels, n, axis=2 - axis)
    here = int(plane[pixel])
    if press.takes_away and here != drawing.label:
        drawing.say(tr("Nothing to empty here: this place does not belong to the active label."))
        return
    if not press.takes_away and here == drawing.label:
        drawing.say(tr("Nothing to fill here: this place belongs to the active label already."))
        return
    area, where = part_at(plane, *pixel)
    if not press.takes_away and _is_open(where, (plane.shape[0], plane.shape[1])):
        drawing.say(tr("This area is open to the edge of the image: close the outline around it first."))
        return
    box = slice_box(where, axis, slice(n, n + 1))
    drawing.extend(np.expand_dims(area, 2 - axis), box, SinkMode.REMOVE if press.takes_away else SinkMode.ADD)


def part_at(plane: NDArray[np.uint8], row: int, column: int) -> tuple[NDArray[np.bool_], tuple[slice, slice]]:
    """The pixels of equal value that hang together with one, by their edges; cropped, with their rows and columns."""
    import cv2

    found = np.zeros((plane.shape[0] + 2, plane.shape[1] + 2), np.uint8)
    how = 4 | cv2.FLOODFILL_MASK_ONLY | (1 << 8)
    _, _, _, (x, y, width, height) = cv2.floodFill(np.ascontiguousarray(plane), found, (column, row), 0, flags=how)
    where = slice(y, y + height), slice(x, x + width)
    return found[1:-1, 1:-1][where].astype(np.bool_), where


def _is_open(where: tuple[slice, slice], size: tuple[int, int]) -> bool:
    """Whether the area touches the edge; in a plane of one row or column, which is all edge, an end of it."""
    return any(n > 1 and (r.start == 0 or r.stop == n) for r, n in zip(where, size, strict=True))


TOOL = Fill()
