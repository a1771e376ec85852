"""What parts would do to a mask, found on a copy: locks and the overwrite rule count as they do for the mask itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.mask import sink
from medcrypt_gui.core.mask.box import NOWHERE, Box, bounding_box, box_shape, common, shifted, union, within
from medcrypt_gui.core.mask.part import Part
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.task import TaskContext

_AT_ONCE = 1 << 20  # voxels: what is reckoned stays in the processor's cache, and is cancelled soon


@dataclass(frozen=True, eq=False)
class Effect:
    """What would change inside ``box``, the smallest around all that would.

    ``added`` and ``removed``, bool, fill it: voxels that would get a label, or another one, and voxels that would have
    none any more. ``by_slice`` counts both together in each of its slices.
    """

    box: Box
    added: NDArray[np.bool_]
    removed: NDArray[np.bool_]
    by_slice: NDArray[np.int64]

    @property
    def is_nothing(self) -> bool:
        return self.box == NOWHERE


def effect_of(mask: RoiMask, parts: Sequence[Part], task: TaskContext) -> Effect:
    """What the parts, one after another, would change. Looks at nothing outside their boxes. Raises `Cancelled`."""
    boxes = [part.box for part in parts if min(box_shape(part.box)) > 0]
    whole = reduce(union, boxes) if boxes else NOWHERE
    added, removed = np.zeros(box_shape(whole), np.bool_), np.zeros(box_shape(whole), np.bool_)
    by_slice = np.zeros(len(added), np.int64)
    found: Box | None = None
    for box in _slabs(whole):
        task.checkpoint()
        before, after = mask.labels[box], labels_after(mask, parts, box)
        changed = before != after
        some = bounding_box(changed)
        if some is not None:
            here = within(box, whole)[0]
            np.logical_and(changed, after, out=added[here])
            np.logical_and(changed, ~added[here], out=removed[here])
            by_slice[here] = [np.count_nonzero(plane) for plane in changed]
            found = shifted(some, box) if found is None else union(found, shifted(some, box))
    if found is None:
        nothing = np.zeros((0, 0, 0), np.bool_)
        return Effect(NOWHERE, nothing, nothing, np.zeros(0, np.int64))
    inside = within(found, whole)
    return Effect(found, added[inside], removed[inside], by_slice[inside[0]])


def labels_after(mask: RoiMask, parts: Sequence[Part], box: Box) -> NDArray[np.uint8]:
    """What the labels inside ``box`` would be."""
    if min(box_shape(box)) == 0:
        return mask.labels[box].copy()
    tried = RoiMask(mask.labels[box].copy(), Geometry(box_shape(box), np.eye(4)), mask.table)
    for part in cropped(parts, box):
        number = mask.table.active_number if part.label is None else part.label
        sink.write(tried, part.region, within(part.box, box), part.how, number)
    return tried.labels


def _slabs(box: Box) -> Iterator[Box]:
    """The box in pieces of a few slices."""
    slices, rows, columns = box_shape(box)
    step = max(1, _AT_ONCE // max(1, rows * columns))
    for z in range(box[0].start, box[0].start + slices, step):
        yield slice(z, min(z + step, box[0].stop)), box[1], box[2]


def cropped(parts: Sequence[Part], box: Box) -> tuple[Part, ...]:
    """The parts inside ``box`` only, which is all that counts where nothing outside it changes."""
    return tuple(
        Part(part.region[within(both, part.box)], both, part.how, part.label)
        for part in parts
        if (both := common(part.box, box)) is not None
    )
