"""A message in place: what happened, what is untouched, what to do next. Never a dialog on top of another."""

from __future__ import annotations

from enum import Enum

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from medcrypt_gui.services.messages import Message
from medcrypt_gui.ui.widgets.text import label


class Tone(Enum):
    """How a notice looks."""

    INFO = "info"
    GOOD = "good"
    WARNING = "warning"
    ERROR = "error"


class Notice(QFrame):
    """Hidden until it has something to say."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setProperty("look", "notice")
        self._title = label(look="heading", name=f"{name}Title")
        self._text = label(look="body", name=f"{name}Text")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(4)
        layout.addWidget(self._title)
        layout.addWidget(self._text)
        self.hide()

    @property
    def text(self) -> str:
        """Title and text as they can be read now; empty while hidden."""
        return "" if self.isHidden() else f"{self._title.text()}\n{self._text.text()}".strip()

    def show_text(self, tone: Tone, title: str, text: str = "") -> None:
        self.setProperty("tone", tone.value)
        self._title.setText(title)
        self._title.setVisible(bool(title))
        self._text.setText(text)
        self._text.setVisible(bool(text))
        self.style().unpolish(self)
        self.style().polish(self)
        self.show()

    def show_message(self, message: Message) -> None:
        """A failure, in the words of ``services.messages``."""
        parts = (message.what_happened, message.untouched, message.next_step)
        self.show_text(Tone.ERROR, message.title, "\n".join(part for part in parts if part))

    def clear(self) -> None:
        self.hide()
