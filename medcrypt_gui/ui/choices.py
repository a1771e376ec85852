"""Keeps the window true to what the user chose: keys, theme, presets, and how images are shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialog, QWidget

from medcrypt_gui.core.imaging.windowing import UserPreset, without
from medcrypt_gui.core.language import tr
from medcrypt_gui.ui.actions import Command, show_keys
from medcrypt_gui.ui.bindings import Bindings
from medcrypt_gui.ui.dialogs.keys_dialog import KeysDialog
from medcrypt_gui.ui.dialogs.preset_name import PresetName
from medcrypt_gui.ui.dialogs.presets_dialog import PresetsDialog
from medcrypt_gui.ui.dialogs.shortcut_sheet import ShortcutSheet
from medcrypt_gui.ui.preferences import Preferences
from medcrypt_gui.ui.viewer.keys import VIEW_KEYS
from medcrypt_gui.ui.viewer.viewer_panel import ViewerPanel


class Choices(QObject):
    """Between the settings and the widgets. `bind` comes once the menus are there."""

    said = Signal(str)

    def __init__(self, viewer: ViewerPanel, preferences: Preferences, window: QWidget) -> None:
        super().__init__(window)
        self._viewer, self._window = viewer, window
        self.preferences = preferences
        self._commands: Sequence[Command] = ()
        self._actions: Mapping[str, QAction] = {}
        self.bindings = Bindings(VIEW_KEYS)
        preferences.changed.connect(self._show)
        preferences.said.connect(self.said)
        viewer.user_preset_kept.connect(self.keep_preset)
        self._show()

    def bind(self, commands: Sequence[Command], actions: Mapping[str, QAction]) -> None:
        """Give these commands their keys, now and whenever they change."""
        self._commands, self._actions = commands, actions
        own = (command.bindable for command in commands if not command.view)
        self.bindings = Bindings((*VIEW_KEYS, *own), self.preferences.settings.keys, self)
        self.bindings.changed.connect(self._on_keys_changed)
        self._show_keys()

    def ask_keys(self) -> None:
        self._show_dialog(KeysDialog(self.bindings, self._window))

    def show_sheet(self) -> None:
        self._show_dialog(ShortcutSheet(self.bindings, self._window))

    def ask_preset_name(self) -> None:
        """A name for the window that is shown."""
        state = self._viewer.active_state
        if state.volume is None:
            self.said.emit(tr("Open an image first: its window can then be given a name."))
            return
        dialog = PresetName(state.window, state.modality, self._window)
        dialog.preset_named.connect(self.keep_preset)
        self._show_dialog(dialog)

    def ask_presets(self) -> None:
        self._show_dialog(PresetsDialog(self.preferences, self._window))

    @Slot(object)
    def keep_preset(self, preset: UserPreset) -> None:
        """Another one of that name or key, for the same modality, is replaced."""
        others = without(self.preferences.settings.presets, preset.modality, preset.name, preset.key)
        self.preferences.change(presets=(*others, preset))
        self.said.emit(tr("The window “{name}” was kept.", name=preset.name))

    @Slot()
    def _show(self) -> None:
        settings, viewer = self.preferences.settings, self._viewer
        viewer.commands.user_presets = settings.presets
        if viewer.state.smooth is not settings.smooth:
            viewer.shared.set_smooth(settings.smooth)
        if viewer.state.neurological is not settings.neurological:
            viewer.shared.set_neurological(settings.neurological)

    @Slot()
    def _on_keys_changed(self) -> None:
        self.preferences.change(keys=self.bindings.own)
        self._show_keys()

    def _show_keys(self) -> None:
        show_keys(self._commands, self._actions, self.bindings)
        self._viewer.keys.use(self.bindings.commands)

    def _show_dialog(self, dialog: QDialog) -> None:
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
