"""What parts would do to a mask, found on a copy: locks and the overwrite rule count as they do for the mask itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.mask import sink
from medcrypt_gui.core.mask.box import NOWHERE, Box, bounding_box, box_shape, shifted, union, within
from medcrypt_gui.core.mask.part import Part
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.task import TaskContext


@dataclass(frozen=True, eq=False)
class Effect:
    """Labels ``before`` and ``after``, uint8, of the shape of ``box``, the smallest around all that would change."""

    box: Box
    before: NDArray[np.uint8]
    after: NDArray[np.uint8]

    @property
    def added(self) -> NDArray[np.bool_]:
        """The voxels that would get a label, or another one."""
        return (self.after != self.before) & (self.after != 0)

    @property
    def removed(self) -> NDArray[np.bool_]:
        """The voxels that would have no label any more."""
        return (self.before != 0) & (self.after == 0)

    @property
    def is_nothing(self) -> bool:
        return self.box == NOWHERE


def effect_of(mask: RoiMask, parts: Sequence[Part], task: TaskContext) -> Effect:
    """What the parts, one after another, would change. Looks at nothing outside their boxes. Raises `Cancelled`."""
    task.checkpoint()
    boxes = [part.box for part in parts if min(box_shape(part.box)) > 0]
    if not boxes:
        return _nothing()
    whole = reduce(union, boxes)
    before = mask.labels[whole].copy()
    tried = RoiMask(before.copy(), Geometry(box_shape(whole), np.eye(4)), mask.table)
    for part in parts:
        task.checkpoint()
        number = mask.table.active_number if part.label is None else part.label
        if min(box_shape(part.box)) > 0:
            sink.write(tried, part.region, within(part.box, whole), part.how, number)
    task.checkpoint()
    changed = bounding_box(before != tried.labels)
    if changed is None:
        return _nothing()
    return Effect(shifted(changed, whole), before[changed].copy(), tried.labels[changed].copy())


def cropped(parts: Sequence[Part], box: Box) -> tuple[Part, ...]:
    """The parts inside ``box`` only, which is all that counts where nothing outside it changes."""
    made = []
    for part in parts:
        ranges = [slice(max(a.start, b.start), min(a.stop, b.stop)) for a, b in zip(part.box, box, strict=True)]
        if all(r.start < r.stop for r in ranges):
            common = (ranges[0], ranges[1], ranges[2])
            made.append(Part(part.region[within(common, part.box)], common, part.how, part.label))
    return tuple(made)


def _nothing() -> Effect:
    none = np.zeros((0, 0, 0), np.uint8)
    return Effect(NOWHERE, none, none)
