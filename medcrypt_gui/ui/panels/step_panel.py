"""The frame that every step's panel shares: title, what it is about, its controls, messages, one primary button."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from medcrypt_gui.ui.widgets.notice import Notice
from medcrypt_gui.ui.widgets.text import button, label

_ROOM = 16  # below and above what is scrolled to


class StepPanel(QWidget):
    """Object names follow ``name``: ``openPanel`` holds ``openTitle``, ``openPrimary``, ``openNotice``, ``openResult``.

    ``notice`` tells what failed or cannot be done, ``result`` what was achieved.
    """

    primary_asked = Signal()

    def __init__(self, name: str, title: str, subtitle: str, primary: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"{name}Panel")
        self.title = label(title, "title", f"{name}Title")
        self.subtitle = label(subtitle, "subtitle", f"{name}Subtitle")
        self.result = Notice(f"{name}Result")
        self.notice = Notice(f"{name}Notice")
        self.primary = button(primary, f"{name}Primary", "primary")
        self.primary.clicked.connect(self.primary_asked)
        content = QWidget()
        content.setProperty("look", "panelContent")
        self.body = QVBoxLayout(content)
        self.body.setContentsMargins(24, 24, 24, 16)
        self.body.setSpacing(12)
        self.body.addWidget(self.title)
        self.body.addWidget(self.subtitle)
        self.body.addWidget(self.result)
        self.body.addSpacing(4)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self._area = _scrolling(content)
        layout.addWidget(self._area, 1)
        layout.addWidget(self._footer())

    def _footer(self) -> QWidget:
        """Messages and the primary button stay in sight, however long the controls above are."""
        footer = QFrame()
        footer.setProperty("look", "panelFooter")
        self._footer_box = QVBoxLayout(footer)
        self._footer_box.setContentsMargins(24, 16, 24, 24)
        self._footer_box.setSpacing(12)
        self._footer_box.addWidget(self.notice)
        self._footer_box.addWidget(self.primary)
        return footer

    def above_primary(self, widget: QWidget) -> None:
        """Put a control where it stays in sight, between the messages and the primary button."""
        self._footer_box.insertWidget(self._footer_box.count() - 1, widget)

    def bring_into_sight(self, widget: QWidget) -> None:
        """Scroll to a control, once the controls above it have found their places."""
        QTimer.singleShot(0, widget, lambda: self._area.ensureWidgetVisible(widget, 0, _ROOM))

    def add_heading(self, text: str) -> None:
        """Begin a group of controls."""
        self.body.addSpacing(8)
        self.body.addWidget(label(text, "heading"))


def _scrolling(content: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidget(content)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return area
