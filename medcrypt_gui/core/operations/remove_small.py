"""Remove small parts: what is smaller than a volume goes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from medcrypt_gui.core.language import mark, tr, trn
from medcrypt_gui.core.mask.part import Part
from medcrypt_gui.core.mask.parts import parts_of
from medcrypt_gui.core.operations.base import Change, Group, PlainOperation, Subject
from medcrypt_gui.core.options import option
from medcrypt_gui.core.task import TaskContext


@dataclass(frozen=True)
class RemoveSmallOptions:
    smallest_ml: float = option(0.5, mark("Smallest to keep"), "ml", minimum=0.01, maximum=100.0, step=0.01)


class RemoveSmall(PlainOperation):
    id = "remove_small"
    title = mark("Remove small parts")
    help = mark("Remove the connected parts of the label that are smaller than a volume.")
    group = Group.PARTS
    previews = True
    options_type = RemoveSmallOptions

    def run(self, subject: Subject, options: RemoveSmallOptions, task: TaskContext) -> Change:
        task.progress(0.0, tr("Finding the parts"))
        region, box = subject.region()
        parts = parts_of(region, box, task.part(0.1, 0.9))
        large = parts.voxels * subject.mask.geometry.voxel_volume_ml >= options.smallest_ml - 1e-9
        kept = np.flatnonzero(large[1:]) + 1
        gone = len(parts.voxels) - 1 - len(kept)
        note = trn("{count} part was removed.", "{count} parts were removed.", gone) if gone else ""
        return Change((Part(parts.region(kept, task), box),), note)


OPERATION = RemoveSmall()
