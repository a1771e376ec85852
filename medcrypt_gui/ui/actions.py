"""What a command is: name, text, key, callable; menus and the shortcut sheet are built from the table of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu


@dataclass(frozen=True)
class Command:
    """One entry. ``name`` is the action's object name; ``keys`` are portable key texts, the first one is shown.

    ``checked`` says whether the state that the command changes is on; its entry then carries a tick.
    """

    menu: str
    name: str
    text: str
    keys: tuple[str, ...]
    call: Callable[[], object]
    separator_before: bool = False
    checked: Callable[[], bool] | None = None


def install(window: QMainWindow, commands: Sequence[Command]) -> dict[str, QAction]:
    """Build the menus of ``window``; returns the actions by name. Raises ValueError when two commands share a key."""
    _refuse_shared_keys(commands)
    menus: dict[str, QMenu] = {}
    actions: dict[str, QAction] = {}
    for command in commands:
        menu = menus.get(command.menu)
        if menu is None:
            menu = menus[command.menu] = window.menuBar().addMenu(command.menu)
            menu.setObjectName(f"menu{command.menu.replace('&', '')}")
        if command.separator_before:
            menu.addSeparator()
        action = QAction(command.text, window)
        action.setObjectName(command.name)
        action.setShortcuts([QKeySequence(key) for key in command.keys])
        action.triggered.connect(lambda _checked=False, call=command.call: call())
        if command.checked is not None:
            _tick(action, menu, command.checked)
        menu.addAction(action)
        actions[command.name] = action
    return actions


def _tick(action: QAction, menu: QMenu, checked: Callable[[], bool]) -> None:
    """The state may change by other ways, so it is asked whenever the menu opens, and after the command itself."""

    def refresh() -> None:
        action.setChecked(checked())

    action.setCheckable(True)
    menu.aboutToShow.connect(refresh)
    action.triggered.connect(refresh)
    refresh()


def key_texts(commands: Sequence[Command]) -> list[tuple[str, str]]:
    """(key, text) of every command that has a key, for the shortcut sheet."""
    plain = QKeySequence.SequenceFormat.NativeText
    return [
        (QKeySequence(command.keys[0]).toString(plain), command.text.replace("&", "").rstrip("…"))
        for command in commands
        if command.keys
    ]


def _refuse_shared_keys(commands: Sequence[Command]) -> None:
    seen: dict[str, str] = {}
    for command in commands:
        for key in command.keys:
            if key in seen:
                raise ValueError(f"{command.name} and {seen[key]} share the key {key}")
            seen[key] = command.name
