"""Margin: the label grows or shrinks by millimetres, the same in every direction of the patient."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from medcrypt_gui.core.language import mark, tr
from medcrypt_gui.core.mask.margins import grow, reached_note, shrink
from medcrypt_gui.core.mask.part import Part
from medcrypt_gui.core.mask.sink import SinkMode
from medcrypt_gui.core.operations.base import Change, Group, PlainOperation, Subject
from medcrypt_gui.core.options import option
from medcrypt_gui.core.task import TaskContext


class Direction(Enum):
    """Which way the surface moves; the value is what users read."""

    GROW = mark("Grow")
    SHRINK = mark("Shrink")


@dataclass(frozen=True)
class MarginOptions:
    direction: Direction = option(Direction.GROW, mark("Direction"))  # noqa: RUF009 -- a field, not a shared default
    margin_mm: float = option(3.0, mark("Margin"), "mm", minimum=0.1, maximum=50.0, step=0.1)


class Margin(PlainOperation):
    id = "margin"
    title = mark("Grow or shrink")
    help = mark(
        "Move the surface of the label outwards or inwards by a margin, measured in the patient. The edge of the image "
        "is no surface."
    )
    group = Group.SHAPE
    previews = True
    options_type = MarginOptions

    def run(self, subject: Subject, options: MarginOptions, task: TaskContext) -> Change:
        task.progress(0.0, tr("Measuring distances"))
        region, box = subject.region()
        geometry = subject.mask.geometry
        if options.direction is Direction.GROW:
            grows, wide = grow(region, box, geometry, options.margin_mm, task)
            parts = (Part(grows, wide, SinkMode.ADD),)
        else:
            parts = (Part(~shrink(region, box, geometry, options.margin_mm, task), box, SinkMode.REMOVE),)
        return Change(parts, reached_note(geometry, options.margin_mm))


OPERATION = Margin()
