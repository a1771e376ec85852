"""Review: go through the studies of a worklist, keep what is edited, decide."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from medcrypt_gui.core.errors import MedcryptError
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.mask.editor import MaskEditor
from medcrypt_gui.core.mask.labels import LabelTable
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.review.worklist import WorklistItem, neighbour, next_unfinished
from medcrypt_gui.services.messages import explain
from medcrypt_gui.ui.flows.comment_keeping import CommentKeeping
from medcrypt_gui.ui.flows.desk import Desk
from medcrypt_gui.ui.flows.mask_standing import MaskStanding
from medcrypt_gui.ui.flows.partings import Parting, Partings
from medcrypt_gui.ui.flows.proposal_origins import ProposalOrigins
from medcrypt_gui.ui.flows.review_conflict import ReviewConflict
from medcrypt_gui.ui.flows.review_hand import ReviewHand
from medcrypt_gui.ui.flows.study_ahead import StudyAhead
from medcrypt_gui.ui.session import Step

if TYPE_CHECKING:
    from medcrypt_gui.core.review.record import ReviewRecord
    from medcrypt_gui.services.open_for_review import StudyForReview
    from medcrypt_gui.services.review_mask import Review
_REST_MS = 150  # what was opened is painted before the next study is read
_PATIENCE_S = 30.0  # for the disk, before the window closes


class ReviewFlow(QObject):
    """One study is open at a time. Nothing is left before it is kept; where that fails, the study stays open."""

    failed = Signal(object)
    said = Signal(str)
    mask_kept = Signal(object)  # the mask of this editor, as it is now, lies on the disk
    parted = Signal(object)  # the mask of this editor is being written while the next study is shown

    def __init__(self, desk: Desk, stop_reading: Callable[[], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._board = desk, desk.session.review
        self._stop_reading = stop_reading
        self.ahead = StudyAhead(desk, self)
        self.origins = ProposalOrigins()
        self._standing = MaskStanding(desk, self)
        self.hand = ReviewHand(desk.workbench.reviews)
        self.partings = Partings()
        self._study: StudyForReview | None = None  # that is open
        self._kept: tuple[int, LabelTable] | None = None  # revision and labels of the open mask, as it lies on the disk
        self._opening = False  # a study is being read to be shown
        self._once_settled: list[Callable[[], None]] = []
        self._showing = False  # what the session says now comes from here
        self._looks_at_doubts = False  # the first slice to be seen is still to be found
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self._prepare_next)
        self._comments = CommentKeeping(desk, self.hand, self)
        self._comments.said.connect(self.said)
        self.conflict = ReviewConflict(desk, self.mask, self._reopen, self)
        self.conflict.said.connect(self.said)
        self.conflict.failed.connect(self._on_failed)
        desk.session.series_selected.connect(self._on_series_selected)
        desk.session.doubts_changed.connect(self._on_doubts_changed)

    # Going from study to study

    def go_to(self, item_id: str) -> None:
        """Open this study, once the present one is kept."""
        worklist = self._board.worklist
        if worklist is not None and item_id in worklist and not self._board.busy:
            self.leave(lambda: self.open(worklist[item_id]))

    def next_study(self) -> None:
        self._step(1)

    def previous_study(self) -> None:
        self._step(-1)

    def go_on(self) -> None:
        """Open the study with unsaved work, else the one that was open last, or the first one that is not done."""
        worklist = self._board.worklist
        if worklist is None or not worklist.items:
            return
        unsaved = [item_id for item_id in self._board.unsaved if item_id in worklist]
        if unsaved:
            self.go_to(unsaved[0])
            return
        here = worklist.current
        going = here in worklist and not worklist[here].state.done
        wanted = None if going else next_unfinished(self._openable(), here)
        self.go_to(here if going else wanted.id if wanted is not None else worklist.items[0].id)

    # What is kept

    def agree_to_edit(self) -> None:
        """The user agreed that editing the approved mask makes another version."""
        self._board.agree_to_edit(True)
        self.said.emit(
            tr("The approved version stays as it is. Changes make version {n}.", n=self._board.version_if_edited)
        )

    @property
    def has_unkept(self) -> bool:
        """Whether leaving the open study now would lose a change of the mask or the comment."""
        board, editor = self._board, self._desk.session.editor
        if board.review is None or editor is None:
            return False
        return (editor.revision, editor.table) != self._kept or board.comment.strip() != board.record.comment

    def keep_now(self) -> str:
        """Keep what is not kept yet, at once: the study is being left. Returns why that failed, or nothing."""
        board = self._board
        if not self.has_unkept or board.review is None:
            return ""
        try:
            kept = self.hand.keep(board.review, self.mask(), board.comment)
        except MedcryptError as error:
            return explain(error).what_happened
        self._on_kept(kept)
        return ""

    def finish_deciding(self) -> list[str]:
        """Wait until decisions that were made are on the disk. Returns what could not be kept, as sentences."""
        self.wait_until_decided()
        for one in self.partings.decided:
            self.mask_kept.emit(one.editor)  # the window may close before the news of it arrive
        names = [one.study.entry.name for one in self.partings.all if one.failed or not one.written.is_set()]
        return [tr("The decision on {name} could not be kept.", name=name) for name in names]

    def once_settled(self, call: Callable[[], None]) -> None:
        """Now, or when the study that is being opened is there, which would take the place of another one."""
        if self._opening:
            self._once_settled.append(call)
        else:
            call()

    def wait_until_decided(self) -> None:
        """On any thread: until no decision is being written any more."""
        self.partings.wait(_PATIENCE_S)

    # Inside

    def _step(self, step: int) -> None:
        current = self._board.current
        following = neighbour(self._openable(), current.id if current is not None else "", step)
        if following is not None:
            self.go_to(following.id)
        elif self._board.worklist is not None:
            self.said.emit(tr("There is no further study in this direction."))

    def _undecided(self) -> tuple[WorklistItem, ...]:
        """As `_openable`, without those of which the decision is being written."""
        return tuple(item for item in self._openable() if item.id not in self.partings)

    def next_undecided(self, after: str) -> WorklistItem | None:
        """The study that a decision leads to."""
        return next_unfinished(self._undecided(), after)

    def _openable(self) -> tuple[WorklistItem, ...]:
        """What is gone through: shown, and not known to be unreadable; the open one in its place all the same."""
        return tuple(item for item in self._board.shown if item.id not in self._board.unopened)

    def leave(self, then: Callable[[], None]) -> None:
        """Keep what is not kept yet, and go on when that is done."""
        board, editor = self._board, self._desk.session.editor
        if editor is not None:
            editor.break_off()
        board.set_busy(True)
        if not self.has_unkept or board.review is None:
            then()
            return
        review, mask, comment = board.review, self.mask(), board.comment

        def on_kept(kept: Review) -> None:
            self._on_kept(kept)
            then()

        self._desk.jobs.start(
            tr("Keeping the mask"),
            lambda _task: self.hand.keep(review, mask, comment),
            on_kept,
            self._on_failed,
            lambda: board.set_busy(False),
            harmless=True,  # the window closes only after it: `keep_now` waits for the hand
        )

    def _on_kept(self, review: Review) -> None:
        editor = self._desk.session.editor
        self._kept = (editor.revision, editor.table) if editor is not None else None
        self._board.set_review(review)
        self.mask_kept.emit(editor)

    def mask(self) -> RoiMask | None:
        """The open mask; None while nothing was ever marked. Nobody changes it while it is being kept."""
        editor = self._desk.session.editor
        if editor is None or (editor.blank and not editor.labels.any()):
            return None
        return editor.mask

    def parting(self) -> Parting | None:
        """The open study as it is now, to come back to; None where none is open."""
        study, review, editor = self._study, self._board.review, self._desk.session.editor
        if study is None or review is None or editor is None:
            return None
        return Parting(replace(study, review=review), editor, self._board.comment, self._kept)

    def take_kept(self, parting: Parting) -> None:
        """The open mask lies on the disk as this says."""
        self._kept = parting.kept

    def show_again(self, parting: Parting) -> None:
        """The study that was left, in place of the one that is open."""
        self.partings.remove(parting.id)
        self._show(parting.study, parting)

    def open(self, item: WorklistItem, onward: bool = False) -> None:
        """Show a study, read already or not. ``onward`` goes on to the next where this one cannot be read."""
        self._board.set_busy(True)
        self._opening = True
        self._rest.stop()
        parting = self.partings.get(item.id)
        if parting is not None and parting.failed:
            self.show_again(parting)
            return
        if parting is not None:
            self._open_when_written(item, parting)
            return

        def on_failed(error: MedcryptError) -> None:
            self._board.set_unopened(item.id, explain(error).what_happened)
            goes_on = onward and not self._once_settled
            self._on_failed(error)
            following = next_unfinished(self._undecided(), "") if goes_on else None
            if following is not None:
                self.open(following, onward)

        if not self.ahead.take(item.id, self._show_newest, on_failed):
            self._desk.jobs.start(
                tr("Reading the study"),
                self.ahead.reading(item.entry),
                self._show_newest,
                on_failed,
                self._on_open_cancelled,
                harmless=True,
            )

    def _reopen(self) -> None:
        """The open study as it lies on the disk."""
        current = self._board.current
        if current is not None:
            self.ahead.drop()
            self.partings.remove(current.id)
            self.open(current)

    def _open_when_written(self, item: WorklistItem, parting: Parting) -> None:
        """Its decision is being written: what is on the disk now is not what will be."""
        self._desk.jobs.start(
            tr("Keeping the decision"),
            lambda _task: parting.written.wait(_PATIENCE_S),
            # Where it failed, its own news open the study.
            lambda _written: self._release() if parting.failed else self.open(item),
            self._on_failed,
            self._on_open_cancelled,
            harmless=True,
        )

    def take_written(self, item_id: str, record: ReviewRecord) -> None:
        """Another mask of this study is on the disk: what was read of it before is not shown any more."""
        self.hand.begin_anew(item_id, record)
        current = self._board.current
        if current is not None and current.id == item_id:
            if not self.has_unkept and not self._board.busy:
                self.open(current)  # it came up in the very moment of writing
            return
        self.ahead.forget(item_id)
        if not self._board.busy:
            self._rest.start()

    def _show_newest(self, study: StudyForReview) -> None:
        """Read again what this window wrote of the study while it was being read."""
        item_id, worklist = study.entry.ref.id, self._board.worklist
        if worklist is not None and item_id in worklist and self.hand.wrote_after(study.review):
            self.hand.forget(item_id)  # the second reading is shown, whatever is in it
            self.open(worklist[item_id])
        else:
            self._show(study)

    def _show(self, study: StudyForReview, left: Parting | None = None) -> None:
        """The study takes the place of the one before, whole at once; one that was left with what was done to it."""
        session, board = self._desk.session, self._board
        self._stop_reading()
        origin = self.origins.of(study.entry.ref.id, study.review.sha256)
        mask = study.mask if study.mask is not None else RoiMask.empty(study.volume.geometry)
        self._showing = True
        try:
            if left is None:
                self.hand.begin_anew(study.entry.ref.id, study.review.record)
            board.open_study(study.entry.ref.id, study.review, left.comment if left is not None else None)
            editor = left.editor if left is not None else MaskEditor(mask, origin=origin, blank=study.mask is None)
            session.show_whole_study((study.entry.ref.path,), study.series, study.volume, editor)
        finally:
            self._showing = False
        self._study, self._kept = study, left.kept if left is not None else (0, editor.table)
        if (editor.revision, editor.table) != self._kept:
            board.set_mask(None, known=False)
        session.go_to(Step.CORRECT if study.mask is not None else Step.ROI)
        self._looks_at_doubts = origin is not None
        board.set_unopened(study.entry.ref.id, "")
        board.set_busy(False)
        self._remember()
        for note in study.review.notes[:1]:
            self.said.emit(note)
        self._rest.start()
        self._settle()

    def _prepare_next(self) -> None:
        """The study that approving would lead to, else the one below."""
        current = self._board.current
        here, among = (current.id if current is not None else ""), self._undecided()
        self.ahead.prepare(next_unfinished(among, here) or neighbour(among, here, 1))

    def _remember(self) -> None:
        worklist, store = self._board.worklist, self._desk.workbench.worklists
        if worklist is not None:
            self._desk.jobs.start(
                tr("Remembering the worklist"),
                lambda _task: store.keep_last(worklist),
                on_failure=lambda error: self.said.emit(explain(error).title),
                quiet=True,
            )

    def _on_series_selected(self) -> None:
        """Another series was opened on another way: the queue stays, none of its studies is open."""
        if not self._showing and self._board.review is not None:
            self._board.open_study("", None)
            self._study = None
            self._board.set_busy(False)

    def _on_doubts_changed(self) -> None:
        doubts = self._desk.session.doubts
        if self._looks_at_doubts and doubts is not None and self._board.review is not None:
            self._looks_at_doubts = False
            if doubts.order:
                self._desk.session.slice_asked.emit(doubts.order[0])

    def _on_failed(self, error: MedcryptError) -> None:
        self._release()
        if not self.conflict.is_asked_about(error):
            self.failed.emit(explain(error))

    def _settle(self) -> None:
        self._opening = False
        due, self._once_settled = self._once_settled, []
        for call in due:
            call()

    def _release(self) -> None:
        """The open study may be gone on with, unless its decision is being written still."""
        self._settle()
        current = self._board.current
        if current is None or current.id not in self.partings:
            self._board.set_busy(False)

    def _on_open_cancelled(self) -> None:
        self._release()
        self.said.emit(tr("Reading was cancelled."))
