"""Copy to the previous slice: the label here becomes the label there."""

from __future__ import annotations

from dataclasses import dataclass

from medcrypt_gui.core.language import mark, tr
from medcrypt_gui.core.mask.copy_slice import copied, why_not_copied
from medcrypt_gui.core.operations.base import Change, Group, PlainOperation, Subject
from medcrypt_gui.core.task import TaskContext

_STEP = -1


@dataclass(frozen=True)
class CopyToPreviousOptions:
    """Nothing to choose."""


class CopyToPrevious(PlainOperation):
    id = "copy_to_previous"
    title = mark("Copy to the previous slice")
    help = mark("Put the label of the shown slice into the previous slice of the active view, and go there.")
    keys = ("Ctrl+Up",)
    group = Group.SLICES
    options_type = CopyToPreviousOptions

    def why_not(self, subject: Subject) -> str:
        place = subject.slice_axis, subject.slice_number
        return super().why_not(subject) or why_not_copied(subject.mask, *place, _STEP)

    def run(self, subject: Subject, _options: CopyToPreviousOptions, task: TaskContext) -> Change:
        task.progress(0.0, tr("Copying the slice"))
        axis, here = subject.slice_axis, subject.slice_number
        return Change((copied(subject.mask, axis, here, _STEP),), look_at=(2 - axis, here + _STEP))


OPERATION = CopyToPrevious()
