"""The one function that writes labels: every tool, network proposal, import and undo ends here."""

from __future__ import annotations

from enum import Enum

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.mask.edit import Box, MaskEdit, box_shape
from medcrypt_gui.core.mask.labels import ROI
from medcrypt_gui.core.mask.roi_mask import RoiMask


class SinkMode(Enum):
    """What happens to the label inside the box."""

    ADD = "add"
    """Voxels of the region get the label where the table lets them; the others stay."""
    REMOVE = "remove"
    """Voxels of the region that have the label lose it; the others stay."""
    SET = "set"
    """The label is exactly the region: outside it, voxels that had the label lose it."""


def apply(mask: RoiMask, region: NDArray[np.bool_], box: Box, how: SinkMode, label: int = ROI) -> MaskEdit:
    """Write ``region`` (bool, of the box's shape) into the mask and say what changed.

    ``box`` lies inside the grid; voxels outside it are never touched, whatever ``how`` is. Voxels of locked labels, or
    of labels that the table's rule spares, stay what they are; so does everything when ``label`` is locked itself.
    Raises ValueError when the box leaves the grid or the region does not fill it.
    """
    _check(mask, region, box)
    labels = mask.labels[box]
    before = labels.copy()
    if label in mask.table and mask.table[label].locked:
        return MaskEdit(box, before, before)
    if how is SinkMode.REMOVE:
        np.copyto(labels, np.uint8(0), where=region & (before == label))
        return MaskEdit(box, before, labels.copy())
    if how is SinkMode.SET:
        np.copyto(labels, np.uint8(0), where=before == label)
    allowed = mask.table.may_overwrite(label)
    np.copyto(labels, np.uint8(label), where=region if allowed is None else region & allowed[before])
    return MaskEdit(box, before, labels.copy())


def restore(mask: RoiMask, box: Box, labels: NDArray[np.uint8]) -> None:
    """Put back labels that an earlier edit recorded (undo and redo)."""
    mask.labels[box] = labels


def _check(mask: RoiMask, region: NDArray[np.bool_], box: Box) -> None:
    shape = mask.labels.shape
    if any(not 0 <= r.start <= r.stop <= n for r, n in zip(box, shape, strict=True)):
        raise ValueError(f"the box {box} leaves the grid {shape}")
    if region.shape != box_shape(box):
        raise ValueError(f"the region {region.shape} does not fill the box {box}")
