"""What a command is: name, text, key, callable; menus, the table of keys and the sheet of keys are built from them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from medcrypt_gui.core.language import tr
from medcrypt_gui.ui.bindings import Bindable, Bindings


@dataclass(frozen=True)
class Command:
    """One entry. ``name`` is the action's object name; ``keys`` are portable key texts, the first one is shown.

    ``menu`` is the menu's title, or the titles of menu and submenu with a stroke between them. ``view`` names the
    command of the views whose key is shown instead of an own one. ``checked`` tells whether the entry has a check mark;
    ``repeats`` is False where a key that is held down must not do it again and again.
    """

    menu: str
    name: str
    text: str
    keys: tuple[str, ...]
    call: Callable[[], object]
    separator_before: bool = False
    view: str = ""
    checked: Callable[[], bool] | None = None
    repeats: bool = True

    @property
    def bindable(self) -> Bindable:
        return Bindable(self.name, self.text, self.menu.split("/")[0], self.keys)


def install(window: QMainWindow, commands: Sequence[Command]) -> dict[str, QAction]:
    """Build the menus of ``window``; returns the actions by name. `show_keys` gives them their keys."""
    menus: dict[str, QMenu] = {}
    actions: dict[str, QAction] = {}
    for command in commands:
        menu = _menu(window, command.menu, menus)
        if command.separator_before:
            menu.addSeparator()
        action = QAction(tr(command.text), window)
        action.setObjectName(command.name)
        action.setAutoRepeat(command.repeats)
        action.triggered.connect(lambda _checked=False, call=command.call: call())
        if command.checked is not None:
            _keep_checked(action, menu, command.checked)
        menu.addAction(action)
        actions[command.name] = action
    return actions


def show_keys(commands: Sequence[Command], actions: Mapping[str, QAction], bindings: Bindings) -> None:
    """Give the actions the keys that they have now, and write those of the views beside their texts."""
    for command in commands:
        action = actions[command.name]
        if command.view:
            key = bindings.shown(command.view)
            # No shortcut of the action: the key is that of the views, and works there only.
            action.setText(f"{tr(command.text)}\t{key}" if key else tr(command.text))
        else:
            action.setShortcuts([QKeySequence(key) for key in bindings.keys_of(command.name)])


def _menu(window: QMainWindow, path: str, menus: dict[str, QMenu]) -> QMenu:
    if path not in menus:
        parent, _, title = path.rpartition("/")
        made = (_menu(window, parent, menus) if parent else window.menuBar()).addMenu(tr(title))
        made.setObjectName(f"menu{title.replace('&', '')}")
        menus[path] = made
    return menus[path]


def _keep_checked(action: QAction, menu: QMenu, checked: Callable[[], bool]) -> None:
    action.setCheckable(True)
    menu.aboutToShow.connect(lambda: action.setChecked(checked()))
    # Qt turns the mark when the entry is chosen, whether or not that changed anything.
    action.triggered.connect(lambda: action.setChecked(checked()))
    action.setChecked(checked())
