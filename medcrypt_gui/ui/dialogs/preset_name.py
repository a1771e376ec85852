"""A name for the window that is shown."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from medcrypt_gui.core.imaging.volume import Window
from medcrypt_gui.core.imaging.windowing import UserPreset
from medcrypt_gui.core.language import tr
from medcrypt_gui.ui.widgets.text import button, label


class PresetName(QDialog):
    """Kept for series of ``modality``; under the key 9 where that is wished."""

    preset_named = Signal(object)  # a UserPreset

    def __init__(self, window: Window, modality: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("presetName")
        self.setWindowTitle(tr("Name this window"))
        self._shown, self._modality = window, modality
        numbers = tr("W {width} L {level}", width=f"{window.width:.5g}", level=f"{window.level:.5g}")
        of_what = tr("{window}, for {modality}", window=numbers, modality=modality) if modality else numbers
        self._name = QLineEdit()
        self._name.setObjectName("presetNameField")
        self._name.setAccessibleName(tr("Name"))
        self._name.setPlaceholderText(tr("Name"))
        self._name.setMaxLength(40)
        self._under_nine = QCheckBox(tr("As my own window, under the key 9"))
        self._under_nine.setObjectName("presetUnderNine")
        self._keep = button(tr("Keep"), "presetKeep", "primary")
        cancel = button(tr("Cancel"), "presetCancel")
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(cancel)
        buttons.addWidget(self._keep)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 24)
        layout.setSpacing(12)
        layout.addWidget(label(of_what, "heading", "presetWindow"))
        layout.addWidget(self._name)
        layout.addWidget(self._under_nine)
        layout.addLayout(buttons)
        self.setMinimumWidth(360)
        self._keep.setDefault(True)
        cancel.clicked.connect(self.reject)
        self._keep.clicked.connect(self._on_kept)
        self._name.textChanged.connect(self._refresh)
        self._refresh()
        self._name.setFocus()

    @Slot()
    def _refresh(self) -> None:
        named = bool(self._name.text().strip())
        self._keep.setEnabled(named)
        self._keep.setToolTip("" if named else tr("Enter a name first"))

    @Slot()
    def _on_kept(self) -> None:
        key = "9" if self._under_nine.isChecked() else ""
        self.preset_named.emit(UserPreset(self._modality, self._name.text().strip(), self._shown, key))
        self.accept()
