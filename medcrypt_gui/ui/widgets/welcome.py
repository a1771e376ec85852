"""What an empty window says: how to begin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from medcrypt_gui.core.language import mark, tr
from medcrypt_gui.core.review.worklist import Worklist
from medcrypt_gui.ui import icons
from medcrypt_gui.ui.widgets.text import button, label
from medcrypt_gui.ui.widgets.work_card import WorkCards, time_text

if TYPE_CHECKING:
    from medcrypt_gui.services.recover_work import Offer

_TEXT = mark(
    "See a DICOM or NIfTI study, mark the region of interest, encrypt it, print a key card. "
    "On another day card and passphrase give every byte back."
)
_NOTICE = mark("Not a medical device. Not for primary diagnosis.")


class Welcome(QWidget):
    """Drop a folder, or choose."""

    folder_asked = Signal()
    files_asked = Signal()
    sample_asked = Signal()
    worklist_asked = Signal()
    last_worklist_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("welcome")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        picture = QLabel()
        picture.setObjectName("welcomeLogo")
        picture.setPixmap(icons.icon("logo").pixmap(QSize(64, 64)))
        column = QVBoxLayout()
        column.setSpacing(16)
        self.unsaved = WorkCards("welcomeUnsaved")
        column.addWidget(self.unsaved)
        for widget in (
            picture,
            label(tr("Drop a study here"), "welcome", "welcomeTitle"),
            label(tr(_TEXT), "subtitle", "welcomeText"),
        ):
            column.addWidget(widget)
        column.addSpacing(8)
        column.addLayout(self._buttons())
        column.addLayout(self._reviewing())
        self._awaited = label(look="warning", name="welcomeAwaited")
        self._awaited.hide()
        column.addWidget(self._awaited)
        column.addSpacing(24)
        column.addWidget(label(tr(_NOTICE), "muted", "welcomeNotice"))
        frame = QWidget()
        frame.setFixedWidth(480)
        column.setContentsMargins(0, 0, 0, 0)
        frame.setLayout(column)
        middle = QHBoxLayout()  # an alignment would reckon the lines of the texts for the whole width
        middle.addStretch(1)
        middle.addWidget(frame)
        middle.addStretch(1)
        outer = QVBoxLayout(self)
        outer.addStretch(2)
        outer.addLayout(middle)
        outer.addStretch(3)

    def show_last_worklist(self, worklist: Worklist | None) -> None:
        """Offer to go on with the worklist of the last session; None takes the offer away."""
        self._last.setVisible(worklist is not None)
        if worklist is not None:
            self._last.setText(tr("Go on with the worklist: {summary}", summary=worklist.summary))
            if self.isVisible():
                self._last.setFocus()  # Enter goes on

    def show_awaited(self, offer: Offer | None) -> None:
        """Tell that unsaved work comes back with that worklist; None: there is none."""
        self._awaited.setVisible(offer is not None)
        if offer is not None:
            text = tr(
                "Unsaved work from {time} on one of its studies comes back with it.", time=time_text(offer.changed)
            )
            self._awaited.setText(text)

    def _reviewing(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        review = button(tr("Review a worklist…"), "welcomeWorklist")
        review.clicked.connect(lambda: self.worklist_asked.emit())
        self._last = button("", "welcomeLastWorklist", "primary")
        self._last.clicked.connect(self.last_worklist_asked)
        self._last.hide()
        row.addWidget(review)
        row.addWidget(self._last)
        row.addStretch(1)
        return row

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        for text, name, signal in (
            (tr("Open folder…"), "welcomeFolder", self.folder_asked),
            (tr("Open files…"), "welcomeFiles", self.files_asked),
            (tr("Open sample study"), "welcomeSample", self.sample_asked),
        ):
            made = button(text, name)
            made.clicked.connect(signal)
            row.addWidget(made)
        row.addStretch(1)
        return row
