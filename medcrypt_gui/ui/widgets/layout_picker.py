"""A grid of nine squares: what is marked from the upper left is how many rows and columns of views there will be."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from medcrypt_gui.core.language import tr
from medcrypt_gui.ui.widgets.text import label

SIDE = 3
_SQUARE = 32
_GAP = 4
_STEPS = {
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}


class LayoutPicker(QFrame):
    """A popup, as word processors ask for the size of a table. Mouse, or arrow keys and Enter."""

    picked = Signal(int, int)  # rows, columns

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("layoutPicker")
        self.setProperty("look", "layoutPicker")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName(tr("Layout"))
        self._squares = _Squares(self)
        self._squares.marked.connect(self._tell)
        self._squares.chosen.connect(self._on_chosen)
        self._size = label("", "muted", "layoutPickerSize")
        self._size.setAlignment(Qt.AlignmentFlag.AlignCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 8)
        column.setSpacing(8)
        column.addWidget(self._squares, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._size)
        self._squares.setFocus()
        self._tell(1, 1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def _tell(self, rows: int, columns: int) -> None:
        text = tr("{rows} × {columns}", rows=rows, columns=columns)
        self._size.setText(text)
        self._squares.setAccessibleDescription(text)

    def _on_chosen(self, rows: int, columns: int) -> None:
        self.close()
        self.picked.emit(rows, columns)


class _Squares(QWidget):
    marked = Signal(int, int)
    chosen = Signal(int, int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("layoutPickerSquares")
        self.setAccessibleName(tr("Rows and columns of views"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setFixedSize(SIDE * _SQUARE + (SIDE - 1) * _GAP, SIDE * _SQUARE + (SIDE - 1) * _GAP)
        self._rows = self._columns = 1

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._mark(*self._under(event.position().toPoint()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.rect().contains(event.position().toPoint()):
            self.chosen.emit(*self._under(event.position().toPoint()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _STEPS:
            rows, columns = _STEPS[key]
            self._mark(self._rows + rows, self._columns + columns)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit(self._rows, self._columns)
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        accent = self.palette().color(QPalette.ColorRole.Highlight)
        line = self.palette().color(QPalette.ColorRole.Mid)
        for row in range(SIDE):
            for column in range(SIDE):
                square = QRect(column * (_SQUARE + _GAP), row * (_SQUARE + _GAP), _SQUARE, _SQUARE)
                taken = row < self._rows and column < self._columns
                painter.setPen(accent if taken else line)
                painter.setBrush(accent if taken else QColor(0, 0, 0, 0))
                painter.drawRoundedRect(square.adjusted(1, 1, -1, -1), 4, 4)
        painter.end()

    def _under(self, place: QPoint) -> tuple[int, int]:
        return place.y() // (_SQUARE + _GAP) + 1, place.x() // (_SQUARE + _GAP) + 1

    def _mark(self, rows: int, columns: int) -> None:
        self._rows, self._columns = min(max(rows, 1), SIDE), min(max(columns, 1), SIDE)
        self.marked.emit(self._rows, self._columns)
        self.update()
