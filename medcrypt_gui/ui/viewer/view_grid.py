"""Where the cells lie: a grid of equal ones, or one large cell and the others beside it; or one alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from medcrypt_gui.ui.viewer.cells import Arrangement as Arrangement

_GAP = 2
_LEAST = 96


class Framed(NamedTuple):
    """A cell's widget and the header above it, where it has one."""

    view: QWidget
    header: QWidget | None = None


class ViewGrid(QGridLayout):
    """Places widgets. It creates and destroys none; those that have no place any more are hidden."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(_GAP)
        self.setVerticalSpacing(0)
        self._arrangement = Arrangement.FOCUS
        self._framed: tuple[Framed, ...] = ()
        self._alone: QWidget | None = None

    @property
    def alone(self) -> QWidget | None:
        """The one view that has the whole panel."""
        return self._alone

    def arrange(self, arrangement: Arrangement, framed: Sequence[Framed], alone: QWidget | None = None) -> None:
        """Place these cells, in rows from the left; ``alone`` is one of their views."""
        for one in self._framed:
            for widget in one:
                if widget is not None:
                    self.removeWidget(widget)
                    if not any(widget in kept for kept in framed):
                        widget.hide()
        self._arrangement, self._framed = arrangement, tuple(framed)
        self.show_alone(alone)

    def show_alone(self, view: QWidget | None) -> None:
        """Show only this view, with its header; all with None."""
        self._alone = view
        spans = self._spans()
        for one in self._framed:
            for widget in one:
                if widget is not None:
                    self.removeWidget(widget)
                    widget.setVisible(one.view in spans)
        for one in self._framed:
            if one.view in spans:
                self._put(one, *spans[one.view])
        self._stretch()

    def _put(self, one: Framed, row: int, column: int, rows: int) -> None:
        """Every row of cells is two of the layout, of headers and of views; without headers the former are gaps."""
        # Equal cells need that no widget asks for more than its share.
        one.view.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.addWidget(one.view, 2 * row + 1, column, 2 * rows - 1, 1)
        if one.header is not None:
            self.addWidget(one.header, 2 * row, column)

    def _spans(self) -> dict[QWidget, tuple[int, int, int]]:
        """Row, column and rows spanned of every visible view, in cells."""
        if self._alone is not None:
            return {self._alone: (0, 0, 1)}
        if self._arrangement.large_first:
            rows = self._arrangement.rows
            places = [(0, 0, rows), *((row, 1, 1) for row in range(rows))]
        else:
            columns = self._arrangement.columns
            places = [(n // columns, n % columns, 1) for n in range(self._arrangement.count)]
        return {one.view: place for one, place in zip(self._framed, places, strict=False)}

    def _stretch(self) -> None:
        one = self._alone is not None
        rows, columns = (1, 1) if one else (self._arrangement.rows, self._arrangement.columns)
        for column in range(max(self.columnCount(), columns)):
            large = self._arrangement.large_first and not one and column == 0
            self.setColumnStretch(column, (2 if large else 1) if column < columns else 0)
            self.setColumnMinimumWidth(column, _LEAST if column < columns else 0)
        for row in range(max(self.rowCount(), 2 * rows)):
            used = row % 2 == 1 and row < 2 * rows
            self.setRowStretch(row, int(used))
            self.setRowMinimumHeight(row, _LEAST if used else _GAP if 0 < row < 2 * rows else 0)
