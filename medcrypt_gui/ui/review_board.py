"""The part of the session that a review is about: the queue, the study of it that is open, where its mask stands."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from medcrypt_gui.core.review.record import Decision, ReviewRecord
from medcrypt_gui.core.review.state import ReviewState
from medcrypt_gui.core.review.worklist import Worklist, WorklistFilter, WorklistItem, WorklistOrder


@dataclass(frozen=True)
class Passed:
    """What could not become part of the queue, and why."""

    name: str
    reason: str


class ReviewBoard(QObject):
    """Belongs to the `Session`. Setters check nothing; flows decide, the board tells everybody."""

    worklist_changed = Signal()  # another queue, or none
    items_changed = Signal()  # more is known of its studies, or others of them are shown
    current_changed = Signal()  # another study of it is open, or none
    standing_changed = Signal()  # where the open mask stands
    busy_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.worklist: Worklist | None = None
        self.passed: tuple[Passed, ...] = ()
        self.unopened: dict[str, str] = {}  # id to the reason why that study cannot be opened
        self.wanted = WorklistFilter()
        self.order = WorklistOrder.AS_LISTED
        self.sha256: str | None = None  # of the open mask as it is now; None for an empty one
        self.known = False  # whether that hash is of the mask as it is now
        self.comment = ""  # as it is typed now
        self.busy = False  # a study is being kept or opened
        self.editing_agreed = False  # the user agreed to make another version of the open mask

    @property
    def shown(self) -> tuple[WorklistItem, ...]:
        """The studies that the filter admits, in their order."""
        return self.worklist.shown(self.wanted, self.order) if self.worklist is not None else ()

    @property
    def current(self) -> WorklistItem | None:
        """The study that is open."""
        worklist = self.worklist
        return worklist[worklist.current] if worklist is not None and worklist.current in worklist else None

    @property
    def record(self) -> ReviewRecord:
        """Of the study that is open."""
        return self.current.record if self.current is not None else ReviewRecord()

    @property
    def state(self) -> ReviewState:
        """Where the open mask stands as it is now; one that is being changed is in progress."""
        if self.known:
            return self.record.state_of(self.sha256)
        last = self.record.last
        flagged = last is not None and last.state is ReviewState.FLAGGED
        return ReviewState.FLAGGED if flagged else ReviewState.IN_PROGRESS

    @property
    def voided(self) -> Decision | None:
        """The decision that does not speak of the open mask any more."""
        return self.record.voided_by(self.sha256 if self.known else "changed")

    def show_worklist(self, worklist: Worklist | None, passed: tuple[Passed, ...] = ()) -> None:
        """Another queue, or none; nothing of it is open yet."""
        self.worklist, self.passed, self.unopened = worklist, passed, {}
        self.wanted, self.order = WorklistFilter(), WorklistOrder.AS_LISTED
        self.worklist_changed.emit()
        self.items_changed.emit()
        self.current_changed.emit()

    def set_record(self, item_id: str, record: ReviewRecord) -> None:
        """What is known now of one study."""
        if self.worklist is not None and item_id in self.worklist:
            self.worklist = self.worklist.with_record(item_id, record)
            self.items_changed.emit()
            self.standing_changed.emit()

    def set_current(self, item_id: str) -> None:
        """Another study is open; empty for none of them."""
        if self.worklist is not None:
            self.worklist = self.worklist.with_current(item_id)
            self.comment, self.editing_agreed = self.record.comment, False
            self.current_changed.emit()
            self.items_changed.emit()

    def set_unopened(self, item_id: str, reason: str) -> None:
        """That study cannot be opened; with no reason it can be, after all."""
        self.unopened = {name: text for name, text in self.unopened.items() if name != item_id}
        if reason:
            self.unopened[item_id] = reason
        self.items_changed.emit()

    def set_mask(self, sha256: str | None, known: bool = True) -> None:
        """What the open mask is now; not known while it is being looked at."""
        if (sha256, known) != (self.sha256, self.known):
            self.sha256, self.known = sha256, known
            self.standing_changed.emit()

    def set_comment(self, comment: str) -> None:
        self.comment = comment

    def agree_to_edit(self, agreed: bool) -> None:
        self.editing_agreed = agreed
        self.standing_changed.emit()

    def set_wanted(self, wanted: WorklistFilter, order: WorklistOrder) -> None:
        """Which studies are shown, and gone through."""
        self.wanted, self.order = wanted, order
        self.items_changed.emit()

    def set_busy(self, busy: bool) -> None:
        if busy is not self.busy:
            self.busy = busy
            self.busy_changed.emit()
