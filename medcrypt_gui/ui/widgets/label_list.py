"""The labels of the mask, one row each; as high as they need, up to a bound from which on they scroll."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from medcrypt_gui.core.language import tr
from medcrypt_gui.core.mask.amount import amount_short
from medcrypt_gui.core.mask.labels import LabelTable
from medcrypt_gui.core.mask.statistics import LabelSizes
from medcrypt_gui.ui.widgets.label_row import LabelRow

_MOST_PIXELS = 216  # six rows


class LabelList(QScrollArea):
    """Rows stay while their label does, so that a name can be typed while sizes change."""

    activate_asked = Signal(int)
    change_asked = Signal(object)  # the Label as it is wished

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("labelList")
        self.setAccessibleName(tr("Labels"))
        self.setProperty("look", "labelList")
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._rows: dict[int, LabelRow] = {}
        self._active = 0
        self._content = QWidget()
        self._content.setProperty("look", "labelRows")
        self._column = QVBoxLayout(self._content)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addStretch(1)
        self.setWidget(self._content)

    def show_labels(self, table: LabelTable, sizes: LabelSizes | None) -> None:
        """One row each, in their order."""
        for number in [number for number in self._rows if number not in table]:
            row = self._rows.pop(number)
            self._column.removeWidget(row)
            row.setParent(None)  # deleted later, yet found by nobody from now on
            row.deleteLater()
        for place, one in enumerate(table):
            if one.number not in self._rows:
                self._insert(place, one.number, table)
            size = amount_short(sizes.label(one.number).voxels, sizes.geometry) if sizes is not None else "…"
            self._rows[one.number].show_label(one, one.number == table.active_number, size)
        self._fit()
        if table.active_number != self._active:
            self._active = table.active_number
            self._show_active()

    def rename(self, number: int) -> None:
        """Let the user type the name of that label."""
        if number in self._rows:
            self.ensureWidgetVisible(self._rows[number], 0, 0)
            self._rows[number].rename()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_active()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Rows that were made before they could be seen get their style, and so their height, later."""
        handled = super().eventFilter(watched, event)
        if event.type() is QEvent.Type.LayoutRequest:
            self._fit()
        return handled

    def _show_active(self) -> None:
        if self._active in self._rows:
            self.ensureWidgetVisible(self._rows[self._active], 0, 0)

    def _insert(self, place: int, number: int, table: LabelTable) -> None:
        row = LabelRow(table[number])
        row.activate_asked.connect(self.activate_asked)
        row.change_asked.connect(self.change_asked)
        row.step_asked.connect(lambda places: self._step(number, places))
        self._rows[number] = row
        self._column.insertWidget(place, row)
        row.show()  # else it counts for the height only once events were handled

    def _step(self, number: int, places: int) -> None:
        numbers = sorted(self._rows)
        place = min(max(numbers.index(number) + places, 0), len(numbers) - 1)
        self._rows[numbers[place]].setFocus(Qt.FocusReason.TabFocusReason)
        self.ensureWidgetVisible(self._rows[numbers[place]], 0, 0)

    def _fit(self) -> None:
        self._column.activate()
        needed = self._column.sizeHint().height()
        self._content.resize(self._content.width(), needed)
        self.setFixedHeight(min(needed, _MOST_PIXELS) + 2)
