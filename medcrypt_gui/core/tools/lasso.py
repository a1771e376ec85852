"""The lasso: a closed region drawn in one drag."""

from __future__ import annotations

from dataclasses import dataclass

from medcrypt_gui.core.language import mark
from medcrypt_gui.core.mask.outlined import PlanePoint, in_slice, index_of, plane_point
from medcrypt_gui.core.mask.sink import SinkMode
from medcrypt_gui.core.tools.base import Draft, Drag, DragTool, Drawing, PointerSample

_LEAST_POINTS = 3


@dataclass(frozen=True)
class LassoOptions:
    pass


class Lasso(DragTool):
    id = "lasso"
    title = mark("Lasso")
    shortcut = "K"
    icon = "lasso"
    help = mark("Drag around a region to add it; right-drag or Ctrl takes it away. Esc gives it up.")
    options_type = LassoOptions

    def drag(self, drawing: Drawing, press: PointerSample, options: LassoOptions) -> Drag:  # noqa: ARG002
        """The region is that of the slice in which the drag began, whatever the wheel does meanwhile."""
        axis, slice_number, erases = press.normal_axis, press.slice_number, press.takes_away
        points: list[PlanePoint] = [plane_point(press.index_xyz, axis)]
        while (sample := (yield)) is not None:
            place = plane_point(sample.index_xyz, axis)
            if place != points[-1]:
                points.append(place)
                line = tuple(index_of(point, axis, slice_number) for point in points)
                drawing.show(Draft(line, axis, slice_number, closed=True, erases=erases))
        drawing.show()
        found = in_slice(drawing.geometry, points, axis, slice_number) if len(points) >= _LEAST_POINTS else None
        if found is not None:
            drawing.extend(*found, SinkMode.REMOVE if erases else SinkMode.ADD)


TOOL = Lasso()
