"""Keep or remove the part that the crosshair lies in."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from medcrypt_gui.core.errors import EmptyLabelError
from medcrypt_gui.core.language import mark, tr
from medcrypt_gui.core.mask.amount import amount_text
from medcrypt_gui.core.mask.part import Part
from medcrypt_gui.core.mask.parts import parts_of
from medcrypt_gui.core.mask.sink import SinkMode
from medcrypt_gui.core.operations.base import Change, Group, PlainOperation, Subject
from medcrypt_gui.core.options import option
from medcrypt_gui.core.task import TaskContext


class Fate(Enum):
    """What becomes of the part; the value is what users read."""

    KEEP = mark("Keep it, remove the others")
    REMOVE = mark("Remove it, keep the others")


@dataclass(frozen=True)
class KeepSelectedOptions:
    fate: Fate = option(Fate.KEEP, mark("This part"))  # noqa: RUF009 -- a field, not a shared default


class KeepSelected(PlainOperation):
    id = "keep_selected"
    title = mark("Keep the part at the crosshair")
    help = mark("Keep, or remove, the connected part of the label that the crosshair lies in (Shift and move sets it).")
    group = Group.PARTS
    options_type = KeepSelectedOptions

    def why_not(self, subject: Subject) -> str:
        if super().why_not(subject) or subject.seed is None:
            return super().why_not(subject)
        x, y, z = subject.seed.voxel
        sizes = subject.mask.geometry.shape
        inside = all(0 <= index < size for index, size in zip((z, y, x), sizes, strict=True))
        if inside and subject.mask.labels[z, y, x] == subject.label:
            return ""
        name = subject.mask.table.active.name
        return tr("The crosshair is not in {name}. Hold Shift and move to the part that is meant.", name=name)

    def run(self, subject: Subject, options: KeepSelectedOptions, task: TaskContext) -> Change:
        task.progress(0.0, tr("Finding the parts"))
        region, box = subject.region()
        parts = parts_of(region, box, task.part(0.1, 0.9))
        chosen = parts.at(subject.seed.voxel) if subject.seed is not None else 0
        if chosen == 0:
            raise EmptyLabelError(tr("the crosshair is in no part of the label"))
        amount = amount_text(int(parts.voxels[chosen]), subject.mask.geometry)
        note = tr("The part has {amount}.", amount=amount)
        how = SinkMode.SET if options.fate is Fate.KEEP else SinkMode.REMOVE
        return Change((Part(parts.region([chosen], task), box, how),), note)


OPERATION = KeepSelected()
