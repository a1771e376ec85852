"""Deciding about the open study: the next one is shown while the decision is written and read back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from medcrypt_gui.core.errors import Cancelled, MedcryptError
from medcrypt_gui.core.language import tr, trn
from medcrypt_gui.core.review.state import ReviewState
from medcrypt_gui.core.review.worklist import WorklistItem
from medcrypt_gui.services.messages import explain
from medcrypt_gui.ui.flows.desk import Desk
from medcrypt_gui.ui.flows.partings import Parting
from medcrypt_gui.ui.flows.review_flow import ReviewFlow

if TYPE_CHECKING:
    from medcrypt_gui.services.review_mask import Review


class DecideFlow(QObject):
    """Nothing is called decided before it was read back; where that fails, the study comes back as it was left."""

    failed = Signal(object)
    said = Signal(str)
    name_needed = Signal()  # a decision was asked for, and nobody said who decides

    def __init__(self, desk: Desk, review: ReviewFlow, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._review, self._board = desk, review, desk.session.review

    def approve_and_next(self) -> None:
        """Stand behind exactly this mask."""
        self._decide(ReviewState.APPROVED)

    def reject_and_next(self) -> None:
        """This mask shall not be used; or there shall be none."""
        self._decide(ReviewState.REJECTED)

    def flag(self) -> None:
        """Ask for another look; on a flagged study, take the flag away. The study stays open."""
        flagged = self._board.record.state is ReviewState.FLAGGED
        self._decide(ReviewState.IN_PROGRESS if flagged else ReviewState.FLAGGED)

    def _decide(self, state: ReviewState) -> None:
        board, editor = self._board, self._desk.session.editor
        if board.review is None or editor is None or board.busy or self._desk.session.trial is not None:
            return
        if not board.seen:  # the key was meant for the study before
            return
        if not board.reviewer.strip():
            self.name_needed.emit()
            return
        editor.break_off()
        parting = self._review.parting()
        if parting is None:
            return
        following = self._following(state, parting)
        board.set_busy(True)
        self._review.partings.add(parting)
        self._write(state, board.review, parting)
        if following is not None:
            self._review.parted.emit(editor)
            self._review.open(following, onward=True)

    def _following(self, state: ReviewState, parting: Parting) -> WorklistItem | None:
        """What is shown next; nothing where the study stays open, or the decision is sure to be refused."""
        if not state.done or (state is ReviewState.APPROVED and not parting.editor.labels.any()):
            return None
        return self._review.next_undecided(parting.id)

    def _write(self, state: ReviewState, review: Review, parting: Parting) -> None:
        mask, reviewer, comment = self._review.mask(), self._board.reviewer, self._board.comment
        now = parting.editor.revision, parting.editor.table

        def work(_task: object) -> Review:
            try:
                return self._review.hand.decide(state, review, mask, reviewer, comment)
            except BaseException:
                parting.failed = True
                raise
            finally:
                parting.written.set()

        def on_cancelled() -> None:
            parting.failed = True
            parting.written.set()
            self._on_not_decided(parting, Cancelled())

        # Harmless to close the window meanwhile, which waits for it.
        self._desk.jobs.start(
            tr("Keeping the decision"),
            work,
            lambda decided: self._on_decided(parting, replace(parting, kept=now), state, decided),
            lambda error: self._on_not_decided(parting, error),
            on_cancelled,
            harmless=True,
        )

    def _on_decided(self, parting: Parting, kept: Parting, state: ReviewState, review: Review) -> None:
        board = self._board
        self._review.partings.remove(parting.id)
        self._review.mask_kept.emit(parting.editor)
        if self._desk.session.editor is not parting.editor:
            board.set_record(parting.id, review.record, review.notes)
            return
        self._review.take_kept(kept)
        board.agree_to_edit(False)
        board.set_review(review)
        board.set_busy(False)
        self.said.emit(self._decided_text(state))

    def _on_not_decided(self, parting: Parting, error: MedcryptError) -> None:
        """Back to that study, as it was left: with its mask, its undo steps and its comment."""
        message = explain(error)

        def show() -> None:
            self._review.show_again(parting)
            self._tell(error)

        def come_back() -> None:
            if self._desk.session.editor is parting.editor:  # it was never left
                self._review.partings.remove(parting.id)
                self._board.set_busy(False)
                self._tell(error)
                return
            reason = tr("The decision could not be kept: {reason}", reason=message.title)
            self._board.set_unopened(parting.id, reason)
            self._review.leave(show)

        self._review.once_settled(come_back)

    def _tell(self, error: MedcryptError) -> None:
        if not self._review.conflict.is_asked_about(error):
            self.failed.emit(explain(error))

    def _decided_text(self, state: ReviewState) -> str:
        worklist = self._board.worklist
        if worklist is not None and state.done:
            if worklist.done == len(worklist):
                return trn("{count} study is done.", "All {count} studies are done.", len(worklist))
            return tr("No study to do is left among those shown. {summary}.", summary=worklist.summary)
        return tr("Flagged: somebody has to look again.") if state is ReviewState.FLAGGED else tr("The flag is gone.")
