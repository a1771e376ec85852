"""The next study of a worklist, read in the background while the present one is looked at."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from medcrypt_gui.core.errors import MedcryptError
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.review.worklist import WorklistEntry, WorklistItem
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.ui.flows.desk import Desk
from medcrypt_gui.ui.jobs import Job

if TYPE_CHECKING:
    from medcrypt_gui.services.open_for_review import StudyForReview

_MOST_BYTES = 1 << 30  # larger studies are read when they are asked for

OnRead = Callable[["StudyForReview"], None]
OnFailed = Callable[[MedcryptError], None]


class StudyAhead(QObject):
    """Holds one study at most. It is handed over once, and dropped when another one is to be prepared."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._id = ""
        self._job: Job | None = None
        self._ready: StudyForReview | None = None
        self._waiting: tuple[OnRead, OnFailed] | None = None

    @property
    def prepared(self) -> str:
        """The id of the study that lies ready; empty while there is none."""
        return self._id if self._ready is not None else ""

    @property
    def _given_up(self) -> bool:
        """Whether whoever abandons all jobs abandoned the reading."""
        return self._job is not None and self._job.abandoned

    def prepare(self, item: WorklistItem | None) -> None:
        """Read this study meanwhile; None reads nothing and drops what was read."""
        from medcrypt_gui.services.open_for_review import size_bytes  # not needed to show the window

        if item is not None and item.id == self._id and not self._given_up:
            return
        self.drop()
        if item is not None and size_bytes(item.entry) <= _MOST_BYTES:
            self._id = item.id
            self._job = self._desk.jobs.start(
                tr("Reading the next study"), self.reading(item.entry), self._on_read, self._on_failed, quiet=True
            )

    def take(self, item_id: str, on_read: OnRead, on_failed: OnFailed) -> bool:
        """Hand the study over, now or as soon as it is read; False when it is not the one that is prepared."""
        if item_id != self._id or self._given_up:
            return False
        if self._ready is not None:
            ready = self._ready
            self.drop()
            on_read(ready)
        else:
            self._waiting = (on_read, on_failed)
        return True

    def forget(self, item_id: str) -> None:
        """Drop this study, unless somebody waits for it."""
        if item_id == self._id and self._waiting is None:
            self.drop()

    def drop(self) -> None:
        """Give the memory back."""
        if self._job is not None:
            self._job.abandon()
        self._id, self._job, self._ready, self._waiting = "", None, None, None

    def reading(self, entry: WorklistEntry) -> Callable[[TaskContext], StudyForReview]:
        """The work of reading one study whole."""
        bench = self._desk.workbench

        def work(task: TaskContext) -> StudyForReview:
            from medcrypt_gui.services.open_for_review import open_for_review

            return open_for_review(entry, bench.readers, bench.reviews, bench.masks, task)

        return work

    def _on_read(self, study: StudyForReview) -> None:
        self._job = None
        if self._waiting is None:
            self._ready = study
            return
        on_read, _ = self._waiting
        self.drop()
        on_read(study)

    def _on_failed(self, error: MedcryptError) -> None:
        """Nobody is told until somebody asks for the study: it is read again then."""
        waiting = self._waiting
        self._job = None
        self.drop()
        if waiting is not None:
            waiting[1](error)
