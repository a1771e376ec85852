"""Combine with another label. Labels never overlap, so what others call logic is here who gets which voxels."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.language import mark, tr
from medcrypt_gui.core.mask.box import Box, box_shape, common, within
from medcrypt_gui.core.mask.label_region import label_region
from medcrypt_gui.core.mask.near import box_within, near
from medcrypt_gui.core.mask.part import Part
from medcrypt_gui.core.mask.sink import SinkMode
from medcrypt_gui.core.operations.base import Change, Group, PlainOperation, Subject
from medcrypt_gui.core.options import LabelNumber, option
from medcrypt_gui.core.task import TaskContext


class How(Enum):
    """What the active label gets or loses; the value is what users read."""

    ADD = mark("Add the other's voxels to it")
    COPY = mark("Make it what the other is")
    GIVE = mark("Give its voxels to the other")
    EXCHANGE = mark("Exchange the two")
    SUBTRACT = mark("Take away what is near the other")
    INTERSECT = mark("Keep only what is near the other")


@dataclass(frozen=True)
class CombineOptions:
    how: How = option(How.ADD, mark("How"))  # noqa: RUF009 -- a field, not a shared default
    other: LabelNumber = option(LabelNumber(0), mark("Other label"))  # noqa: RUF009 -- a field, not a shared default
    near_mm: float = option(
        2.0, mark("Near is"), "mm", minimum=0.5, maximum=50.0, step=0.5, help=mark("For the last two of the list only.")
    )


class CombineLabels(PlainOperation):
    id = "combine_labels"
    title = mark("Combine with another label")
    help = mark("Add, copy, give or exchange voxels between the active label and another, or trim it near the other.")
    group = Group.LABELS
    options_type = CombineOptions

    def why_not(self, subject: Subject) -> str:
        if len(subject.mask.table) < 2:
            return tr("There is only one label. Add another first.")
        return super().why_not(subject)

    def run(self, subject: Subject, options: CombineOptions, task: TaskContext) -> Change:
        task.progress(0.0, tr("Combining labels"))
        other = int(options.other)
        if other not in subject.mask.table or other == subject.label:
            return Change((), tr("Choose another label first."))
        labels, own_number = subject.mask.labels, subject.label
        if options.how in (How.SUBTRACT, How.INTERSECT):
            return _trimmed(subject, other, options, task)
        own = label_region(labels, own_number)
        task.checkpoint()
        theirs = subject.region(other) if options.how in (How.ADD, How.COPY) else label_region(labels, other)
        task.checkpoint()
        let_go: list[Part] = []  # first, so that no rule about painting over keeps it
        taken: list[Part] = []
        if theirs is not None and options.how is not How.GIVE:
            let_go.append(Part(*theirs, SinkMode.REMOVE, other))
            taken.append(Part(*theirs, SinkMode.ADD, own_number))
        if own is not None and options.how is not How.ADD:
            let_go.append(Part(*own, SinkMode.REMOVE, own_number))
        if own is not None and options.how in (How.GIVE, How.EXCHANGE):
            taken.append(Part(*own, SinkMode.ADD, other))
        locked = subject.mask.table[other].locked
        if locked:
            return Change((), tr("{name} is locked.", name=subject.mask.table[other].name))
        return Change((*let_go, *taken))


def _trimmed(subject: Subject, other: int, options: CombineOptions, task: TaskContext) -> Change:
    region, box = subject.region()
    there, place = subject.region(other)
    close = _near_in(there, place, box, subject, options.near_mm, task)
    goes = region & (close if options.how is How.SUBTRACT else ~close)
    return Change((Part(goes, box, SinkMode.REMOVE),))


def _near_in(
    there: NDArray[np.bool_], place: Box, box: Box, subject: Subject, near_mm: float, task: TaskContext
) -> NDArray[np.bool_]:
    """Which voxels of ``box`` are near the region ``there``, which fills ``place``."""
    geometry = subject.mask.geometry
    wide = box_within(box, near_mm, geometry)  # nothing further away than this counts
    around = np.zeros(box_shape(wide), np.bool_)
    both = common(wide, place)
    if both is not None:
        around[within(both, wide)] = there[within(both, place)]
    return near(around, geometry, near_mm, task)[within(box, wide)]


OPERATION = CombineLabels()
