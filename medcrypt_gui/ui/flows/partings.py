"""Studies that were decided and left: each stays whole in memory until its decision was written and read back."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from medcrypt_gui.core.mask.editor import MaskEditor
from medcrypt_gui.core.mask.labels import LabelTable

if TYPE_CHECKING:
    from medcrypt_gui.services.open_for_review import StudyForReview


@dataclass(eq=False)
class Parting:
    """One study with its mask and undo steps. ``kept`` is revision and labels of the mask as it lies on the disk."""

    study: StudyForReview
    editor: MaskEditor
    comment: str
    kept: tuple[int, LabelTable] | None
    written: threading.Event = field(default_factory=threading.Event)  # or failed
    failed: bool = False

    @property
    def id(self) -> str:
        return self.study.entry.ref.id


class Partings:
    """By the id of the study. What failed stays until the study was opened again, or the window is closed."""

    def __init__(self) -> None:
        self._all: dict[str, Parting] = {}

    def add(self, parting: Parting) -> None:
        self._all[parting.id] = parting

    def remove(self, item_id: str) -> None:
        self._all.pop(item_id, None)

    def get(self, item_id: str) -> Parting | None:
        return self._all.get(item_id)

    def __contains__(self, item_id: str) -> bool:
        return item_id in self._all

    @property
    def all(self) -> tuple[Parting, ...]:
        return tuple(self._all.values())

    @property
    def decided(self) -> tuple[Parting, ...]:
        """Those whose decision is on the disk."""
        return tuple(one for one in self._all.values() if one.written.is_set() and not one.failed)

    def wait(self, patience_s: float) -> None:
        """Until all are written or failed, but not longer than this."""
        until = time.monotonic() + patience_s
        for one in self.all:
            one.written.wait(max(0.0, until - time.monotonic()))
