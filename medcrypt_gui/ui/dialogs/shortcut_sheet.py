"""The sheet under ``?``: every gesture, and every command that has a key, with the keys as they are now."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFrame, QGridLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from medcrypt_gui.core.language import mark, tr
from medcrypt_gui.ui.bindings import Bindings, native
from medcrypt_gui.ui.widgets.text import button, label

_MOUSE = (
    (mark("Wheel"), mark("Next or previous slice")),
    (mark("Left drag"), mark("Window and level; in Correct: paint")),
    (mark("Right drag"), mark("Zoom; in Correct: erase")),
    (mark("Middle drag"), mark("Pan")),
    (mark("Ctrl + wheel"), mark("Zoom at the cursor")),
    (mark("Shift + wheel"), mark("Volume of a 4D series; in Correct: brush size")),
    (mark("Shift + move"), mark("Crosshair in all views")),
    (mark("Ctrl held"), mark("Swaps add and erase")),
    (mark("Double-click"), mark("One view large, or all again")),
    (mark("Drag from the list"), mark("Show a series in that view")),
    (mark("Space held"), mark("View mode, in Correct")),
    (mark("Left drag in 3D"), mark("Turn; wheel or right drag zooms, middle drag pans")),
    (mark("Click in 3D"), mark("Crosshair to the surface")),
    (mark("← → ↑ ↓ + − R"), mark("In 3D: turn, zoom, from the front again")),
    (mark("Click a measurement"), mark("Select it; drag its ends to change it")),
    (mark("Alt + ↑ ↓ ← →"), mark("Turn the oblique plane")),
    (mark("Alt + PgUp PgDn"), mark("Turn it within itself")),
)
_COLUMNS = 3
_WIDEST = 1360

Entries = Sequence[tuple[tuple[str, ...], str]]  # keys and what they do


class ShortcutSheet(QDialog):
    """By group, in the order of the table."""

    def __init__(self, bindings: Bindings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("shortcutSheet")
        self.setWindowTitle(tr("Keys and mouse"))
        content = _content(_groups(bindings), _COLUMNS)
        if content.sizeHint().width() + 56 > _WIDEST:  # longer words than the English ones
            content = _content(_groups(bindings), _COLUMNS - 1)
        scroll = QScrollArea()
        scroll.setObjectName("shortcutsScroll")
        scroll.setAccessibleName(tr("Keys and mouse"))
        scroll.setWidget(content)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        close = button(tr("Close"), "shortcutsClose")
        close.clicked.connect(self.accept)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 8, 24)
        layout.setSpacing(24)
        layout.addWidget(scroll, 1)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 16, 0)
        row.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
        layout.addLayout(row)
        wanted = content.sizeHint()
        self.resize(min(wanted.width() + 56, _WIDEST), min(wanted.height() + 130, 900))


def _content(groups: list[tuple[str, Entries]], count: int) -> QWidget:
    content = QWidget()
    columns = QHBoxLayout(content)
    columns.setContentsMargins(0, 0, 16, 0)
    columns.setSpacing(40)
    for of_column in _in_columns(groups, count):
        column = QVBoxLayout()
        column.setSpacing(24)
        for title, entries in of_column:
            column.addLayout(_group(title, entries))
        column.addStretch(1)
        columns.addLayout(column)
    return content


def _groups(bindings: Bindings) -> list[tuple[str, Entries]]:
    found: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for one in bindings.table:
        keys = bindings.keys_of(one.name)
        if keys:
            title = tr(one.group).replace("&", "")
            found.setdefault(title, []).append((tuple(map(native, keys)), one.title))
    mouse = [((tr(gesture),), tr(meaning)) for gesture, meaning in _MOUSE]
    return [(tr("Mouse"), mouse), *found.items()]


def _in_columns(groups: list[tuple[str, Entries]], count: int) -> list[list[tuple[str, Entries]]]:
    """Of about equal height, the order kept."""
    share = sum(len(entries) + 2 for _, entries in groups) / count
    columns: list[list[tuple[str, Entries]]] = [[]]
    filled = 0
    for title, entries in groups:
        if columns[-1] and filled + len(entries) / 2 > share * len(columns) and len(columns) < count:
            columns.append([])
        columns[-1].append((title, entries))
        filled += len(entries) + 2
    return columns


def _group(title: str, entries: Entries) -> QVBoxLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(4)
    grid.setColumnStretch(1, 1)
    for row, (keys, meaning) in enumerate(entries):
        side_by_side = QHBoxLayout()
        side_by_side.setSpacing(4)
        for key in keys:
            shown = QLabel(key)
            shown.setProperty("look", "key")
            side_by_side.addWidget(shown)
        side_by_side.addStretch(1)
        grid.addLayout(side_by_side, row, 0)
        grid.addWidget(QLabel(meaning), row, 1)
    group = QVBoxLayout()
    group.setSpacing(8)
    group.addWidget(label(title, "heading"))
    group.addLayout(grid)
    return group
