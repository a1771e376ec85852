"""The commands of the operations on masks, built from the registry: a submenu for each group."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from medcrypt_gui.core.language import mark, tr
from medcrypt_gui.core.operations.base import Operation
from medcrypt_gui.core.operations.registry import all_operations
from medcrypt_gui.core.options import option_hints
from medcrypt_gui.ui.actions import Command

if TYPE_CHECKING:
    from medcrypt_gui.ui.main_window import MainWindow

_EDIT = mark("&Edit")


def operation_commands(window: MainWindow) -> tuple[Command, ...]:
    """What begins at once stands alone, what has something to choose first ends with dots."""
    call = window.flows.operation.call
    return tuple(
        Command(
            f"{_EDIT}/{one.group.value}",
            f"operation_{one.id}",
            _text(one),
            one.keys,
            partial(call, one.id),
        )
        for one in all_operations()
    )


def _text(one: Operation) -> str:
    chooses = not one.previews and option_hints(one.options_type)
    return tr("{operation}…", operation=tr(one.title)) if chooses else tr(one.title)
