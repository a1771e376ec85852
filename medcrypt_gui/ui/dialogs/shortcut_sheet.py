"""The sheet under ``?``: every key and every gesture."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from medcrypt_gui.core.language import mark
from medcrypt_gui.ui.widgets.text import button, label

_MOUSE = (
    ("Wheel", "Next or previous slice"),
    ("Left drag", "Window and level; in Correct: paint"),
    ("Right drag", "Zoom; in Correct: erase"),
    ("Middle drag", "Pan"),
    ("Ctrl + wheel", "Zoom at the cursor"),
    ("Shift + wheel", "Volume of a 4D series; in Correct: brush size"),
    ("Shift + move", "Crosshair in all views"),
    ("Ctrl held", "Swaps add and erase"),
    ("Double-click", "One view large, or all again"),
    (mark("Drag from the list"), mark("Show a series in that view")),
    ("Space held", "View mode, in Correct"),
    ("Left drag in 3D", "Turn; wheel or right drag zooms, middle drag pans"),
    ("Click in 3D", "Crosshair to the surface"),
)
_VIEW_KEYS = (
    ("↑ ↓", "Next or previous slice"),
    ("PgUp PgDn", "Ten slices"),
    ("Home End", "First, last slice"),
    ("← →", "Previous, next series"),
    ("F6", "Next view"),
    ("L", mark("Link scrolling of series side by side, or not")),
    (mark("Ctrl + L"), mark("Link scrolling from here")),
    ("Alt + ↑ ↓ ← →", mark("Turn the oblique plane")),
    ("Alt + PgUp PgDn", mark("Turn it within itself")),
    ("C", "Play the slices, or stop"),
    ("1 – 9", "Window presets (CT)"),
    ("0", "Full range"),
    ("`", "The file's own window"),
    ("I", "Invert"),
    ("R", "Reset the view"),
    ("W T Z H", "Left drag: window, pan, zoom, crosshair"),
    ("D", "Left drag measures a distance"),
    ("Del", "Remove the last measurement"),
    ("[ ]", "Smaller, larger tip"),
    ("← → ↑ ↓ + − R", "In 3D: turn, zoom, from the front again"),
    ("Esc", "Take the stroke back; stop playing"),
)


class ShortcutSheet(QDialog):
    """``actions`` are (key, name) pairs of the action table."""

    def __init__(self, actions: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("shortcutSheet")
        self.setWindowTitle("Keys and mouse")
        columns = QHBoxLayout()
        columns.setSpacing(48)
        for title, entries in (("Mouse", _MOUSE), ("Views", _VIEW_KEYS), ("Commands", actions)):
            columns.addLayout(_column(title, entries))
        close = button("Close", "shortcutsClose")
        close.clicked.connect(self.accept)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 24)
        layout.setSpacing(24)
        layout.addLayout(columns)
        layout.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)


def _column(title: str, entries: Sequence[tuple[str, str]]) -> QVBoxLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(8)
    for row, (key, meaning) in enumerate(entries):
        keys = QLabel(key)
        keys.setProperty("look", "key")
        grid.addWidget(keys, row, 0, Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(QLabel(meaning), row, 1)
    column = QVBoxLayout()
    column.setSpacing(12)
    column.addWidget(label(title, "heading"))
    column.addLayout(grid)
    column.addStretch(1)
    return column
