"""The colour of a label: a swatch that offers colours which eyes of every kind tell apart, and any other."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QColorDialog, QMenu, QToolButton, QWidget

from medcrypt_gui.core.imaging.label_look import Colour
from medcrypt_gui.core.language import mark, tr
from medcrypt_gui.core.mask.labels import COLOURS

_SIDE = 16
_NAMES = (
    mark("Orange"), mark("Sky blue"), mark("Bluish green"), mark("Yellow"),
    mark("Reddish purple"), mark("Blue"), mark("Vermilion"), mark("Grey"),
)  # fmt: skip


class LabelColour(QToolButton):
    """Reports the colour that was chosen, and shows the one it is given."""

    colour_chosen = Signal(object)  # a Colour

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setProperty("look", "row")
        self.setIconSize(QSize(_SIDE, _SIDE))
        self.setToolTip(tr("Colour of the label"))
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._colour: Colour = COLOURS[0]
        menu = QMenu(self)
        for number, (colour, words) in enumerate(zip(COLOURS, _NAMES, strict=True)):
            action = menu.addAction(_swatch(colour), tr(words))
            action.setObjectName(f"{name}_{number}")
            action.triggered.connect(lambda _checked=False, colour=colour: self.colour_chosen.emit(colour))
        menu.addSeparator()
        other = menu.addAction(tr("Another colour…"))
        other.setObjectName(f"{name}_other")
        other.triggered.connect(self._ask)
        self.setMenu(menu)

    def show_colour(self, colour: Colour, label: str) -> None:
        """Show this one, as the colour of the label of that name."""
        self._colour = colour
        self.setIcon(_swatch(colour))
        self.setAccessibleName(tr("Colour of {label}", label=label))

    def _ask(self) -> None:
        chosen = QColorDialog.getColor(QColor(*self._colour), self, tr("Colour of the label"))
        if chosen.isValid():
            self.colour_chosen.emit((chosen.red(), chosen.green(), chosen.blue()))


def _swatch(colour: Colour) -> QIcon:
    """A square with a rim, so that it is seen on every ground."""
    pixmap = QPixmap(2 * _SIDE, 2 * _SIDE)
    pixmap.setDevicePixelRatio(2)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QColor(128, 128, 128))
    painter.setBrush(QColor(*colour))
    painter.drawRoundedRect(QRectF(1, 1, _SIDE - 2, _SIDE - 2), 3, 3)
    painter.end()
    return QIcon(pixmap)
