"""Undo and redo of whole gestures, bounded in bytes."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.mask.box import Box, box_shape
from medcrypt_gui.core.mask.edit import MaskEdit
from medcrypt_gui.core.mask.labels import LabelTable
from medcrypt_gui.core.mask.packed_labels import PackedLabels

DEFAULT_BUDGET_BYTES = 512 * 1024 * 1024
_LABEL_BYTES = 400  # what an entry of a table takes, about


class Origin(Protocol):
    """What made an edit, where a later step needs to know: kept with the edit, so undo and redo bring it back."""

    @property
    def size_bytes(self) -> int: ...


@dataclass(frozen=True, eq=False)
class Step:
    """What undo or redo brings back: labels, uint8, that fill ``box``, and a table, where the edit changed it."""

    box: Box
    labels: NDArray[np.uint8]
    table: LabelTable | None


@dataclass(frozen=True, eq=False)
class _Entry:
    name: str
    box: Box
    before: PackedLabels
    after: PackedLabels
    origin: Origin | None
    tables: tuple[LabelTable, LabelTable] | None

    @property
    def size_bytes(self) -> int:
        made_by = self.origin.size_bytes if self.origin is not None else 0
        labels = sum(map(len, self.tables)) * _LABEL_BYTES if self.tables is not None else 0
        return self.before.payload.nbytes + self.after.payload.nbytes + made_by + labels

    def step(self, *, back: bool) -> Step:
        labels = (self.before if back else self.after).unpacked(box_shape(self.box))
        return Step(self.box, labels, self.tables[0 if back else 1] if self.tables is not None else None)


class History:
    """The edits that can be undone and redone, newest last. The oldest are forgotten when the budget is passed."""

    def __init__(self, budget_bytes: int = DEFAULT_BUDGET_BYTES) -> None:
        self._budget_bytes = budget_bytes
        self._done: deque[_Entry] = deque()
        self._undone: deque[_Entry] = deque()
        self._size_bytes = 0
        self._forgotten_origin: Origin | None = None

    @property
    def size_bytes(self) -> int:
        return self._size_bytes

    @property
    def undo_name(self) -> str | None:
        """What undo would take back, in the user's words; None when there is nothing."""
        return self._done[-1].name if self._done else None

    @property
    def redo_name(self) -> str | None:
        return self._undone[-1].name if self._undone else None

    @property
    def origin(self) -> Origin | None:
        """The origin of the newest edit that has one and was not undone; None when there is none."""
        done = (entry.origin for entry in reversed(self._done) if entry.origin is not None)
        return next(done, self._forgotten_origin)

    def push(self, edit: MaskEdit, name: str, origin: Origin | None = None) -> bool:
        """Remember a finished edit; False when it changed nothing and was dropped."""
        if edit.is_noop:
            return False
        self._size_bytes -= sum(entry.size_bytes for entry in self._undone)
        self._undone.clear()
        entry = _Entry(name, edit.box, PackedLabels.of(edit.before), PackedLabels.of(edit.after), origin, edit.tables)
        self._done.append(entry)
        self._size_bytes += entry.size_bytes
        # The newest edit stays whatever its size: a mistake just made can always be taken back.
        while self._size_bytes > self._budget_bytes and len(self._done) > 1:
            oldest = self._done.popleft()
            self._size_bytes -= oldest.size_bytes
            self._forgotten_origin = oldest.origin or self._forgotten_origin
        return True

    def adopt(self, origin: Origin) -> None:
        """Let the newest edit be of this origin: the same labels were made again, so there is nothing to undo."""
        if not self._done:
            self._forgotten_origin = origin
            return
        newest = self._done[-1]
        self._done[-1] = replace(newest, origin=origin)
        self._size_bytes += self._done[-1].size_bytes - newest.size_bytes

    def undo(self, table: LabelTable) -> Step | None:
        """What was there before the last edit, for the caller to write. None when there is nothing.

        ``table`` is the present one: redo will bring labels back as they look now.
        """
        if not self._done:
            return None
        entry = self._done.pop()
        if entry.tables is not None:
            entry = replace(entry, tables=(entry.tables[0], table))
        self._undone.append(entry)
        return entry.step(back=True)

    def redo(self, table: LabelTable) -> Step | None:
        """What was there after the edit undone last, for the caller to write. None when there is nothing.

        ``table`` is the present one: undo will bring labels back as they look now.
        """
        if not self._undone:
            return None
        entry = self._undone.pop()
        if entry.tables is not None:
            entry = replace(entry, tables=(table, entry.tables[1]))
        self._done.append(entry)
        return entry.step(back=False)
