"""Copy to the next slice: the label here becomes the label there."""

from __future__ import annotations

from dataclasses import dataclass

from medcrypt_gui.core.language import mark, tr
from medcrypt_gui.core.mask.copy_slice import copied, why_not_copied
from medcrypt_gui.core.operations.base import Change, Group, PlainOperation, Subject
from medcrypt_gui.core.task import TaskContext

_STEP = 1


@dataclass(frozen=True)
class CopyToNextOptions:
    """Nothing to choose."""


class CopyToNext(PlainOperation):
    id = "copy_to_next"
    title = mark("Copy to the next slice")
    help = mark("Put the label of the shown slice into the next slice of the active view, and go there.")
    keys = ("Ctrl+Down",)
    group = Group.SLICES
    options_type = CopyToNextOptions

    def why_not(self, subject: Subject) -> str:
        place = subject.slice_axis, subject.slice_number
        return super().why_not(subject) or why_not_copied(subject.mask, *place, _STEP)

    def run(self, subject: Subject, _options: CopyToNextOptions, task: TaskContext) -> Change:
        task.progress(0.0, tr("Copying the slice"))
        axis, here = subject.slice_axis, subject.slice_number
        return Change((copied(subject.mask, axis, here, _STEP),), look_at=(2 - axis, here + _STEP))


OPERATION = CopyToNext()
