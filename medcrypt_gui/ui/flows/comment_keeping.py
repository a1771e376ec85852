"""Comments are kept a moment after they are typed, so that no crash takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from medcrypt_gui.core.language import tr
from medcrypt_gui.services.messages import explain
from medcrypt_gui.ui.flows.desk import Desk
from medcrypt_gui.ui.flows.review_hand import ReviewHand

if TYPE_CHECKING:
    from medcrypt_gui.services.review_mask import Review

_AFTER_MS = 1500  # its first letter that is not kept


class CommentKeeping(QObject):
    """Writes the comment of the open study; leaving the study and deciding write it, too."""

    said = Signal(str)

    def __init__(self, desk: Desk, hand: ReviewHand, parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._board, self._hand = desk, desk.session.review, hand
        self._settles = QTimer(self, singleShot=True, interval=_AFTER_MS)
        self._settles.timeout.connect(self._keep)
        self._board.comment_changed.connect(self._on_changed)
        self._board.current_changed.connect(self._settles.stop)

    def _on_changed(self) -> None:
        if self._board.review is not None and not self._settles.isActive():
            self._settles.start()

    def _keep(self) -> None:
        board = self._board
        review, comment = board.review, board.comment
        if review is None or comment.strip() == board.record.comment:
            return
        if board.busy:
            self._settles.start()
            return
        self._desk.jobs.start(
            tr("Keeping the comment"),
            lambda _task: self._hand.comment(review, comment),
            self._on_kept,
            lambda error: self.said.emit(tr("The comment is not kept yet: {reason}", reason=explain(error).title)),
            quiet=True,
        )

    def _on_kept(self, kept: Review) -> None:
        """Another study may be open by now, or something else written after it."""
        review = self._board.review
        if review is not None and review.ref.id == kept.ref.id and self._hand.is_newest(kept):
            self._board.set_review(kept, mask_known=False)
