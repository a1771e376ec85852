"""Fill holes: what the label encloses on all sides becomes part of it."""

from __future__ import annotations

from dataclasses import dataclass

from medcrypt_gui.core.language import mark
from medcrypt_gui.core.mask.editor import Part
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
        from medcrypt_gui.core.mask.morphology import fill_holes  # SciPy takes half a second to load

        region, box = fill_holes(subject.mask, task, subject.slice_axis if options.by_slice else None)
        return Change((Part(region, box),))


OPERATION = FillHoles()
