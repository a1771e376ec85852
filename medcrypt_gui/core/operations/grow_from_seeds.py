"""Grow from seeds: what was drawn of two or more labels grows until they meet."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.errors import UndrawnError
from medcrypt_gui.core.language import mark, tr
from medcrypt_gui.core.mask.box import Box, bounding_box, grown_mm, shifted
from medcrypt_gui.core.mask.labels import LabelTable
from medcrypt_gui.core.mask.part import Part
from medcrypt_gui.core.mask.sink import SinkMode
from medcrypt_gui.core.operations.base import Change, Group, PlainOperation, Subject, no_values
from medcrypt_gui.core.options import LabelNumber, option
from medcrypt_gui.core.task import TaskContext


@dataclass(frozen=True)
class GrowFromSeedsOptions:
    margin_mm: float = option(10.0, mark("Beyond the seeds"), "mm", 0.0, 100.0, 1.0)
    all_labels: bool = option(False, mark("Grow all labels"))
    background: LabelNumber = option(  # noqa: RUF009 -- a field, not a shared default
        LabelNumber(0), mark("Background"), help=mark("This label only says where the others must not grow.")
    )
    clears: bool = option(
        True,
        mark("Clear the background seeds"),
        help=mark(
            "What was drawn of the background goes when the change is accepted, so that Protect leaves it readable."
        ),
    )
    smooth: bool = option(True, mark("Smooth borders"))


class GrowFromSeeds(PlainOperation):
    id = "grow_from_seeds"
    title = mark("Grow from seeds")
    help = mark("Draw some of the structure and, as another label, of what is around it: both grow until they meet.")
    group = Group.IMAGE
    previews = True
    options_type = GrowFromSeedsOptions

    def why_not(self, subject: Subject) -> str:
        if reason := super().why_not(subject) or no_values(subject):
            return reason
        table = subject.mask.table
        if not table.active.visible:
            return tr("The active label is hidden: only labels that are shown grow.")
        if sum(label.visible for label in table) < 2:
            return tr("Make a second label and draw with it what is around the structure.")
        return ""

    def suggested(self, subject: Subject, task: TaskContext) -> GrowFromSeedsOptions:
        """Of two labels that are shown, the one that is not active is the background."""
        task.checkpoint()
        others = [label.number for label in subject.mask.table if label.visible and label.number != subject.label]
        return GrowFromSeedsOptions(background=LabelNumber(others[0] if len(others) == 1 else 0))

    def run(self, subject: Subject, options: GrowFromSeedsOptions, task: TaskContext) -> Change:
        from medcrypt_gui.core.segmentation.grow_from_seeds import grow_from_seeds, smoothed

        volume, mask = subject.volume, subject.mask
        assert volume is not None  # `why_not` says so before
        task.progress(0.0, tr("Looking for seeds"))
        box = _seeded_box(mask.labels, mask.table, options.margin_mm, subject)
        labels = mask.labels[box]
        numbers = _classes(labels, mask.table)
        self._check(subject, numbers)
        class_of = np.zeros(256, np.uint8)
        class_of[numbers] = np.arange(1, len(numbers) + 1)
        seeds = class_of[labels]
        owners = grow_from_seeds(volume, seeds, box, task.part(0.1, 0.9))
        grown = [n for n in numbers if n != options.background] if options.all_labels else [subject.label]
        parts = []
        for number in grown:
            task.progress(0.9, tr("Smoothing the borders"))
            own = int(class_of[number])
            region = smoothed(owners, seeds, own) if options.smooth else np.asarray(owners == own)
            parts.append(Part(region, box, SinkMode.ADD, number))
        if not options.clears or options.background not in numbers or options.background in grown:
            return Change(tuple(parts))
        parts.append(Part(np.ones(labels.shape, np.bool_), box, SinkMode.REMOVE, int(options.background)))
        name = mask.table.name_of(options.background)
        return Change(tuple(parts), tr("What was drawn of “{name}” goes, too.", name=name))

    @staticmethod
    def _check(subject: Subject, numbers: list[int]) -> None:
        if subject.label not in numbers:
            raise UndrawnError(tr("nothing is drawn of {label}", label=subject.mask.table.active.name))
        if len(numbers) < 2:
            raise UndrawnError(tr("what is around the structure must be drawn, too, as another label that is shown"))


def _seeded_box(labels: NDArray[np.uint8], table: LabelTable, margin_mm: float, subject: Subject) -> Box:
    """Around the seeds of all labels that are shown, with the margin. Raises `UndrawnError` where there are none."""
    drawn = bounding_box(labels)
    hidden = [label.number for label in table if not label.visible]
    if drawn is not None and hidden:
        seen = np.ones(256, np.bool_)
        seen[[0, *hidden]] = False
        crop = bounding_box(seen[labels[drawn]])
        drawn = shifted(crop, drawn) if crop is not None else None
    if drawn is None:
        raise UndrawnError(tr("nothing is drawn yet"))
    return grown_mm(drawn, margin_mm, subject.mask.geometry)


def _classes(labels: NDArray[np.uint8], table: LabelTable) -> list[int]:
    """The labels that are drawn and shown, in order."""
    counts = np.bincount(labels.reshape(-1), minlength=256)
    hidden = {label.number for label in table if not label.visible}
    return [number for number in range(1, 256) if counts[number] and number not in hidden]


OPERATION = GrowFromSeeds()
