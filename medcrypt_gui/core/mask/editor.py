"""A mask being edited: gestures, undo, redo, and news of every change."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.mask import sink
from medcrypt_gui.core.mask.edit import Box, MaskEdit, bounding_box, contains, grown, union, whole_box, within
from medcrypt_gui.core.mask.history import DEFAULT_BUDGET_BYTES, History, Origin
from medcrypt_gui.core.mask.roi_mask import ROI, RoiMask
from medcrypt_gui.core.mask.sink import SinkMode

Listener: TypeAlias = Callable[[Box], None]


class MaskEditor:
    """Edits one `RoiMask`. Listeners get the box of every change, also in mid-gesture.

    A gesture is ``begin_gesture``, any number of ``extend``, then ``end_gesture`` (one undo step) or
    ``cancel_stroke`` (as if it had never been).
    """

    def __init__(self, mask: RoiMask, budget_bytes: int = DEFAULT_BUDGET_BYTES) -> None:
        self.mask = mask
        self.revision = 0
        self._history = History(budget_bytes)
        self._listeners: list[Listener] = []
        self._gesture: _Gesture | None = None

    @property
    def geometry(self) -> Geometry:
        return self.mask.geometry

    @property
    def in_gesture(self) -> bool:
        return self._gesture is not None

    @property
    def undo_name(self) -> str | None:
        """What undo would take back ("Brush", "Fill holes"); None when there is nothing."""
        return self._history.undo_name

    @property
    def redo_name(self) -> str | None:
        return self._history.redo_name

    @property
    def origin(self) -> Origin | None:
        """What the newest edit that names its origin, and was not undone, was made by."""
        return self._history.origin

    def on_changed(self, listener: Listener) -> Callable[[], None]:
        """Call ``listener(box)`` after every change; returns the function that ends it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def begin_gesture(self, name: str) -> None:
        """Start a gesture; one still open (its release was lost) is ended first."""
        self.end_gesture()
        self._gesture = _Gesture(name, self.mask)

    def extend(self, region: NDArray[np.bool_], box: Box, how: SinkMode, label: int = ROI) -> None:
        """Apply one step of the open gesture. Raises RuntimeError when none is open."""
        if self._gesture is None:
            raise RuntimeError("no gesture is open")
        self._gesture.cover(box)
        sink.apply(self.mask, region, box, how, label)
        self._announce(box)

    def end_gesture(self) -> MaskEdit | None:
        """Close the gesture as one undo step; None when it changed nothing."""
        gesture, self._gesture = self._gesture, None
        edit = gesture.edit() if gesture is not None else None
        if gesture is None or edit is None or not self._history.push(edit, gesture.name):
            return None
        return edit

    def cancel_stroke(self) -> None:
        """Give back the mask as it was before the open gesture."""
        gesture, self._gesture = self._gesture, None
        edit = gesture.edit() if gesture is not None else None
        if edit is not None:
            self._write(edit.box, edit.before)

    def apply_whole(
        self, region: NDArray[np.bool_], name: str, box: Box | None = None, origin: Origin | None = None
    ) -> MaskEdit | None:
        """Make the ROI exactly ``region`` inside ``box`` (default: the whole grid), as one undo step.

        ``origin`` is what the property of that name tells from now on, until the step is undone. Returns what changed,
        cropped to it; None when nothing did.
        """
        self.end_gesture()
        box = whole_box(self.mask.geometry.shape) if box is None else box
        changed = bounding_box((self.mask.labels[box] == ROI) != region)
        if changed is None:
            if origin is not None:
                self._history.adopt(origin)
                self._announce(box)  # the voxels are the same, what is told of them is not
            return None
        crop = _shifted(changed, box)
        edit = sink.apply(self.mask, region[changed], crop, SinkMode.SET)
        self._history.push(edit, name, origin)
        self._announce(crop)
        return edit

    def undo(self) -> MaskEdit | None:
        """Take back the last gesture; None when there is nothing. An open one is cancelled instead."""
        if self._gesture is not None:
            self.cancel_stroke()
            return None
        edit = self._history.undo()
        if edit is not None:
            self._write(edit.box, edit.before)
        return edit

    def redo(self) -> MaskEdit | None:
        """Do again what was undone last; None when there is nothing or a gesture is open."""
        edit = None if self._gesture is not None else self._history.redo()
        if edit is not None:
            self._write(edit.box, edit.after)
        return edit

    def _write(self, box: Box, labels: NDArray[np.uint8]) -> None:
        sink.restore(self.mask, box, labels)
        self._announce(box)

    def _announce(self, box: Box) -> None:
        self.revision += 1
        for listener in tuple(self._listeners):
            listener(box)


class _Gesture:
    """Keeps the labels as they were before the gesture, for a box that grows with it."""

    _SLACK_VOXELS = 24

    def __init__(self, name: str, mask: RoiMask) -> None:
        self.name = name
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
            return grown(box, self._SLACK_VOXELS, shape)
        z, y, x = (
            _roomier_range(kept, wanted, n, self._SLACK_VOXELS)
            for kept, wanted, n in zip(self._kept_box, box, shape, strict=True)
        )
        return z, y, x

    def edit(self) -> MaskEdit | None:
        """The whole gesture as one edit; None when it touched nothing."""
        if self._touched is None or self._kept_box is None:
            return None
        before = self._kept[within(self._touched, self._kept_box)]
        return MaskEdit(self._touched, before, self._mask.labels[self._touched].copy())


def _shifted(box: Box, origin: Box) -> Box:
    z, y, x = (slice(r.start + o.start, r.stop + o.start) for r, o in zip(box, origin, strict=True))
    return z, y, x


def _roomier_range(kept: slice, wanted: slice, size: int, slack: int) -> slice:
    room = max(slack, (kept.stop - kept.start) // 2)
    start = max(wanted.start - room, 0) if wanted.start < kept.start else kept.start
    stop = min(wanted.stop + room, size) if wanted.stop > kept.stop else kept.stop
    return slice(start, stop)
