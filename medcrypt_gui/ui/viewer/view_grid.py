"""How the views share the panel: one large and two small, four equal, or one alone."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from PySide6.QtWidgets import QGridLayout, QWidget


class Arrangement(Enum):
    """The value is what users read."""

    FOCUS = "One large, two small"
    QUAD = "Four equal"


_GAP = 2


class ViewGrid(QGridLayout):
    """Places three views and a fourth cell. Nothing is created or destroyed when the arrangement changes."""

    def __init__(self, parent: QWidget, views: Sequence[QWidget]) -> None:
        super().__init__(parent)
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(_GAP)
        self._views = list(views)
        self._fourth: QWidget | None = None
        self._arrangement = Arrangement.FOCUS
        self._alone: QWidget | None = None
        self._place()

    @property
    def arrangement(self) -> Arrangement:
        return self._arrangement

    def arrange(self, arrangement: Arrangement, fourth: QWidget | None = None) -> None:
        """Use ``arrangement``; ``fourth`` fills the last cell of four."""
        if fourth is not None and fourth is not self._fourth:
            self._drop_fourth()
            self._fourth = fourth
        self._arrangement, self._alone = arrangement, None
        self._place()

    def _drop_fourth(self) -> None:
        if self._fourth is not None:
            self.removeWidget(self._fourth)
            self._fourth.hide()

    def toggle_maximised(self, view: QWidget) -> None:
        """Show ``view`` alone, or all again."""
        self.show_alone(None if self._alone is not None else view)

    def show_alone(self, view: QWidget | None) -> None:
        """Show only this view; all with None."""
        self._alone = view
        self._place()

    def _place(self) -> None:
        cells = self._cells()
        for widget in [*self._views, self._fourth]:
            if widget is not None:
                self.removeWidget(widget)
                widget.setVisible(widget in cells)
        for widget, (row, column, rows, columns) in cells.items():
            self.addWidget(widget, row, column, rows, columns)
        focus = self._arrangement is Arrangement.FOCUS and self._alone is None
        self.setColumnStretch(0, 2 if focus else 1)
        self.setColumnStretch(1, 0 if self._alone is not None else 1)
        self.setRowStretch(0, 1)
        self.setRowStretch(1, 0 if self._alone is not None else 1)

    def _cells(self) -> dict[QWidget, tuple[int, int, int, int]]:
        """Row, column, and their spans of every visible widget."""
        if self._alone is not None:
            return {self._alone: (0, 0, 1, 1)}
        if self._arrangement is Arrangement.FOCUS:
            large, upper, lower = self._views
            return {large: (0, 0, 2, 1), upper: (0, 1, 1, 1), lower: (1, 1, 1, 1)}
        quad = [*self._views, *([self._fourth] if self._fourth is not None else [])]
        return {widget: (n // 2, n % 2, 1, 1) for n, widget in enumerate(quad)}
