"""The buttons of the surface view: from which side to look, and how the skin is shown."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from medcrypt_gui.core.imaging.camera import Side
from medcrypt_gui.core.language import mark, tr
from medcrypt_gui.ui.viewer.pictures import NOT_IN_PICTURES

_BUTTON, _GAP = 26, 4  # pixels
_SKIN_PIXELS = 100  # what the last button is reckoned to take
_LETTERS = {Side.FRONT: "A", Side.BACK: "P", Side.LEFT: "L", Side.RIGHT: "R", Side.TOP: "S", Side.BOTTOM: "I"}
_AXES = {Side.FRONT: "−y", Side.BACK: "+y", Side.LEFT: "+x", Side.RIGHT: "−x", Side.TOP: "+z", Side.BOTTOM: "−z"}
_STYLE = """
QToolButton { background: rgba(23, 29, 35, 200); color: #d8dfe5; border: 1px solid #323c46; border-radius: 4px;
    padding: 0 4px; font-size: 12px; }
QToolButton:hover, QToolButton:focus { border-color: #3cb4ac; color: #ffffff; }
QToolButton::menu-indicator { image: none; }
"""


class SkinLook(Enum):
    """The value is what users read."""

    NONE = mark("No skin")
    VEIL = mark("Skin see-through over the mask")
    SOLID = mark("Skin solid")


_SHORT = {SkinLook.NONE: mark("Skin: off"), SkinLook.VEIL: mark("Skin: veil"), SkinLook.SOLID: mark("Skin: solid")}


class SurfaceControls(QWidget):
    """One row. It reports wishes; the view acts on them."""

    side_chosen = Signal(object)  # a Side
    skin_chosen = Signal(object)  # a SkinLook

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("surfaceControls")
        self.setProperty(NOT_IN_PICTURES, True)
        self.setStyleSheet(_STYLE)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(_GAP)
        self._sides = {side: self._side_button(side) for side in Side}
        for button in self._sides.values():
            row.addWidget(button)
        row.addSpacing(6)
        self._skin = self._skin_button()
        row.addWidget(self._skin)
        self.show_oriented(True)
        self.adjustSize()

    def show_oriented(self, oriented: bool) -> None:
        """Name the sides of the patient, or the axes of the scanner where the file does not say how it lay."""
        for side, button in self._sides.items():
            button.setText(_LETTERS[side] if oriented else _AXES[side])

    def show_skin(self, look: SkinLook) -> None:
        """The way of showing the skin that is in use; announces nothing."""
        self._skin.setText(tr(_SHORT[look]))
        self._looks[look].setChecked(True)
        self.adjustSize()

    def fit(self, width: int) -> None:
        """Leave the sides out where there is no room for them: the arrow keys and the mouse still turn."""
        roomy = width >= len(self._sides) * (_BUTTON + _GAP) + _SKIN_PIXELS
        for button in self._sides.values():
            button.setVisible(roomy)
        self.adjustSize()

    def _side_button(self, side: Side) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(f"surfaceFrom{side.name.title()}")
        button.setFixedSize(_BUTTON, _BUTTON)
        button.setToolTip(tr(side.value))
        button.setAccessibleName(tr(side.value))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda: self.side_chosen.emit(side))
        return button

    def _skin_button(self) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName("surfaceSkin")
        button.setFixedHeight(_BUTTON)
        button.setToolTip(tr("How the skin is shown"))
        button.setAccessibleName(tr("How the skin is shown"))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(button)
        group = QActionGroup(menu)
        self._looks = {}
        for look in SkinLook:
            action = menu.addAction(tr(look.value))
            action.setObjectName(f"skin{look.name.title()}Action")
            action.setCheckable(True)
            action.triggered.connect(lambda _checked=False, look=look: self.skin_chosen.emit(look))
            group.addAction(action)
            self._looks[look] = action
        button.setMenu(menu)
        return button
