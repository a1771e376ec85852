"""Somebody else changed the review of the open study meanwhile: whose is gone on with."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from medcrypt_gui.core.errors import MedcryptError, ReviewChangedError
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.ui.flows.desk import Desk


class ReviewConflict(QObject):
    """``mask`` is the open one, None while nothing was marked; ``reopen`` shows the study as it lies on the disk."""

    arose = Signal()
    failed = Signal(object)  # a MedcryptError
    said = Signal(str)

    def __init__(
        self, desk: Desk, mask: Callable[[], RoiMask | None], reopen: Callable[[], None], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._desk, self._board = desk, desk.session.review
        self._mask, self._reopen = mask, reopen

    def is_asked_about(self, error: MedcryptError) -> bool:
        """Whether this is what went wrong: the user is asked then, instead of being told."""
        if not isinstance(error, ReviewChangedError) or self._board.review is None:
            return False
        self.arose.emit()
        return True

    def take_theirs(self) -> None:
        """Open the study again as it lies on the disk; what was done to it here is given up."""
        if self._board.current is not None and not self._board.busy:
            self._reopen()

    def keep_mine_and_take_theirs(self) -> None:
        """As `take_theirs`, once the mask as it is here lies in a file of its own."""
        board, review, mask = self._board, self._board.review, self._mask()
        if review is None or mask is None or board.busy:
            self.take_theirs()
            return
        board.set_busy(True)

        def work(_task: object) -> str:
            from medcrypt_gui.services import review_mask  # not needed to show the window

            return review_mask.keep_copy(review, mask, self._desk.workbench.reviews).file

        def on_kept(name: str) -> None:
            board.set_busy(False)
            self.take_theirs()
            self.said.emit(tr("Your mask is kept as {file}, beside the review.", file=name))

        self._desk.jobs.start(tr("Keeping the mask"), work, on_kept, self.failed.emit, lambda: board.set_busy(False))
