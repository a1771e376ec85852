"""Fill holes: what the label encloses on all sides becomes part of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.language import mark, tr
from medcrypt_gui.core.mask.box import Box, bounding_box, shifted
from medcrypt_gui.core.mask.holes import holes_in
from medcrypt_gui.core.mask.part import Part
from medcrypt_gui.core.mask.sink import SinkMode
from medcrypt_gui.core.operations.base import Change, Group, PlainOperation, Subject
from medcrypt_gui.core.options import option
from medcrypt_gui.core.task import TaskContext


@dataclass(frozen=True)
class FillHolesOptions:
    by_slice: bool = option(False, mark("Slice by slice"))


class FillHoles(PlainOperation):
    id = "fill_holes"
    title = mark("Fill holes")
    help = mark("Fill what the label encloses on all sides, or within each slice of the active view.")
    group = Group.PARTS
    options_type = FillHolesOptions

    def run(self, subject: Subject, options: FillHolesOptions, task: TaskContext) -> Change:
        task.progress(0.0, tr("Filling holes"))
        region, box = subject.region()
        holes = holes_in(region, task, subject.slice_axis if options.by_slice else None)
        return Change(filling(holes, box))


def filling(region: NDArray[np.bool_], box: Box) -> tuple[Part, ...]:
    """The part that adds what of ``box`` is in ``region``, cropped to it; none where that is nothing."""
    some = bounding_box(region)
    return () if some is None else (Part(region[some], shifted(some, box), SinkMode.ADD),)


OPERATION = FillHoles()
