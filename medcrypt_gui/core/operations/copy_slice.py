"""Copying a slice's label into the slice beside it: what both operations of that kind have in common."""

from __future__ import annotations

from dataclasses import dataclass

from medcrypt_gui.core.language import tr
from medcrypt_gui.core.mask.box import Box, slices_box
from medcrypt_gui.core.mask.part import Part
from medcrypt_gui.core.operations.base import Change, Group, PlainOperation, Subject
from medcrypt_gui.core.task import TaskContext


@dataclass(frozen=True)
class CopySliceOptions:
    """Nothing to choose."""


class CopySlice(PlainOperation):
    """The label in the shown slice replaces what the label is in the one ``step`` further on."""

    group = Group.SLICES
    options_type = CopySliceOptions
    step: int

    def why_not(self, subject: Subject) -> str:
        if reason := super().why_not(subject):
            return reason
        if not 0 <= subject.slice_number + self.step < subject.mask.labels.shape[subject.slice_axis]:
            return tr("This is the last slice.") if self.step > 0 else tr("This is the first slice.")
        if not (subject.mask.labels[_slice(subject)] == subject.label).any():
            return tr("{name} is not in this slice.", name=subject.mask.table.active.name)
        return ""

    def run(self, subject: Subject, _options: CopySliceOptions, task: TaskContext) -> Change:
        task.progress(0.0, tr("Copying the slice"))
        part = Part(subject.mask.labels[_slice(subject)] == subject.label, _slice(subject, self.step))
        return Change((part,), look_at=(2 - subject.slice_axis, subject.slice_number + self.step))


def _slice(subject: Subject, step: int = 0) -> Box:
    """The slice that is shown, or one so many further on."""
    n = subject.slice_number + step
    return slices_box(subject.mask.geometry.shape, subject.slice_axis, slice(n, n + 1))
