"""The question for the password of a ZIP archive."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QDialog, QDialogButtonBox, QLineEdit, QVBoxLayout, QWidget

from medcrypt_gui.core.language import tr
from medcrypt_gui.ui.widgets.text import label


class ArchivePassword(QDialog):
    """Emits ``answered`` once: the password, or None when the user gave up. It is kept nowhere else."""

    answered = Signal(object)

    def __init__(self, archive: Path, wrong: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("archivePassword")
        self.setWindowTitle(tr("Password"))
        heading = label(tr("“{name}” is encrypted", name=archive.name), look="heading", name="archivePasswordTitle")
        text = tr("It is unpacked in memory only; nothing of it is written to the disk.")
        refused = label(
            tr("The password is wrong. Mind capitals and the keyboard layout."),
            look="warning",
            name="archivePasswordWrong",
        )
        refused.setVisible(wrong)
        self._field = QLineEdit()
        self._field.setObjectName("archivePasswordField")
        self._field.setEchoMode(QLineEdit.EchoMode.Password)
        self._field.setPlaceholderText(tr("Password of the archive"))
        self._field.setAccessibleName(tr("Password of the archive"))
        self._field.setMinimumHeight(32)
        self._field.setInputMethodHints(Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhNoPredictiveText)
        show = QCheckBox(tr("Show what I type"))
        show.setObjectName("archivePasswordShow")
        buttons = QDialogButtonBox()
        self._open = buttons.addButton(tr("Open"), QDialogButtonBox.ButtonRole.AcceptRole)
        self._open.setObjectName("archivePasswordOpen")
        self._open.setEnabled(False)
        cancel = buttons.addButton(tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        cancel.setObjectName("archivePasswordCancel")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 24)
        layout.setSpacing(12)
        for widget in (heading, label(text, look="body"), refused, self._field, show, buttons):
            layout.addWidget(widget)
        self.setMinimumWidth(440)
        self._field.textChanged.connect(lambda typed: self._open.setEnabled(bool(typed)))
        show.toggled.connect(self._on_show_toggled)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self.finished.connect(self._on_finished)
        self._field.setFocus()

    def _on_show_toggled(self, shown: bool) -> None:
        self._field.setEchoMode(QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password)

    def _on_finished(self, result: int) -> None:
        password = self._field.text() if result == QDialog.DialogCode.Accepted else None
        self._field.clear()
        self.answered.emit(password)
