"""A gesture that is being made: what the labels were before it."""

from __future__ import annotations

import numpy as np

from medcrypt_gui.core.mask.box import Box, contains, grown, union, within
from medcrypt_gui.core.mask.edit import MaskEdit
from medcrypt_gui.core.mask.roi_mask import RoiMask


class Gesture:
    """Keeps the labels as they were before the gesture, for a box that grows with it."""

    _SLACK_VOXELS = 24

    def __init__(self, name: str, mask: RoiMask) -> None:
        self.name, self.label = name, mask.table.active_number
        self.allowed: bool | None = None  # whether it may change the mask; None before that was asked
        self._mask = mask
        self._touched: Box | None = None
        self._kept_box: Box | None = None
        self._kept = np.zeros((0, 0, 0), np.uint8)

    def cover(self, box: Box) -> None:
        """Keep what is in ``box``; call it before the box is changed."""
        self._touched = box if self._touched is None else union(self._touched, box)
        if self._kept_box is not None and contains(self._kept_box, box):
            return
        wanted = self._roomier(box)
        labels = self._mask.labels[wanted].copy()
        if self._kept_box is not None:
            labels[within(self._kept_box, wanted)] = self._kept
        self._kept_box, self._kept = wanted, labels

    def _roomier(self, box: Box) -> Box:
        """The kept box, larger by half where ``box`` leaves it, so that a long stroke copies each voxel a few times."""
        shape = self._mask.geometry.shape
        if self._kept_box is None:
            return grown(box, (self._SLACK_VOXELS,) * 3, shape)
        z, y, x = (
            _roomier_range(kept, wanted, n, self._SLACK_VOXELS)
            for kept, wanted, n in zip(self._kept_box, box, shape, strict=True)
        )
        return z, y, x

    def edit(self) -> MaskEdit | None:
        """The whole gesture as one edit; None when it touched nothing. ``after`` is the mask itself, not a copy."""
        if self._touched is None or self._kept_box is None:
            return None
        before = self._kept[within(self._touched, self._kept_box)]
        return MaskEdit(self._touched, before, self._mask.labels[self._touched])


def _roomier_range(kept: slice, wanted: slice, size: int, slack: int) -> slice:
    room = max(slack, (kept.stop - kept.start) // 2)
    start = max(wanted.start - room, 0) if wanted.start < kept.start else kept.start
    stop = min(wanted.stop + room, size) if wanted.stop > kept.stop else kept.stop
    return slice(start, stop)
