"""The menu of windows: the presets of the open series' modality, made anew whenever it opens."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from medcrypt_gui.core.imaging.volume import Window
from medcrypt_gui.core.imaging.windowing import presets_for
from medcrypt_gui.core.language import tr
from medcrypt_gui.ui.choices import Choices
from medcrypt_gui.ui.viewer.viewer_panel import ViewerPanel


class WindowMenu(QObject):
    """Puts the presets above the entries that the menu always has."""

    def __init__(self, menu: QMenu, viewer: ViewerPanel, choices: Choices) -> None:
        super().__init__(menu)
        self._menu, self._viewer, self._choices = menu, viewer, choices
        self._first = menu.actions()[0]
        self._made: list[QAction] = []
        menu.aboutToShow.connect(self._fill)

    def _fill(self) -> None:
        for action in self._made:
            self._menu.removeAction(action)
            action.deleteLater()
        self._made = []
        modality = self._viewer.active_state.modality
        own = [one for one in self._choices.preferences.settings.presets if one.modality == modality]
        if self._viewer.active_state.volume is not None:
            for preset in presets_for(modality):
                self._add(tr(preset.name), preset.window, preset.key)
            for one in own:
                self._add(one.name.replace("&", "&&"), one.window, one.key)
        if self._made:
            self._made.append(self._menu.insertSeparator(self._first))

    def _add(self, name: str, window: Window, key: str) -> None:
        numbers = tr("W {width} L {level}", width=f"{window.width:.5g}", level=f"{window.level:.5g}")
        shown = self._choices.bindings.shown(f"preset_{key}") if key else ""
        action = QAction(f"{name}   {numbers}\t{shown}" if shown else f"{name}   {numbers}", self)
        action.setCheckable(True)
        action.setChecked(self._viewer.active_state.window == window)
        action.triggered.connect(partial(self._viewer.commands.set_window, window))
        self._menu.insertAction(self._first, action)
        self._made.append(action)
