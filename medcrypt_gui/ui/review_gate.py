"""Stands before every change of the mask: an approved one is not touched before the user agreed to another version."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QSinglePointEvent
from PySide6.QtWidgets import QWidget

from medcrypt_gui.core.language import tr
from medcrypt_gui.ui.dialogs.questions import ask_to_lose
from medcrypt_gui.ui.flows.review_flow import ReviewFlow
from medcrypt_gui.ui.session import Session
from medcrypt_gui.ui.viewer.viewer_panel import ViewerPanel

_PRESSES = (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick, QEvent.Type.TabletPress)
_PAINTING = Qt.MouseButton.LeftButton | Qt.MouseButton.RightButton


class ReviewGate(QObject):
    """Guards the editor, through which all tools and operations go; and takes the press that would begin a stroke.

    The press only shows the question, so no stroke is drawn that then counts for nothing, and none counts unasked.
    It also tells when a study was painted, before which nothing is decided about it.
    """

    def __init__(
        self, session: Session, viewer: ViewerPanel, review: ReviewFlow, say: Callable[[str], None], window: QWidget
    ) -> None:
        super().__init__(window)
        self._session, self._viewer, self._review, self._window = session, viewer, review, window
        self._say = say
        self._asking = False
        session.mask_replaced.connect(self._guard)
        for canvas in viewer.canvases:
            canvas.installEventFilter(self)
        window.installEventFilter(self)

    def may_change(self) -> bool:
        """Whether the mask may be changed now; asks where it is approved."""
        board = self._session.review
        if board.busy and board.review is not None:
            self._say(tr("One moment: the mask is being kept."))
            return False
        if not board.locks:
            return True
        if not self._asking and self._agreed():
            self._review.agree_to_edit()
            return True
        return False

    def eventFilter(self, receiver: QObject, event: QEvent) -> bool:
        if receiver is self._window:
            if event.type() is QEvent.Type.UpdateRequest:  # what changed in it is painted now
                self._session.review.seen = True
            return False
        if event.type() not in _PRESSES or not isinstance(event, QSinglePointEvent):
            return False
        if not self._viewer.state.editing or not (event.button() & _PAINTING):
            return False
        board = self._session.review
        if not board.locks and not (board.busy and board.review is not None):
            return False
        self.may_change()
        event.accept()  # or Qt makes a mouse's press of a pen's, and asks again
        return True

    def _guard(self) -> None:
        if self._session.editor is not None:
            self._session.editor.set_guard(self.may_change)

    def _agreed(self) -> bool:
        decision = self._session.review.record.last
        assert decision is not None  # it is what locks
        following = self._session.review.version_if_edited
        self._asking = True
        try:
            return ask_to_lose(
                self._window,
                tr("This mask was approved"),
                tr(
                    "Approved by {who} on {when} as version {version}. That version stays as it is; "
                    "editing makes version {next}, which has to be approved again.",
                    who=decision.reviewer,
                    when=decision.when.astimezone().strftime("%Y-%m-%d %H:%M"),
                    version=decision.version,
                    next=following,
                ),
                tr("Make version {next}", next=following),
                tr("Keep it as it is"),
            )
        finally:
            self._asking = False
