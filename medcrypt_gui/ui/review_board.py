"""The part of the session that a review is about: the queue, the study of it that is open, where its mask stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from medcrypt_gui.core.review.record import Decision, ReviewRecord
from medcrypt_gui.core.review.state import ReviewState
from medcrypt_gui.core.review.worklist import Worklist, WorklistFilter, WorklistItem, WorklistOrder

if TYPE_CHECKING:
    from medcrypt_gui.services.review_mask import Review

_CHANGED = "changed"  # stands for a hash that is not known yet, and equals none


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
    reviewer_changed = Signal()
    comment_changed = Signal()  # typed, not kept yet

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.worklist: Worklist | None = None
        self.passed: tuple[Passed, ...] = ()
        self.unopened: dict[str, str] = {}  # id to the reason why that study cannot be opened
        self.unsaved: tuple[
            str, ...
        ] = ()  # ids of studies with unsaved work of a session that was killed, newest first
        self.wanted = WorklistFilter()
        self.order = WorklistOrder.AS_LISTED
        self.review: Review | None = None  # of the open study, as it lies on the disk
        self.sha256: str | None = None  # of the open mask as it was looked at last; None where there is none
        self.known = False  # whether that hash is of the mask as it is now
        self.comment = ""  # as it is typed now
        self.reviewer = ""
        self.busy = False  # a study is being kept or opened
        self.seen = False  # the open study was painted: before that nobody can have decided about it
        self.editing_agreed = False  # the user agreed to make another version of the open mask

    @property
    def shown(self) -> tuple[WorklistItem, ...]:
        """The studies that the filter admits, in their order."""
        return self.worklist.shown(self.wanted, self.order) if self.worklist is not None else ()

    @property
    def current(self) -> WorklistItem | None:
        """The study that is open; None while another series is, or none."""
        worklist = self.worklist if self.review is not None else None
        return worklist[worklist.current] if worklist is not None and worklist.current in worklist else None

    @property
    def record(self) -> ReviewRecord:
        """Of the study that is open."""
        return self.review.record if self.review is not None else ReviewRecord()

    @property
    def state(self) -> ReviewState:
        """Where the open mask stands as it is now; one that is being changed is in progress."""
        if self.review is None:
            return ReviewRecord().state
        return self.review.state_of(self.sha256 if self.known else _CHANGED)

    @property
    def version(self) -> int:
        """Of the open mask, or which it will be once it is approved."""
        return self.record.version_of(self.sha256 if self.known else _CHANGED)

    @property
    def voided(self) -> Decision | None:
        """The decision that does not speak of the open mask any more."""
        if self.review is None:
            return None
        return self.record.voided_by(self.sha256 if self.known else _CHANGED, self.review.image)

    @property
    def locks(self) -> bool:
        """Whether the open mask is approved, and the user did not agree yet to change it.

        A mask that is being looked at counts as what it was last known to be.
        """
        approved = self.review is not None and self.review.state_of(self.sha256) is ReviewState.APPROVED
        return approved and not self.editing_agreed

    @property
    def version_if_edited(self) -> int:
        """Which version editing an approved mask makes."""
        return self.record.approved_versions[-1].version + 1

    def show_worklist(self, worklist: Worklist | None, passed: tuple[Passed, ...] = ()) -> None:
        """Another queue, or none; nothing of it is open yet."""
        self.worklist, self.passed, self.unopened = worklist, passed, {}
        self.review = None
        self.wanted, self.order = WorklistFilter(), WorklistOrder.AS_LISTED
        self.worklist_changed.emit()
        self.items_changed.emit()
        self.current_changed.emit()

    def set_worklist(self, worklist: Worklist) -> None:
        """The same queue, of which more is known."""
        self.worklist = worklist
        self.items_changed.emit()

    def set_record(
        self, item_id: str, record: ReviewRecord, notes: tuple[str, ...] = (), state: ReviewState | None = None
    ) -> None:
        """What is known now of one study; ``state`` where its mask itself was looked at."""
        if self.worklist is not None and item_id in self.worklist:
            self.set_worklist(self.worklist.with_record(item_id, record, notes, state))

    def open_study(self, item_id: str, review: Review | None, comment: str | None = None) -> None:
        """This study of the queue is open, with what lies on the disk; None and no id for none.

        ``comment`` is one that was typed already and is not kept yet.
        """
        self.review, self.editing_agreed, self.seen = review, False, False
        self.sha256, self.known = (review.sha256 if review is not None else None), True
        self.comment = self.record.comment if comment is None else comment
        if self.worklist is not None:
            self.worklist = self.worklist.with_current(item_id)
            if review is not None:
                self.worklist = self.worklist.with_record(item_id, review.record, review.notes, review.state)
        self.current_changed.emit()
        self.items_changed.emit()
        self.standing_changed.emit()

    def set_review(self, review: Review, mask_known: bool = True) -> None:
        """What lies on the disk of the open study, after something was kept or decided."""
        self.review = review
        if mask_known:
            self.sha256, self.known = review.sha256, True
        if self.current is not None:
            self.set_record(self.current.id, review.record, review.notes, review.state)
        self.standing_changed.emit()

    def set_unopened(self, item_id: str, reason: str) -> None:
        """That study cannot be opened; with no reason it can be, after all."""
        self.unopened = {name: text for name, text in self.unopened.items() if name != item_id}
        if reason:
            self.unopened[item_id] = reason
        self.items_changed.emit()

    def set_mask(self, sha256: str | None, known: bool = True) -> None:
        """What the open mask is now; not ``known`` where nobody looked yet."""
        if (sha256, known) != (self.sha256, self.known):
            self.sha256, self.known = sha256, known
            self.standing_changed.emit()

    def doubt_mask(self) -> None:
        """The open mask changes: it has to be looked at again."""
        self.set_mask(self.sha256, known=False)

    def set_comment(self, comment: str) -> None:
        if comment != self.comment:
            self.comment = comment
            self.comment_changed.emit()

    def set_unsaved(self, ids: tuple[str, ...]) -> None:
        """Which studies have unsaved work, which comes back when they are opened."""
        self.unsaved = ids

    def set_reviewer(self, name: str) -> None:
        if name != self.reviewer:
            self.reviewer = name
            self.reviewer_changed.emit()

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
