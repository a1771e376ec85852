"""Hollow: only a shell along the label's surface is left."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np

from medcrypt_gui.core.language import mark, tr
from medcrypt_gui.core.mask.box import box_shape, within
from medcrypt_gui.core.mask.margins import grow, reached_note, shrink
from medcrypt_gui.core.mask.part import Part
from medcrypt_gui.core.operations.base import Change, Group, PlainOperation, Subject
from medcrypt_gui.core.options import option
from medcrypt_gui.core.task import TaskContext


class Side(Enum):
    """Where the shell lies; the value is what users read."""

    INSIDE = mark("Inside the surface")
    OUTSIDE = mark("Outside the surface")
    BOTH = mark("Half inside, half outside")


@dataclass(frozen=True)
class HollowOptions:
    side: Side = option(Side.INSIDE, mark("The shell lies"))  # noqa: RUF009 -- a field, not a shared default
    thickness_mm: float = option(3.0, mark("Thickness"), "mm", minimum=0.1, maximum=50.0, step=0.1)


class Hollow(PlainOperation):
    id = "hollow"
    title = mark("Hollow")
    help = mark("Leave only a shell of some millimetres along the surface of the label.")
    group = Group.SHAPE
    previews = True
    options_type = HollowOptions

    def run(self, subject: Subject, options: HollowOptions, task: TaskContext) -> Change:
        task.progress(0.0, tr("Measuring distances"))
        region, box = subject.region()
        geometry = subject.mask.geometry
        thickness = options.thickness_mm / (2 if options.side is Side.BOTH else 1)
        outer, wide = region, box
        if options.side is not Side.INSIDE:
            outer, wide = grow(region, box, geometry, thickness, task.part(0.0, 0.5))
        inner = region
        if options.side is not Side.OUTSIDE:
            inner = shrink(region, box, geometry, thickness, task.part(0.5, 1.0))
        core = np.zeros(box_shape(wide), np.bool_)
        core[within(box, wide)] = inner
        return Change((Part(outer & ~core, wide),), reached_note(geometry, thickness))


OPERATION = Hollow()
