"""Interpolate: the slices between those that were drawn."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from medcrypt_gui.core.imaging.planes import plane_across
from medcrypt_gui.core.language import mark, tr, trn
from medcrypt_gui.core.mask.part import Part
from medcrypt_gui.core.mask.sink import SinkMode
from medcrypt_gui.core.operations.base import Change, Group, PlainOperation, Subject
from medcrypt_gui.core.options import option
from medcrypt_gui.core.task import TaskContext


class Across(Enum):
    """Which slices are meant; the value is what users read."""

    FOUND = mark("Where slices are missing")
    VIEW = mark("Those of the active view")


@dataclass(frozen=True)
class InterpolateOptions:
    across: Across = option(Across.FOUND, mark("Slices"))  # noqa: RUF009 -- a field, not a shared default


class Interpolate(PlainOperation):
    id = "interpolate"
    title = mark("Interpolate")
    help = mark("Draw the label in every fifth slice or so: the empty slices between them are filled.")
    group = Group.SLICES
    previews = True
    options_type = InterpolateOptions

    def run(self, subject: Subject, options: InterpolateOptions, task: TaskContext) -> Change:
        from medcrypt_gui.core.mask import between_slices

        task.progress(0.0, tr("Looking for drawn slices"))
        mask = subject.mask
        drawn, box = subject.region()
        axis = subject.slice_axis
        if options.across is Across.FOUND:
            axis = between_slices.gap_axis(drawn, axis)
        filled, count = between_slices.fill_between(drawn, axis, mask.geometry, task.part(0.1, 1.0))
        if count == 0:
            return Change((), tr("No slice is empty between drawn ones."))
        filled &= mask.labels[box] == 0  # other labels stay, whatever may be painted over
        plane = tr(plane_across(mask.geometry, 2 - axis).value)
        note = trn(
            "{count} {plane} slice was filled.", "{count} {plane} slices were filled.", count, plane=plane.lower()
        )
        return Change((Part(filled, box, SinkMode.ADD, subject.label),), note)


OPERATION = Interpolate()
