"""Controls that come and go together."""

from __future__ import annotations

from PySide6.QtWidgets import QLayout, QVBoxLayout, QWidget

from medcrypt_gui.ui.widgets.text import label


def remove_widgets(layout: QLayout) -> None:
    """Take all widgets out of a layout and delete them."""
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.setParent(None)  # deleted later, yet found by nobody from now on
            widget.deleteLater()


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
