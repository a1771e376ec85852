"""What a command is: name, text, key, callable; menus and the shortcut sheet are built from the table of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu


@dataclass(frozen=True)
class Command:
    """One entry. ``name`` is the action's object name; ``keys`` are portable key texts, the first one is shown."""

    menu: str
    name: str
    text: str
    keys: tuple[str, ...]
    call: Callable[[], object]
    separator_before: bool = False


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
        menu.addAction(action)
        actions[command.name] = action
    return actions


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
