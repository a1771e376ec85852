"""The windows that the user named: other names and numbers for them, or none of them any more."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QDialog, QHBoxLayout, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from medcrypt_gui.core.imaging.volume import Window
from medcrypt_gui.core.imaging.windowing import UserPreset
from medcrypt_gui.core.language import tr
from medcrypt_gui.ui.preferences import Preferences
from medcrypt_gui.ui.widgets.text import button, label

_MODALITY, _NAME, _LEVEL, _WIDTH, _KEY = range(5)


class PresetsDialog(QDialog):
    """Name, level and width are edited in their cells; what is changed holds at once."""

    def __init__(self, preferences: Preferences, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("presetsDialog")
        self.setWindowTitle(tr("Named windows"))
        self.resize(640, 400)
        self._preferences = preferences
        self._tree = QTreeWidget()
        self._tree.setObjectName("presetsTree")
        self._tree.setAccessibleName(tr("Named windows"))
        self._tree.setHeaderLabels([tr("Modality"), tr("Name"), tr("Level"), tr("Width"), tr("Key")])
        self._tree.setRootIsDecorated(False)
        self._tree.setColumnWidth(_NAME, 220)
        for column in (_MODALITY, _LEVEL, _WIDTH):
            self._tree.setColumnWidth(column, 90)
        self._empty = label(tr("No window has a name yet: Window > Name this window."), "muted", "presetsEmpty")
        self._said = label("", "warning", "presetsSaid")
        self._delete = button(tr("Delete"), "presetsDelete")
        self._nine = button(tr("Put under 9"), "presetsNine")
        close = button(tr("Close"), "presetsClose")
        for made in (self._delete, self._nine, close):
            made.setAutoDefault(False)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self._delete)
        buttons.addWidget(self._nine)
        buttons.addStretch(1)
        buttons.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 24)
        layout.setSpacing(12)
        layout.addWidget(label(tr("Double-click a name or a number to change it."), "muted"))
        layout.addWidget(self._tree, 1)
        layout.addWidget(self._empty)
        layout.addWidget(self._said)
        layout.addLayout(buttons)
        self._fill()
        self._tree.itemChanged.connect(self._on_edited)
        self._tree.itemDoubleClicked.connect(self._edit)
        self._delete.clicked.connect(self._on_deleted)
        self._nine.clicked.connect(self._on_put_under_nine)
        close.clicked.connect(self.accept)

    def _fill(self, chosen: int = 0) -> None:
        presets = self._preferences.settings.presets
        self._tree.blockSignals(True)
        self._tree.clear()
        for one in presets:
            numbers = (f"{one.window.level:.6g}", f"{one.window.width:.6g}")
            item = QTreeWidgetItem([one.modality, one.name, *numbers, one.key])
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
            self._tree.addTopLevelItem(item)
        self._tree.setCurrentIndex(self._tree.model().index(min(chosen, len(presets) - 1), _NAME))
        self._tree.blockSignals(False)
        self._empty.setVisible(not presets)
        self._said.setVisible(False)
        for made in (self._delete, self._nine):
            made.setEnabled(bool(presets))

    @Slot(QTreeWidgetItem, int)
    def _edit(self, item: QTreeWidgetItem, column: int) -> None:
        if column in (_NAME, _LEVEL, _WIDTH):
            self._tree.editItem(item, column)

    @Slot(QTreeWidgetItem, int)
    def _on_edited(self, item: QTreeWidgetItem, _column: int) -> None:
        row = self._tree.indexOfTopLevelItem(item)
        before = self._preferences.settings.presets[row]
        try:
            window = Window(_number(item.text(_LEVEL)), _number(item.text(_WIDTH)))
            after = replace(before, name=item.text(_NAME).strip(), window=window)
        except ValueError:
            self._fill(row)
            self._say(tr("A name, a number for the level and one above zero for the width are needed."))
            return
        if any(one != before and (one.modality, one.name) == (after.modality, after.name) for one in self._presets):
            self._fill(row)
            self._say(tr("Another window of this modality has that name."))
            return
        self._preferences.change(presets=tuple(after if n == row else one for n, one in enumerate(self._presets)))
        self._fill(row)

    @property
    def _presets(self) -> tuple[UserPreset, ...]:
        return self._preferences.settings.presets

    @property
    def _row(self) -> int:
        return self._tree.currentIndex().row()

    @Slot()
    def _on_deleted(self) -> None:
        row = self._row
        if row >= 0:
            self._preferences.change(presets=tuple(one for n, one in enumerate(self._presets) if n != row))
            self._fill(row)

    @Slot()
    def _on_put_under_nine(self) -> None:
        """One window of a modality has the key."""
        row = self._row
        if row < 0:
            return
        chosen = self._presets[row]
        self._preferences.change(
            presets=tuple(
                replace(one, key="9" if n == row else "") if one.modality == chosen.modality else one
                for n, one in enumerate(self._presets)
            )
        )
        self._fill(row)

    def _say(self, sentence: str) -> None:
        self._said.setText(sentence)
        self._said.setVisible(True)


def _number(text: str) -> float:
    """A number with a point or a comma. Raises ValueError."""
    return float(text.strip().replace(",", "."))
