"""A folder to write to: typed, or chosen in the system's dialog."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QWidget

from medcrypt_gui.core.language import tr
from medcrypt_gui.ui.widgets.text import button


class FolderField(QWidget):
    """``name`` is the object name of the line; the button beside it is ``nameChoose``."""

    changed = Signal()

    def __init__(self, name: str, question: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._question = question
        self._line = QLineEdit()
        self._line.setObjectName(name)
        self._line.setAccessibleName(question)
        self._choose = button(tr("Choose…"), f"{name}Choose")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._line, 1)
        layout.addWidget(self._choose)
        self._line.textChanged.connect(self.changed)
        self._choose.clicked.connect(self._on_choose)

    @property
    def folder(self) -> Path | None:
        """The folder as entered; None while the line is empty."""
        text = self._line.text().strip()
        return Path(text).expanduser() if text else None

    def show_folder(self, folder: Path) -> None:
        self._line.setText(str(folder))
        self._line.setToolTip(str(folder))
        self._line.setCursorPosition(len(str(folder)))

    def _on_choose(self) -> None:
        start = self._line.text() or str(Path.home())
        chosen = QFileDialog.getExistingDirectory(self, self._question, start)
        if chosen:
            self.show_folder(Path(chosen))
