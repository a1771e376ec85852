"""Keep the largest parts: specks and islands go."""

from __future__ import annotations

from dataclasses import dataclass

from medcrypt_gui.core.language import mark, tr, trn
from medcrypt_gui.core.mask.part import Part
from medcrypt_gui.core.mask.parts import parts_of
from medcrypt_gui.core.operations.base import Change, Group, PlainOperation, Subject
from medcrypt_gui.core.options import option
from medcrypt_gui.core.task import TaskContext


@dataclass(frozen=True)
class KeepLargestOptions:
    count: int = option(1, mark("Parts to keep"), minimum=1, maximum=20, step=1)


class KeepLargest(PlainOperation):
    id = "keep_largest"
    title = mark("Keep largest parts")
    help = mark("Keep the largest connected parts of the label and remove the others.")
    group = Group.PARTS
    options_type = KeepLargestOptions

    def run(self, subject: Subject, options: KeepLargestOptions, task: TaskContext) -> Change:
        task.progress(0.0, tr("Finding the parts"))
        region, box = subject.region()
        parts = parts_of(region, box, task.part(0.1, 0.9))
        kept = parts.by_size[: options.count]
        gone = len(parts.by_size) - len(kept)
        note = trn("{count} part was removed.", "{count} parts were removed.", gone) if gone else ""
        return Change((Part(parts.region(kept, task), box),), note)


OPERATION = KeepLargest()
