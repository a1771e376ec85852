"""Propose masks for the studies of a worklist that have none: one after the other, each kept at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from medcrypt_gui.core.errors import Cancelled, MedcryptError
from medcrypt_gui.core.language import tr, trn
from medcrypt_gui.core.review.record import ReviewRecord
from medcrypt_gui.core.review.state import ReviewState
from medcrypt_gui.core.review.worklist import WorklistEntry
from medcrypt_gui.core.segmentation.mask_origin import MaskOrigin
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.messages import explain
from medcrypt_gui.ui.flows.desk import Desk
from medcrypt_gui.ui.flows.review_flow import ReviewFlow

if TYPE_CHECKING:
    from medcrypt_gui.core.ports import Segmenter


@dataclass(frozen=True, eq=False)
class _Proposed:
    """One study's new record, and where its mask came from."""

    item_id: str
    record: ReviewRecord
    origin: MaskOrigin


class ProposeAllFlow(QObject):
    """What is open when its turn comes is left out: for it there is the step Find ROI. What was proposed before a
    cancel stays."""

    failed = Signal(object)
    said = Signal(str)
    _proposed = Signal(object)
    _refused = Signal(str, str)

    def __init__(self, desk: Desk, review: ReviewFlow, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._review, self._board = desk, review, desk.session.review
        self._done = self._not_done = 0
        # Queued: both come from the worker's thread.
        self._proposed.connect(self._on_proposed, Qt.ConnectionType.QueuedConnection)
        self._refused.connect(self._on_refused, Qt.ConnectionType.QueuedConnection)

    def propose(self, model_id: str) -> None:
        """Let this model propose for all studies that are not segmented."""
        board = self._board
        if board.worklist is None:
            return
        here = board.current.id if board.current is not None else ""
        entries = [
            item.entry
            for item in board.worklist.items
            if item.state is ReviewState.NOT_SEGMENTED and item.id != here and item.id not in board.unopened
        ]
        if not entries:
            self.said.emit(tr("Every other study of the worklist has a mask already."))
            return
        self._done = self._not_done = 0
        bench = self._desk.workbench

        def work(task: TaskContext) -> None:
            segmenter = bench.segmenters()[model_id]
            for place, entry in enumerate(entries):
                part = task.part(place / len(entries), (place + 1) / len(entries))
                part.progress(0.0, tr("Study {n} of {count}", n=place + 1, count=len(entries)))
                self._propose_one(entry, segmenter, part)

        self._desk.jobs.start(
            tr("Proposing for all studies that have no mask"), work, self._on_ended, self._on_failed, self._on_cancelled
        )

    def say_no_model(self) -> None:
        self.said.emit(tr("Choose a model first, then let it propose for all."))

    def _propose_one(self, entry: WorklistEntry, segmenter: Segmenter, task: TaskContext) -> None:
        """On the worker's thread. A study that cannot be done stops no other."""
        from medcrypt_gui.services.propose_for_review import propose_for_review  # not needed to show the window

        bench = self._desk.workbench
        try:
            made = propose_for_review(
                entry,
                segmenter,
                bench.readers,
                bench.reviews,
                bench.masks,
                task,
                wanted=lambda: not self._is_open(entry.ref.id),
            )
        except Cancelled:
            raise
        except MedcryptError as error:
            self._refused.emit(entry.ref.id, explain(error).what_happened or explain(error).title)
            return
        if made is not None:
            self._proposed.emit(_Proposed(entry.ref.id, made.record, made.origin))

    def _is_open(self, item_id: str) -> bool:
        """Also on the worker's thread: what the user looks at is theirs."""
        current = self._board.current
        return current is not None and current.id == item_id

    def _on_proposed(self, made: _Proposed) -> None:
        self._done += 1
        self._board.set_record(made.item_id, made.record)
        if made.record.working is not None:
            self._review.origins.keep(made.item_id, made.record.working.sha256, made.origin)
        self._review.take_written(made.item_id, made.record)

    def _on_refused(self, item_id: str, reason: str) -> None:
        self._not_done += 1
        worklist = self._board.worklist
        if worklist is not None and item_id in worklist:
            self._board.set_record(item_id, worklist[item_id].record, (reason,))

    def _on_ended(self, _nothing: object) -> None:
        parts = [trn("A mask was proposed for {count} study.", "Masks were proposed for {count} studies.", self._done)]
        if self._not_done:
            parts.append(trn("For {count} study there is none.", "For {count} studies there is none.", self._not_done))
        self.said.emit(" ".join(parts))

    def _on_cancelled(self) -> None:
        self.said.emit(
            trn(
                "Cancelled. The mask proposed before is kept, for {count} study.",
                "Cancelled. The masks proposed before are kept, for {count} studies.",
                self._done,
            )
        )

    def _on_failed(self, error: MedcryptError) -> None:
        self.failed.emit(explain(error))
