"""How much a suggested change adds and takes away, beside the colours and stripes that show where."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from medcrypt_gui.core.imaging.label_look import Colour
from medcrypt_gui.core.language import tr, trn
from medcrypt_gui.ui.palette import ADDED, REMOVED
from medcrypt_gui.ui.suggestion import Suggestion
from medcrypt_gui.ui.widgets.group import StackedGroup
from medcrypt_gui.ui.widgets.text import label


class ChangeKey(StackedGroup):
    """Two lines; object names begin with ``name``."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.box.setSpacing(4)
        self._added, self._removed = label(name=f"{name}Added"), label(name=f"{name}Removed")
        self._slices = label(look="muted", name=f"{name}Slices")
        self.add(_keyed(ADDED, self._added, False), _keyed(REMOVED, self._removed, True), self._slices)

    def show_change(self, suggestion: Suggestion) -> None:
        """Small changes are told in finer steps, so that none reads as nothing."""
        self._added.setText(tr("{added} would be added", added=suggestion.added_text))
        self._removed.setText(tr("{removed} would be taken away", removed=suggestion.removed_text))
        count = suggestion.slices
        self._slices.setText(
            trn("In {count} slice. N leads to the largest.", "In {count} slices. N leads to the largest.", count)
        )


def _keyed(colour: Colour, text: QLabel, hatched: bool) -> QWidget:
    """A text with the colour, and the stripes, that it speaks of."""
    swatch = QLabel()
    swatch.setFixedSize(16, 16)
    rgb = "rgb({}, {}, {})".format(*colour)
    stops = f"stop:0 {rgb}, stop:0.5 {rgb}, stop:0.51 transparent, stop:1 transparent"
    fill = f"qlineargradient(spread:repeat, x1:0, y1:0, x2:0.25, y2:0.25, {stops})" if hatched else rgb
    swatch.setStyleSheet(f"background: {fill}; border: 1px solid {rgb}; border-radius: 2px;")
    made = QWidget()
    row = QHBoxLayout(made)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    row.addWidget(swatch)
    row.addWidget(text, 1)
    return made
