"""Threshold: the label becomes what has values in a range."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from medcrypt_gui.core.language import mark, tr
from medcrypt_gui.core.mask.box import Box, whole_box
from medcrypt_gui.core.mask.label_region import label_box
from medcrypt_gui.core.mask.part import Part
from medcrypt_gui.core.mask.sink import SinkMode
from medcrypt_gui.core.operations.base import Change, Group, PlainOperation, Subject, no_values, with_greys_told
from medcrypt_gui.core.options import Scale, option
from medcrypt_gui.core.task import TaskContext


class Scope(Enum):
    """Where values are looked at; the value is what users read."""

    VOLUME = mark("The whole volume")
    LABEL = mark("Inside the label")
    SLICE = mark("The slice shown")


@dataclass(frozen=True)
class ThresholdOptions:
    lower: float = option(0.0, mark("From"), "", -1000.0, 3000.0, 1.0, Scale.VALUES)
    upper: float = option(3000.0, mark("To"), "", -1000.0, 3000.0, 1.0, Scale.VALUES)
    scope: Scope = option(Scope.VOLUME, mark("Where"))  # noqa: RUF009 -- a field, not a shared default
    keeps: bool = option(False, mark("Keep what is drawn"))


class Threshold(PlainOperation):
    id = "threshold"
    title = mark("Threshold")
    help = mark("The label becomes every voxel with a value in this range; the first proposal is Otsu's threshold.")
    group = Group.IMAGE
    previews = True
    options_type = ThresholdOptions

    def why_not(self, subject: Subject) -> str:
        return super().why_not(subject) or no_values(subject)

    def suggested(self, subject: Subject, task: TaskContext) -> ThresholdOptions:
        from medcrypt_gui.core.segmentation.value_range import suggested_range

        task.checkpoint()
        if subject.volume is None:
            return ThresholdOptions()
        return ThresholdOptions(*suggested_range(subject.volume))

    def run(self, subject: Subject, options: ThresholdOptions, task: TaskContext) -> Change:
        from medcrypt_gui.core.segmentation.value_range import voxels_between

        volume, mask = subject.volume, subject.mask
        assert volume is not None  # `why_not` says so before
        task.progress(0.0, tr("Comparing values"))
        box = self._box(subject, options.scope)
        if box is None:
            return Change((), tr("The label is empty: there is nothing to look inside of."))
        region = voxels_between(volume, options.lower, options.upper, box, task)
        if options.scope is Scope.LABEL:
            region &= mask.labels[box] == subject.label
        keeps = options.keeps and options.scope is not Scope.LABEL
        how = SinkMode.ADD if keeps else SinkMode.SET
        return Change((Part(region, box, how, subject.label),), with_greys_told("", volume))

    @staticmethod
    def _box(subject: Subject, scope: Scope) -> Box | None:
        if scope is Scope.LABEL:
            return label_box(subject.mask.labels, subject.label)
        whole = list(whole_box(subject.mask.geometry.shape))
        if scope is Scope.SLICE:
            whole[subject.slice_axis] = slice(subject.slice_number, subject.slice_number + 1)
        return whole[0], whole[1], whole[2]


OPERATION = Threshold()
