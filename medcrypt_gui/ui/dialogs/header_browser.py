"""The header of the slice that is shown, with a search; beside the window, so that both can be looked at."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLineEdit, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from medcrypt_gui.core.imaging.header_entry import HeaderEntry
from medcrypt_gui.core.language import mark, tr, trn
from medcrypt_gui.ui.widgets.text import label

_COLUMNS = (mark("Tag"), mark("Name"), mark("Kind"), mark("Value"))
_WIDTHS = (120, 260, 60)


class HeaderBrowser(QDialog):
    """Nested elements are indented; the search takes words of the tag, the name and the value."""

    def __init__(self, of_what: str, entries: Sequence[HeaderEntry], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("headerBrowser")
        self.setWindowTitle(tr("Header"))
        self.resize(900, 640)
        self._entries = entries
        self._search = QLineEdit()
        self._search.setObjectName("headerSearch")
        self._search.setPlaceholderText(tr("Search tag, name or value"))
        self._search.setClearButtonEnabled(True)
        self._count = label("", "muted", "headerCount")
        self._tree = QTreeWidget()
        self._tree.setObjectName("headerTree")
        self._tree.setHeaderLabels([tr(column) for column in _COLUMNS])
        self._tree.setRootIsDecorated(False)
        self._tree.setUniformRowHeights(True)
        self._tree.setAlternatingRowColors(True)
        for column, width in enumerate(_WIDTHS):
            self._tree.setColumnWidth(column, width)
        self._items = [_item(entry) for entry in entries]
        self._tree.addTopLevelItems(self._items)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 24)
        layout.setSpacing(12)
        layout.addWidget(label(of_what, "heading", "headerFile"))
        layout.addWidget(self._search)
        layout.addWidget(self._tree, 1)
        layout.addWidget(self._count)
        self._search.textChanged.connect(self._filter)
        self._filter("")
        self._search.setFocus()

    def _filter(self, words: str) -> None:
        shown = 0
        for entry, item in zip(self._entries, self._items, strict=True):
            fits = entry.holds(words)
            item.setHidden(not fits)
            shown += fits
        self._count.setText(
            trn("{shown} of {count} lines", "{shown} of {count} lines", len(self._entries), shown=shown)
        )


def _item(entry: HeaderEntry) -> QTreeWidgetItem:
    indented = "    " * entry.depth
    item = QTreeWidgetItem([indented + entry.tag, indented + entry.name, entry.kind, entry.value])
    item.setToolTip(3, entry.value)
    item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
    return item
