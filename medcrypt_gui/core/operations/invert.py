"""Invert: what was empty becomes the label, and the label becomes empty."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np

from medcrypt_gui.core.language import mark, tr
from medcrypt_gui.core.mask.box import box_shape, slices_box, whole_box
from medcrypt_gui.core.mask.part import Part
from medcrypt_gui.core.mask.sink import SinkMode
from medcrypt_gui.core.operations.base import Change, Group, PlainOperation, Subject
from medcrypt_gui.core.options import option
from medcrypt_gui.core.task import TaskContext


class Within(Enum):
    """How far it goes; the value is what users read."""

    VOLUME = mark("In the whole volume")
    SLICES = mark("In the slices that have it")


@dataclass(frozen=True)
class InvertOptions:
    within: Within = option(Within.VOLUME, mark("Where"))  # noqa: RUF009 -- a field, not a shared default


class Invert(PlainOperation):
    id = "invert"
    title = mark("Invert the label")
    help = mark("What belongs to no label becomes this one, and this one becomes empty. Other labels stay.")
    group = Group.LABELS
    options_type = InvertOptions

    def run(self, subject: Subject, options: InvertOptions, task: TaskContext) -> Change:
        task.progress(0.0, tr("Inverting"))
        labels, shape = subject.mask.labels, subject.mask.geometry.shape
        box = whole_box(shape)
        if options.within is Within.SLICES:
            _, own = subject.region()
            box = slices_box(shape, subject.slice_axis, own[subject.slice_axis])
        there = labels[box]
        region = np.empty(box_shape(box), np.bool_)
        for z, plane in enumerate(there):
            task.checkpoint()
            np.equal(plane, 0, out=region[z])
        return Change((Part(region, box, SinkMode.SET),))


OPERATION = Invert()
