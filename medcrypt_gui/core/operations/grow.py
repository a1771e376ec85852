"""Grow: from a seed to all that hangs together with it and has values like it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np

from medcrypt_gui.core.language import mark, tr
from medcrypt_gui.core.mask.amount import amount_text
from medcrypt_gui.core.mask.part import Part
from medcrypt_gui.core.mask.sink import SinkMode
from medcrypt_gui.core.operations.base import Change, Group, PlainOperation, Subject, no_values, with_greys_told
from medcrypt_gui.core.options import Scale, option
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.core.tools.base import PointerSample


class Extent(Enum):
    """How far it may grow; the value is what users read."""

    VOLUME = mark("The whole volume")
    SLICE = mark("The slice of the seed")


@dataclass(frozen=True)
class GrowOptions:
    tolerance: float = option(30.0, mark("Tolerance"), "", 0.0, 500.0, 1.0, Scale.SPREAD)
    extent: Extent = option(Extent.VOLUME, mark("Where"))  # noqa: RUF009 -- a field, not a shared default
    reach_mm: float = option(100.0, mark("Farthest"), "mm", 1.0, 500.0, 1.0)
    neck_mm: float = option(0.0, mark("Narrowest passage"), "mm", 0.0, 20.0, 0.5)
    fills_holes: bool = option(True, mark("Fill holes"))
    around_labels: bool = option(True, mark("Not into other labels"))


class Grow(PlainOperation):
    id = "grow"
    title = mark("Grow")
    help = mark("Click with the tool Grow (G): what hangs together with that place and has values like it is added.")
    group = Group.IMAGE
    previews = True
    options_type = GrowOptions

    def why_not(self, subject: Subject) -> str:
        if reason := super().why_not(subject) or no_values(subject):
            return reason
        if subject.seed is None or not _is_inside(subject.seed, subject.mask.geometry.shape):
            return tr("Click into the image with the tool Grow (G) first: it grows from there.")
        return ""

    def suggested(self, subject: Subject, task: TaskContext) -> GrowOptions:
        from medcrypt_gui.core.segmentation.region_growing import suggested_tolerance

        task.checkpoint()
        if subject.volume is None or subject.seed is None:
            return GrowOptions()
        return GrowOptions(tolerance=suggested_tolerance(subject.volume, _place(subject.seed)))

    def run(self, subject: Subject, options: GrowOptions, task: TaskContext) -> Change:
        from medcrypt_gui.core.segmentation.region_growing import Growth, grow

        volume, seed, labels = subject.volume, subject.seed, subject.mask.labels
        assert volume is not None  # `why_not` says so before
        assert seed is not None
        axis = 2 - seed.normal_axis if options.extent is Extent.SLICE else None
        growth = Growth(options.tolerance, options.reach_mm, options.neck_mm, options.fills_holes, axis)
        kept_out = np.full(256, options.around_labels)
        kept_out[[0, subject.label]] = False
        region, box = grow(volume, _place(seed), growth, labels, kept_out, task)
        amount = amount_text(int(np.count_nonzero(region)), subject.mask.geometry)
        note = with_greys_told(tr("The region has {amount}.", amount=amount), volume)
        return Change((Part(region, box, SinkMode.ADD, subject.label),), note)


def _place(seed: PointerSample) -> tuple[int, int, int]:
    """The voxel ``(Z, Y, X)`` under the seed."""
    x, y, z = seed.voxel
    return z, y, x


def _is_inside(seed: PointerSample, shape: tuple[int, int, int]) -> bool:
    return all(0 <= at < n for at, n in zip(_place(seed), shape, strict=True))


OPERATION = Grow()
