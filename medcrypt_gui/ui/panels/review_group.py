"""Where the mask of the open study stands, and what the reviewer decides: in sight in every step of a worklist."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, QSize, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from medcrypt_gui.core.language import mark, tr
from medcrypt_gui.core.review.record import Decision, voided_text
from medcrypt_gui.core.review.state import ReviewState
from medcrypt_gui.ui import icons
from medcrypt_gui.ui.session import Session
from medcrypt_gui.ui.theme import colours_now
from medcrypt_gui.ui.widgets.text import button, label
from medcrypt_gui.ui.widgets.worklist_rows import ICONS, state_colour, state_words

_ICON = 24
_TOLD = {
    ReviewState.APPROVED: mark("Approved by {who} on {when}"),
    ReviewState.REJECTED: mark("Rejected by {who} on {when}"),
    ReviewState.FLAGGED: mark("Flagged by {who} on {when}"),
    ReviewState.IN_PROGRESS: mark("Opened again by {who} on {when}"),
}


class ReviewGroup(QFrame):
    """Reports intent; hidden while no study of a worklist is open."""

    approve_asked = Signal()
    reject_asked = Signal()
    flag_asked = Signal()
    glance_asked = Signal()
    typing_ended = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("reviewGroup")
        self._board = session.review
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 16, 24, 16)
        layout.setSpacing(8)
        layout.addLayout(self._head())
        self._told = label(look="muted", name="reviewTold")
        self._warning = label(look="warning", name="reviewWarning")
        layout.addWidget(self._told)
        layout.addWidget(self._warning)
        layout.addLayout(self._fields())
        layout.addLayout(self._buttons())
        board = self._board
        for signal in (board.worklist_changed, board.current_changed, board.standing_changed, board.items_changed):
            signal.connect(self._refresh)
        board.current_changed.connect(self._show_comment)
        board.busy_changed.connect(self._refresh)
        board.reviewer_changed.connect(self._show_name)
        self._show_name()
        self._refresh()

    def ask_name(self) -> None:
        """The first decision needs to know who decides."""
        self._warning.setText(tr("Who decides? Enter your name, then decide again."))
        self._warning.show()
        self._name.setFocus()
        self._name.selectAll()

    def _head(self) -> QHBoxLayout:
        self._icon = QLabel()
        self._icon.setFixedSize(_ICON, _ICON)
        self._state = label(look="heading", name="reviewState")
        self._place = label(look="muted", name="reviewPlace")
        self._place.setWordWrap(False)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._icon)
        row.addWidget(self._state, 1)
        row.addWidget(self._place)
        return row

    def _fields(self) -> QGridLayout:
        self._name = QLineEdit()
        self._name.setObjectName("reviewName")
        self._name.setAccessibleName(tr("Name of the reviewer"))
        self._name.setPlaceholderText(tr("Your name"))
        self._comment = QLineEdit()
        self._comment.setObjectName("reviewComment")
        self._comment.setAccessibleName(tr("Comment on this mask"))
        self._comment.setPlaceholderText(tr("Kept beside the mask"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        for row, (text, field) in enumerate(((tr("Reviewer"), self._name), (tr("Comment"), self._comment))):
            grid.addWidget(QLabel(text), row, 0)
            grid.addWidget(field, row, 1)
        self._name.textEdited.connect(self._board.set_reviewer)
        self._comment.textEdited.connect(self._board.set_comment)
        for field in (self._name, self._comment):
            field.returnPressed.connect(self.typing_ended)
        return grid

    def _buttons(self) -> QVBoxLayout:
        self._approve = button(tr("Approve and next"), "reviewApprove", "primary")
        self._reject = button(tr("Reject"), "reviewReject")
        self._flag = button(tr("Flag"), "reviewFlag")
        glance = button(tr("All slices"), "reviewGlance", tip=tr("All slices at a glance, with outlines"))
        row = QHBoxLayout()
        row.setSpacing(8)
        for made, signal in (
            (self._approve, self.approve_asked),
            (self._reject, self.reject_asked),
            (self._flag, self.flag_asked),
            (glance, self.glance_asked),
        ):
            made.clicked.connect(signal)
            if made is not self._approve:
                made.setProperty("look", "narrow")
                row.addWidget(made, 1)
        column = QVBoxLayout()
        column.setSpacing(8)
        column.addWidget(self._approve)
        column.addLayout(row)
        return column

    def show_keys(self, approve: str, reject: str, flag: str) -> None:
        """Tell in the tips which keys do the same."""
        for made, text, key in (
            (self._approve, tr("Stand behind exactly this mask, and go on"), approve),
            (self._reject, tr("This mask shall not be used; go on"), reject),
            (self._flag, tr("Ask for another look; again takes the flag away"), flag),
        ):
            made.setToolTip(f"{text} ({key})" if key else text)

    def _show_name(self) -> None:
        if self._name.text() != self._board.reviewer:
            with QSignalBlocker(self._name):
                self._name.setText(self._board.reviewer)

    def _show_comment(self) -> None:
        with QSignalBlocker(self._comment):
            self._comment.setText(self._board.comment)
            self._comment.setCursorPosition(0)

    def _refresh(self) -> None:
        board, current = self._board, self._board.current
        self.setVisible(current is not None)
        if current is None or board.worklist is None:
            return
        state = board.state
        colour = state_colour(state, colours_now())
        self._icon.setPixmap(icons.icon(ICONS[state], colour).pixmap(QSize(_ICON, _ICON)))
        self._state.setText(state_words(state, board.version))
        place = [item.id for item in board.worklist.items].index(current.id) + 1
        self._place.setText(tr("{n} of {count}", n=place, count=len(board.worklist)))
        last = board.record.last
        self._told.setText(_told(last))
        self._told.setVisible(last is not None)
        warnings = self._warnings()
        self._warning.setText("\n".join(warnings))
        self._warning.setVisible(bool(warnings))
        self._flag.setText(tr("Take flag away") if board.record.state is ReviewState.FLAGGED else tr("Flag"))
        for made in (self._approve, self._reject, self._flag):
            made.setEnabled(not board.busy)

    def _warnings(self) -> list[str]:
        board = self._board
        voided = board.voided
        found = [voided_text(voided)] if voided is not None else []
        if voided is None and board.editing_agreed:
            found.append(tr("Changes make version {n}.", n=board.record.version + 1))
        known = board.review.notes if board.review is not None else ()
        found += [note for note in known if note not in found and (voided is None or note != voided_text(voided))]
        return found


def _told(decision: Decision | None) -> str:
    """What the record says, in a line."""
    if decision is None:
        return ""
    when = decision.when.astimezone().strftime("%Y-%m-%d %H:%M")
    return tr(_TOLD[decision.state], who=decision.reviewer, when=when)
