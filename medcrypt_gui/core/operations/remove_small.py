"""Remove small parts: what is smaller than a volume, or than a share of the largest part, goes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np

from medcrypt_gui.core.errors import UncalibratedError
from medcrypt_gui.core.language import mark, tr, trn
from medcrypt_gui.core.mask.amount import has_volume
from medcrypt_gui.core.mask.part import Part
from medcrypt_gui.core.mask.parts import parts_of
from medcrypt_gui.core.operations.base import Change, Group, PlainOperation, Subject
from medcrypt_gui.core.options import option
from medcrypt_gui.core.task import TaskContext


class Measure(Enum):
    """What says how small is small; the value is what users read."""

    VOLUME = mark("Its volume")
    SHARE = mark("Its share of the largest part")


@dataclass(frozen=True)
class RemoveSmallOptions:
    measure: Measure = option(Measure.VOLUME, mark("Measured by"))  # noqa: RUF009 -- a field, not a shared default
    smallest_ml: float = option(
        0.5,
        mark("Smallest to keep"),
        "ml",
        minimum=0.01,
        maximum=100.0,
        step=0.01,
        only_with=("measure", Measure.VOLUME),
    )
    smallest_percent: float = option(
        5.0,
        mark("Smallest to keep"),
        "%",
        minimum=0.1,
        maximum=100.0,
        step=0.1,
        only_with=("measure", Measure.SHARE),
    )


class RemoveSmall(PlainOperation):
    id = "remove_small"
    title = mark("Remove small parts")
    help = mark("Remove the connected parts of the label that are smaller than a volume or a share of the largest one.")
    group = Group.PARTS
    previews = True
    options_type = RemoveSmallOptions

    def suggested(self, subject: Subject, task: TaskContext) -> RemoveSmallOptions:
        """A picture has no volume: there the largest part is the measure."""
        task.checkpoint()
        return RemoveSmallOptions(Measure.VOLUME if has_volume(subject.mask.geometry) else Measure.SHARE)

    def run(self, subject: Subject, options: RemoveSmallOptions, task: TaskContext) -> Change:
        if options.measure is Measure.VOLUME and not subject.mask.geometry.calibrated:
            raise UncalibratedError(tr("the image does not say how large its pixels are"))
        task.progress(0.0, tr("Finding the parts"))
        region, box = subject.region()
        parts = parts_of(region, box, task.part(0.1, 0.9))
        if options.measure is Measure.VOLUME:
            large = parts.voxels * subject.mask.geometry.voxel_volume_ml >= options.smallest_ml - 1e-9
        else:
            large = parts.voxels >= parts.voxels.max() * options.smallest_percent / 100 - 1e-9
        kept = np.flatnonzero(large[1:]) + 1
        gone = len(parts.voxels) - 1 - len(kept)
        note = trn("{count} part was removed.", "{count} parts were removed.", gone) if gone else ""
        return Change((Part(parts.region(kept, task), box),), note)


OPERATION = RemoveSmall()
