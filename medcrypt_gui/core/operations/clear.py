"""Clear: empty the active label, or all of them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np

from medcrypt_gui.core.language import mark, tr
from medcrypt_gui.core.mask.box import bounding_box, box_shape
from medcrypt_gui.core.mask.part import Part
from medcrypt_gui.core.mask.sink import SinkMode
from medcrypt_gui.core.operations.base import Change, Group, PlainOperation, Subject
from medcrypt_gui.core.options import option
from medcrypt_gui.core.task import TaskContext


class Which(Enum):
    """What is emptied; the value is what users read."""

    ACTIVE = mark("The active label")
    ALL = mark("All labels")


@dataclass(frozen=True)
class ClearOptions:
    which: Which = option(Which.ACTIVE, mark("Empty"))  # noqa: RUF009 -- a field, not a shared default


class Clear(PlainOperation):
    id = "clear"
    title = mark("Clear")
    help = mark("Empty the active label, or all labels that are not locked. Undo brings them back.")
    group = Group.LABELS
    options_type = ClearOptions

    def why_not(self, subject: Subject) -> str:
        """Other labels may be emptied while nothing may be painted into the active one."""
        return super().why_not(subject) if all(one.locked for one in subject.mask.table) else ""

    def run(self, subject: Subject, options: ClearOptions, task: TaskContext) -> Change:
        task.progress(0.0, tr("Emptying the mask"))
        labels = subject.mask.labels
        box = bounding_box(labels)
        if box is None:
            return Change(())
        task.checkpoint()
        everything = np.ones(box_shape(box), np.bool_)
        numbers = [one.number for one in subject.mask.table] if options.which is Which.ALL else [subject.label]
        return Change(tuple(Part(everything, box, SinkMode.REMOVE, number) for number in numbers))


OPERATION = Clear()
