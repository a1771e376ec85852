"""What the user chose, at hand for the window: read once, changed in one place, written at every change."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from medcrypt_gui.core.errors import WriteError
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.ports import SettingsStore
from medcrypt_gui.core.settings import Settings


class Preferences(QObject):
    """The settings in force. A place that cannot be written to only means that they end with the program."""

    changed = Signal()
    said = Signal(str)

    def __init__(self, store: SettingsStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._found = store.read()
        self.settings: Settings = self._found.settings

    @property
    def warning(self) -> str:
        """What to say about the kept settings at the start; empty when all is well."""
        if not self._found.unusable:
            return ""
        if self._found.set_aside is None:
            return tr("The settings could not be read. Everything is as at first.")
        return tr(
            "The settings were damaged or of another version. Everything is as at first; the file was kept as {path}.",
            path=self._found.set_aside,
        )

    def change(self, **fields: Any) -> None:
        """Change these fields of `Settings`, keep them, and tell everybody."""
        settings = replace(self.settings, **fields)
        if settings == self.settings:
            return
        self.settings = settings
        try:
            self._store.write(settings)
        except WriteError:
            self.said.emit(tr("The settings could not be saved; they hold until MedCrypt is closed."))
        self.changed.emit()
