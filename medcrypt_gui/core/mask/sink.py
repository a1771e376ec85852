"""The one function that writes labels: every tool, network proposal, import and undo ends here."""

from __future__ import annotations

from enum import Enum

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.mask.box import Box, box_shape
from medcrypt_gui.core.mask.edit import MaskEdit
from medcrypt_gui.core.mask.labels import ROI
from medcrypt_gui.core.mask.roi_mask import RoiMask

_AT_ONCE = 1 << 18  # voxels


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
    of labels that the table's rule spares, stay what they are; so does everything when ``label`` is locked itself, or
    is to be painted and is not in the table.

    Raises ValueError when the box leaves the grid or the region does not fill it.
    """
    _check(mask, region, box)
    before = mask.labels[box].copy()
    write(mask, region, box, how, label)
    return MaskEdit(box, before, mask.labels[box].copy())


def write(mask: RoiMask, region: NDArray[np.bool_], box: Box, how: SinkMode, label: int = ROI) -> None:
    """As `apply`, for who knows what was there before: nothing is copied."""
    _check(mask, region, box)
    known = label in mask.table
    if (known and mask.table[label].locked) or (not known and how is not SinkMode.REMOVE):
        return
    allowed = mask.table.may_overwrite(label)
    labels = mask.labels[box]
    # Some slices at a time, so that what is reckoned stays in the processor's cache.
    step = max(1, _AT_ONCE // max(1, labels.shape[1] * labels.shape[2]))
    for start in range(0, len(labels), step):
        _write(labels[start : start + step], region[start : start + step], how, label, allowed)


def _write(
    labels: NDArray[np.uint8],
    region: NDArray[np.bool_],
    how: SinkMode,
    label: int,
    allowed: NDArray[np.bool_] | None,
) -> None:
    if how is SinkMode.REMOVE:
        _put(labels, region & (labels == label), 0)
        return
    painted = region if allowed is None else region & allowed[labels]
    if how is SinkMode.SET:
        _put(labels, labels == label, 0)
    _put(labels, painted, label)


def _put(labels: NDArray[np.uint8], where: NDArray[np.bool_], label: int) -> None:
    """Write one label; by arithmetic, since NumPy's masked copies take ten times as long."""
    stays = np.logical_not(where)
    labels *= stays.view(np.uint8)
    if label:
        labels += np.logical_not(stays).view(np.uint8) * np.uint8(label)


def restore(mask: RoiMask, box: Box, labels: NDArray[np.uint8]) -> None:
    """Put back labels that an earlier edit recorded (undo and redo)."""
    mask.labels[box] = labels


def _check(mask: RoiMask, region: NDArray[np.bool_], box: Box) -> None:
    shape = mask.labels.shape
    if any(not 0 <= r.start <= r.stop <= n for r, n in zip(box, shape, strict=True)):
        raise ValueError(f"the box {box} leaves the grid {shape}")
    if region.shape != box_shape(box):
        raise ValueError(f"the region {region.shape} does not fill the box {box}")
