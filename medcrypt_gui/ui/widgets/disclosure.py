"""More for those who want it: a line that opens and closes what lies below it."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from medcrypt_gui.ui import icons
from medcrypt_gui.ui.widgets.text import button


class Disclosure(QWidget):
    """Closed at first. ``body`` is what is shown and hidden; the line's object name is ``name``; its ``look`` is
    "disclosure", or "section" where it stands in place of a heading."""

    def __init__(self, text: str, name: str, body: QWidget, look: str = "disclosure") -> None:
        super().__init__()
        self._body = body
        self._line = button(text, name, look)
        self._line.setCheckable(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._line)
        layout.addWidget(body)
        self._line.toggled.connect(self._on_toggled)
        self._on_toggled(False)

    def set_text(self, text: str) -> None:
        self._line.setText(text)

    def set_open(self, opened: bool) -> None:
        self._line.setChecked(opened)

    def _on_toggled(self, opened: bool) -> None:
        self._body.setVisible(opened)
        self._line.setIcon(icons.icon("chevron-down" if opened else "chevron-right"))
