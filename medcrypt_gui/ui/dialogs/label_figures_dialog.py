"""The table of all labels: volume, voxels, mean and so on, to be copied or saved."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from medcrypt_gui.core.language import tr
from medcrypt_gui.core.mask.statistics import LabelStatistics
from medcrypt_gui.core.mask.statistics_table import rows, table_of, titles
from medcrypt_gui.ui.widgets.text import button, label

_NAME = 1  # the column that takes what room there is


class LabelFiguresDialog(QDialog):
    """Not modal, so that the mask can be looked at beside it."""

    copy_asked = Signal(str)  # the table, separated by tabs
    save_asked = Signal(str)  # the table, separated by commas

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("labelFiguresDialog")
        self.setWindowTitle(tr("Label statistics"))
        self.resize(960, 360)
        self._found: tuple[LabelStatistics, ...] = ()
        self._unit, self._valued = "", True
        self._table = QTableWidget()
        self._table.setObjectName("labelFiguresTable")
        self._table.setAccessibleName(tr("Label statistics"))
        self._table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self._table.verticalHeader().hide()
        self._table.setShowGrid(False)
        self._note = label(look="muted", name="labelFiguresNote")
        copy = button(tr("Copy"), "labelFiguresCopy", tip=tr("As text with tabs, for a spreadsheet"))
        save = button(tr("Save as CSV…"), "labelFiguresSave")
        close = button(tr("Close"), "labelFiguresClose", "primary")
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(copy)
        buttons.addWidget(save)
        buttons.addStretch(1)
        buttons.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 24)
        layout.setSpacing(12)
        layout.addWidget(self._table, 1)
        layout.addWidget(self._note)
        layout.addLayout(buttons)
        close.setDefault(True)
        copy.clicked.connect(lambda: self.copy_asked.emit(table_of(self._found, self._unit, self._valued, "\t")))
        save.clicked.connect(lambda: self.save_asked.emit(table_of(self._found, self._unit, self._valued)))
        close.clicked.connect(self.close)

    def show_figures(self, found: Sequence[LabelStatistics], unit: str, valued: bool) -> None:
        """One row per label; of colours (not ``valued``) sizes alone."""
        self._found, self._unit, self._valued = tuple(found), unit, valued
        columns = titles(unit, valued)
        self._table.setColumnCount(len(columns))
        for column, title in enumerate(columns):
            self._table.setHorizontalHeaderItem(column, _cell(title, is_name=column == _NAME))
        self._table.setRowCount(len(found))
        for row, texts in enumerate(rows(found, valued)):
            for column, text in enumerate(texts):
                self._table.setItem(row, column, _cell(text, is_name=column == _NAME))
        header = self._table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(_NAME, QHeaderView.ResizeMode.Stretch)
        self._note.setText(
            tr("SD is that of the voxels, not of a sample. The table follows the mask.")
            if valued
            else tr("Colours have no values that could be averaged. The table follows the mask.")
        )


def _cell(text: str, is_name: bool) -> QTableWidgetItem:
    made = QTableWidgetItem(text)
    side = Qt.AlignmentFlag.AlignLeft if is_name else Qt.AlignmentFlag.AlignRight
    made.setTextAlignment(side | Qt.AlignmentFlag.AlignVCenter)
    if is_name:
        made.setToolTip(text)
    return made
