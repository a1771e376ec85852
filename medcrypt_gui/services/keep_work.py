"""Keep the work on one mask in its journal, so that at most a few seconds of it are ever lost."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from medcrypt_gui.core.journal.untold import Untold
from medcrypt_gui.core.mask.box import NOWHERE, Box, whole_box
from medcrypt_gui.core.mask.editor import MaskEditor

if TYPE_CHECKING:
    from medcrypt_gui.core.journal.port import Journal

TELL_EVERY_MS = 1000
BITE_EVERY_MS = 20
_BITE_VOXELS = 4 << 20  # copied in about a millisecond
_MOST_BACKLOG_BYTES = 256 << 20


class WorkKeeper:
    """Notes what changes in a mask, and tells the journal of it in bites, in the thread of the editor.

    What is told is the mask as it is when the last bite was taken, so also a stroke that is still under way. The caller
    calls `tell_some` `TELL_EVERY_MS` after ``awake`` was called, then every `BITE_EVERY_MS` while it returns True.
    ``begin`` makes a journal; it is told whether there was a mask already that is safe elsewhere.
    """

    def __init__(self, editor: MaskEditor, begin: Callable[[bool], Journal], awake: Callable[[], None]) -> None:
        self._editor, self._begin, self._awake = editor, begin, awake
        self._journal: Journal | None = None
        self._untold = Untold()
        self._table_untold = False
        # The next journal holds nothing of the mask yet, though there is one: a mask from the disk, or after `forget`.
        self._anew = not editor.blank
        self.told = 0  # whole states that were handed over to the present journal
        self._ends = (editor.on_changed(self._on_changed), editor.on_table_changed(self._on_table_changed))

    @property
    def clean(self) -> bool:
        """Whether all was handed over."""
        return not self._untold and not self._table_untold

    @property
    def safe(self) -> bool:
        """Whether nothing was done since `forget`, or since the mask was read."""
        return self._anew and self.clean

    def tell_some(self) -> bool:
        """Hand over a bite of what changed; returns whether there is more to tell."""
        if self.clean:
            return False
        if self._journal is None:
            self._start()
        assert self._journal is not None
        if self._journal.backlog_bytes > _MOST_BACKLOG_BYTES:
            return True  # the disk is behind: what changes meanwhile is told once
        room = _BITE_VOXELS
        while room > 0 and not self.clean:
            room -= self._tell_one(self._journal, room)
        return not self.clean

    def forget(self) -> None:
        """The work is safe elsewhere: its journal goes. What changes from now on begins another one."""
        if self._journal is not None:
            self._journal.close(keep=False)
            self._journal = None
        self._untold.clear()
        self._table_untold = False
        self._anew = True
        self.told = 0

    def tell_all(self) -> None:
        """Hand over all that changed, unless the disk is far behind."""
        while self.tell_some() and not self._is_behind():
            pass

    def end(self, keep: bool) -> None:
        """The mask is no longer worked on; ``keep`` leaves the journal for the next start."""
        for end in self._ends:
            end()
        if keep:
            self.tell_all()
        if self._journal is not None:
            self._journal.close(keep)
            self._journal = None

    def _is_behind(self) -> bool:
        return self._journal is not None and self._journal.backlog_bytes > _MOST_BACKLOG_BYTES

    def _start(self) -> None:
        self._journal = self._begin(self._anew)
        self._table_untold = True
        if self._anew:
            self._untold.add(whole_box(self._editor.geometry.shape))
            self._anew = False

    def _tell_one(self, journal: Journal, most_voxels: int) -> int:
        """Tell of one box; returns how many voxels were copied, at least 1."""
        from medcrypt_gui.core.journal.port import Change  # it speaks of much that the window need not wait for

        box = self._untold.take(most_voxels) or NOWHERE
        labels = self._editor.labels[box].copy()
        whole = not self._untold
        table = self._editor.table if whole and self._table_untold else None
        if whole:
            self._table_untold = False
            self.told += 1
        journal.tell(Change(time.time(), box, labels, table, whole))
        return max(1, labels.size)

    def _on_changed(self, box: Box) -> None:
        self._untold.add(box)
        self._awake()

    def _on_table_changed(self) -> None:
        self._table_untold = True
        self._awake()
