"""A mask being edited: gestures, undo, redo, and news of every change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import reduce
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.mask import sink
from medcrypt_gui.core.mask.box import NOWHERE, Box, bounding_box, shifted, union, whole_box
from medcrypt_gui.core.mask.edit import MaskEdit
from medcrypt_gui.core.mask.gesture import Gesture
from medcrypt_gui.core.mask.history import DEFAULT_BUDGET_BYTES, History, Origin, Step
from medcrypt_gui.core.mask.label_region import label_box
from medcrypt_gui.core.mask.labels import ROI, LabelTable
from medcrypt_gui.core.mask.part import Part
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.mask.sink import SinkMode

Listener: TypeAlias = Callable[[Box], None]


class MaskEditor:
    """Edits one `RoiMask`. Listeners get the box of every change, also in mid-gesture.

    A gesture is ``begin_gesture``, any number of ``extend``, then ``end_gesture`` (one undo step) or
    ``cancel_stroke`` (as if it had never been).
    """

    def __init__(
        self, mask: RoiMask, budget_bytes: int = DEFAULT_BUDGET_BYTES, origin: Origin | None = None, blank: bool = True
    ) -> None:
        self.mask = mask
        self.revision = 0
        self.blank = blank  # whether nothing was marked at first, which need not be looked up in the voxels
        self._history = History(budget_bytes)
        if origin is not None:
            self._history.adopt(origin)
        self._listeners: list[Listener] = []
        self._table_listeners: list[Callable[[], None]] = []
        self._gesture: Gesture | None = None
        self._broken_off = False
        self._guard: Callable[[], bool] | None = None

    def set_guard(self, guard: Callable[[], bool] | None) -> None:
        """Ask ``guard()`` before anything changes, undo and redo included; where it says no, nothing does."""
        self._guard = guard

    def may_change(self) -> bool:
        """Whether the guard, if there is one, lets the mask be changed now; it may ask the user."""
        return self._guard is None or self._guard()

    @property
    def geometry(self) -> Geometry:
        return self.mask.geometry

    @property
    def labels(self) -> NDArray[np.uint8]:
        """The labels ``(Z, Y, X)``, to be looked at only."""
        return self.mask.labels

    @property
    def table(self) -> LabelTable:
        return self.mask.table

    @property
    def in_gesture(self) -> bool:
        return self._gesture is not None

    @property
    def label(self) -> int:
        """The number of the label that is painted with: an open gesture keeps the one it began with."""
        return self._gesture.label if self._gesture is not None else self.table.active_number

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

    def on_table_changed(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call ``listener()`` after every change of the label table; returns the function that ends it."""
        self._table_listeners.append(listener)
        return lambda: self._table_listeners.remove(listener)

    def set_table(self, table: LabelTable) -> None:
        """Change how labels look, which are locked, which one is active: nothing that undo takes back.

        Raises ValueError when labels come or go, or are named or counted otherwise: that is `change_labels`.
        """
        if not table.differs_in_looks_only(self.table):
            raise ValueError("labels come, go and are renamed through change_labels")
        if table != self.table:
            self._take_table(table)

    def change_labels(self, table: LabelTable, name: str) -> MaskEdit | None:
        """Take a table with other labels or names, or that encrypts others, as one undo step; None where it does not.

        Labels that go leave empty voxels. Raises ValueError when a locked one is to go.
        """
        self.break_off()
        if table.differs_in_looks_only(self.table):
            self.set_table(table)
            return None
        gone = tuple(label for label in self.table if label.number not in table)
        if any(label.locked for label in gone):
            raise ValueError("a locked label is not removed")
        if not self.may_change():
            return None
        boxes = [box for label in gone if (box := label_box(self.mask.labels, label.number)) is not None]
        box = reduce(union, boxes) if boxes else NOWHERE
        before = self.mask.labels[box].copy()
        after = before.copy()
        for label in gone:
            after[before == label.number] = 0
        edit = MaskEdit(box, before, after, (self.table, table))
        self._history.push(edit, name)
        self._take(edit.box, edit.after, table)
        return edit

    def begin_gesture(self, name: str) -> None:
        """Start a gesture; one whose release was lost is ended first. The guard is asked before its first change."""
        self.end_gesture()
        self._gesture = Gesture(name, self.mask)

    def break_off(self) -> None:
        """End the open gesture, if any, as one undo step; what its tool goes on to send is ignored.

        For all who change the mask while a tool may be drawing; ``end_gesture`` is for the tool.
        """
        if self._gesture is not None:
            self.end_gesture()
            self._broken_off = True

    def extend(self, region: NDArray[np.bool_], box: Box, how: SinkMode, label: int | None = None) -> None:
        """Apply one step of the open gesture to a label, by default the one that was active when it began.

        Ignored where undo or another change ended the gesture meanwhile. Raises RuntimeError when none was begun.
        """
        if self._broken_off:
            return
        gesture = self._gesture
        if gesture is None:
            raise RuntimeError("no gesture is open")
        if not self._allows(gesture):
            return
        gesture.cover(box)
        sink.write(self.mask, region, box, how, gesture.label if label is None else label)
        self._announce(box)

    def _allows(self, gesture: Gesture) -> bool:
        """Whether the guard lets it change the mask; asked once, and it may take its time: the gesture may be over."""
        if gesture.allowed is None:
            gesture.allowed = False  # for what comes while the user is being asked
            gesture.allowed = self.may_change()
        return gesture.allowed and self._gesture is gesture

    def end_gesture(self, origin: Origin | None = None) -> MaskEdit | None:
        """Close the gesture as one undo step, told of by ``origin``; None when it changed nothing.

        The labels of what is returned hold until the next change.
        """
        gesture, self._gesture, self._broken_off = self._gesture, None, False
        edit = gesture.edit() if gesture is not None else None
        if gesture is None or edit is None or not self._history.push(edit, gesture.name, origin):
            return None
        if origin is not None:
            self._announce(edit.box)  # what is told of the mask changed only now, after its voxels
        return edit

    def cancel_stroke(self) -> None:
        """Give back the mask as it was before the open gesture."""
        gesture, self._gesture, self._broken_off = self._gesture, None, False
        edit = gesture.edit() if gesture is not None else None
        if edit is not None:
            self._write(edit.box, edit.before)

    def apply_parts(self, parts: Sequence[Part], name: str, origin: Origin | None = None) -> MaskEdit | None:
        """Apply the parts one after another, as one undo step that may name its origin; None when nothing changed."""
        self.break_off()
        broken_off = self._broken_off
        self.begin_gesture(name)
        for part in parts:
            self.extend(part.region, part.box, part.how, part.label)
        edit = self.end_gesture(origin)
        self._broken_off = broken_off  # a tool that was drawing still is
        return edit

    def apply_whole(
        self, region: NDArray[np.bool_], name: str, box: Box | None = None, origin: Origin | None = None
    ) -> MaskEdit | None:
        """Make the label `ROI` exactly ``region`` inside ``box`` (default: the whole grid), as one undo step.

        ``origin`` is what the property of that name tells from now on, until the step is undone. Returns what changed,
        cropped to it; None when nothing did. While the ROI is locked nothing does, and the origin stays, too.
        """
        self.break_off()
        if self.table[ROI].locked:
            return None
        box = whole_box(self.mask.geometry.shape) if box is None else box
        changed = bounding_box((self.mask.labels[box] == ROI) != region)
        if changed is not None and not self.may_change():
            return None
        crop = shifted(changed or NOWHERE, box)
        edit = sink.apply(self.mask, region[changed or NOWHERE], crop, SinkMode.SET)
        if not self._history.push(edit, name, origin):
            if origin is not None:
                self._history.adopt(origin)
                self._announce(box)  # the voxels are the same, what is told of them is not
            return None
        self._announce(crop)
        return edit

    def replace_labels(self, mask: RoiMask, name: str, origin: Origin | None = None) -> MaskEdit | None:
        """Take over all labels of another mask on the same grid, and their table, as one undo step.

        Labels that are locked stay as they are: their voxels are not painted over, and get no others.
        """
        self.break_off()
        locked = tuple(label for label in self.table if label.locked)
        table = reduce(LabelTable.with_label, locked, mask.table)
        labels = _keeping(self.mask.labels, mask.labels, [label.number for label in locked]) if locked else mask.labels
        changed = bounding_box(self.mask.labels != labels) or NOWHERE
        tables = (self.table, table) if not table.differs_in_looks_only(self.table) else None
        if (changed != NOWHERE or tables is not None) and not self.may_change():
            return None
        edit = MaskEdit(changed, self.mask.labels[changed].copy(), labels[changed].copy(), tables)
        if self._history.push(edit, name, origin):
            self._take(edit.box, edit.after, table)
            return edit
        self.set_table(table)
        if origin is not None:
            self._history.adopt(origin)
            self._announce(NOWHERE)
        return None

    def undo(self) -> Step | None:
        """Take back the last gesture; None when there is nothing. An open one is cancelled instead."""
        if self._gesture is not None:
            self.cancel_stroke()
            self._broken_off = True
            return None
        step = self._history.undo(self.table) if self.undo_name is not None and self.may_change() else None
        return self._take_step(step)

    def redo(self) -> Step | None:
        """Do again what was undone last; None when there is nothing or a gesture is open."""
        possible = self._gesture is None and self.redo_name is not None
        return self._take_step(self._history.redo(self.table) if possible and self.may_change() else None)

    def _take_step(self, step: Step | None) -> Step | None:
        if step is not None:
            table = step.table.with_looks_of(self.table) if step.table is not None else None
            self._take(step.box, step.labels, table)
        return step

    def _take(self, box: Box, labels: NDArray[np.uint8], table: LabelTable | None) -> None:
        """Write labels, under this table where one is given."""
        if table is not None:
            self._take_table(table)
        self._write(box, labels)

    def _take_table(self, table: LabelTable) -> None:
        self.mask = replace(self.mask, table=table)
        for listener in tuple(self._table_listeners):
            listener()

    def _write(self, box: Box, labels: NDArray[np.uint8]) -> None:
        sink.restore(self.mask, box, labels)
        self._announce(box)

    def _announce(self, box: Box) -> None:
        self.revision += 1
        for listener in tuple(self._listeners):
            listener(box)


def _keeping(present: NDArray[np.uint8], taken: NDArray[np.uint8], locked: list[int]) -> NDArray[np.uint8]:
    """``taken``, but for the labels of these numbers, which are as in ``present``."""
    made = taken.copy()
    for number in locked:
        made[taken == number] = 0
    for number in locked:
        made[present == number] = number
    return made
