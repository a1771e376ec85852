"""A check box whose words go on in the next line where there is no room for them in one."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from medcrypt_gui.ui.widgets.text import label

_BESIDE_MARK = 26  # the mark with its frame and the space beside it, as in the style sheet


class TickBox(QCheckBox):
    """Qt's own asks for the width of its whole text, and makes the panel that it lies in wider than it may be."""

    def __init__(self, text: str = "", name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._words = label()
        self._words.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(_BESIDE_MARK, 2, 0, 2)
        self._box.addWidget(self._words)
        self.setText(text)

    def text(self) -> str:
        return self._words.text()

    def setText(self, text: str) -> None:
        self._words.setText(text)
        self.setAccessibleName(text)

    def sizeHint(self) -> QSize:
        return self._of_words(super().sizeHint(), self._box.sizeHint())

    def minimumSizeHint(self) -> QSize:
        return self._of_words(super().sizeHint(), self._box.minimumSize())

    def hitButton(self, _place: QPoint) -> bool:
        return True

    @staticmethod
    def _of_words(mark: QSize, words: QSize) -> QSize:
        return QSize(words.width(), max(mark.height(), words.height()))
