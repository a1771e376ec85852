"""Controls that come and go together."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from medcrypt_gui.ui.widgets.text import label


class StackedGroup(QWidget):
    """Controls one below the other that come and go together."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.box = QVBoxLayout(self)
        self.box.setContentsMargins(0, 0, 0, 0)
        self.box.setSpacing(12)

    def heading(self, text: str) -> None:
        self.box.addSpacing(8)
        self.box.addWidget(label(text, "heading"))

    def add(self, *widgets: QWidget) -> None:
        for widget in widgets:
            self.box.addWidget(widget)
