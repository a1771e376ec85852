"""Changes of the mask that were suggested and wait to be looked at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.language import grouped, mark, tr
from medcrypt_gui.core.mask.box import Box, box_shape
from medcrypt_gui.core.mask.editor import MaskEditor
from medcrypt_gui.core.mask.labels import LabelTable
from medcrypt_gui.core.mask.part import Part
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.task import TaskContext

if TYPE_CHECKING:
    from medcrypt_gui.core.segmentation.mask_origin import MaskOrigin


_CLEARED = mark("The mask was cleared. Propose again to have a threshold.")


@dataclass(frozen=True, eq=False)
class Suggestion:
    """What would change, and all that is needed to change it at once.

    ``title`` names the undo step, ``operation`` is the id of the operation that suggests it, empty where it was learned
    from corrections. ``added`` and ``removed`` are bool, of the shape of ``box``, and never overlap; ``parts`` are
    cropped to that box. ``share`` is how much would change, as a part of the mask's voxels in the grid as it is.
    ``slices`` is how many stored slices would change, ``order`` are those with the largest changes first. ``revision``
    and ``table`` are the mask's when it was made; ``origin`` is what is told of the mask once it is accepted.
    """

    title: str
    operation: str
    note: str
    parts: tuple[Part, ...]
    box: Box
    added: NDArray[np.bool_]
    removed: NDArray[np.bool_]
    added_ml: float
    removed_ml: float
    share: float
    slices: int
    order: tuple[int, ...]
    revision: int
    table: LabelTable
    origin: MaskOrigin | None

    @property
    def is_nothing(self) -> bool:
        """Whether accepting it would change no voxel."""
        return min(box_shape(self.box)) == 0

    def still_fits(self, editor: MaskEditor) -> bool:
        """Whether accepting it would do what was shown."""
        return editor.revision == self.revision and writes_alike(editor.table, self.table)

    def told(self, done: bool) -> str:
        """What came of it, in words."""
        if not done:
            return tr("{name} was not done. The mask is as it was.", name=self.title)
        sentence = tr("{name}: {amount}.", name=self.title, amount=self.amount)
        return f"{sentence} {self.note}" if self.note else sentence

    @property
    def amount(self) -> str:
        """How much would change, in words."""
        if not self.removed_ml:
            return tr("+{added} ml", added=self.added_text)
        if not self.added_ml:
            return tr("-{removed} ml", removed=self.removed_text)
        return tr("+{added} ml, -{removed} ml", added=self.added_text, removed=self.removed_text)

    @property
    def added_text(self) -> str:
        return _volume_text(self.added_ml)

    @property
    def removed_text(self) -> str:
        return _volume_text(self.removed_ml)


def suggest(
    title: str,
    operation: str,
    note: str,
    mask: RoiMask,
    parts: tuple[Part, ...],
    revision: int,
    origin: MaskOrigin | None,
    task: TaskContext,
    *,
    accepted: bool,
) -> Suggestion:
    """Try the parts on a copy. ``accepted`` says that users look at the change before it is made, so that no other
    threshold of the proposal behind the mask, whose ``origin`` is given, undoes it. Raises `Cancelled`."""
    from medcrypt_gui.core.mask.effect import cropped, effect_of, labels_after
    from medcrypt_gui.core.segmentation.review_order import slices_to_review

    effect = effect_of(mask, parts, task)
    ml = mask.geometry.voxel_volume_ml
    added_voxels, changed_voxels = int(np.count_nonzero(effect.added)), int(effect.by_slice.sum())
    by_slice = np.zeros(mask.geometry.shape[0])
    by_slice[effect.box[0]] = effect.by_slice
    task.checkpoint()
    labels = labels_after(mask, parts, effect.box) if origin is not None else mask.labels[effect.box]
    had = max(int(np.count_nonzero(mask.labels)), 1)
    return Suggestion(
        title,
        operation,
        note,
        cropped(parts, effect.box),
        effect.box,
        effect.added,
        effect.removed,
        added_voxels * ml,
        (changed_voxels - added_voxels) * ml,
        changed_voxels / had,
        int(np.count_nonzero(effect.by_slice)),
        slices_to_review(by_slice, mask.geometry.spacing_mm[2]),
        revision,
        mask.table,
        _origin_after(origin, mask, effect.box, labels, task, accepted=accepted),
    )


def _volume_text(ml: float) -> str:
    """Small changes in finer steps, so that none reads as nothing."""
    return grouped(ml, 1 if ml == 0 or ml >= 1 else 3)


def writes_alike(first: LabelTable, second: LabelTable) -> bool:
    """Whether the same parts do the same under both tables."""

    def rule(table: LabelTable) -> object:
        return table.active_number, table.overwrite, [(one.number, one.locked, one.visible) for one in table]

    return rule(first) == rule(second)


def _origin_after(
    origin: MaskOrigin | None, mask: RoiMask, box: Box, labels: NDArray[np.uint8], task: TaskContext, *, accepted: bool
) -> MaskOrigin | None:
    from medcrypt_gui.core.mask.labels import ROI
    from medcrypt_gui.core.segmentation.mask_origin import after_accepting, after_operation, unproposed

    if origin is None or np.array_equal(mask.labels[box] == ROI, labels == ROI):
        return None  # what is known of the mask stays as it is
    before = mask.region(ROI)
    task.checkpoint()
    after = before.copy()
    after[box] = labels == ROI
    if not after.any():
        return unproposed(after, tr(_CLEARED))
    task.checkpoint()
    return (after_accepting if accepted else after_operation)(origin, before, after)
