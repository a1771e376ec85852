"""All mask tools: every module of this package is one and offers it as ``TOOL``, but for what they build upon."""

from __future__ import annotations

from functools import cache
from types import ModuleType

import medcrypt_gui.core.tools as package
from medcrypt_gui.core import discovery
from medcrypt_gui.core.tools.base import Tool

_NOT_TOOLS = frozenset({"base", "registry", "mask_drawing", "outline", "round_stroke"})


def discover(where: ModuleType) -> tuple[Tool, ...]:
    """The tools of a package, by title. Raises RuntimeError when there are none or two share an id or a key."""
    tools: tuple[Tool, ...] = discovery.discover(where, "TOOL", _NOT_TOOLS)
    keys = [tool.shortcut for tool in tools if tool.shortcut]
    if len(set(keys)) != len(keys):
        raise RuntimeError(f"two tools share the same shortcut: {keys}")
    return tuple(sorted(tools, key=lambda tool: tool.title))


@cache
def all_tools() -> tuple[Tool, ...]:
    """The tools this build has, by title."""
    return discover(package)


def tool(tool_id: str) -> Tool:
    """The tool of that id. Raises KeyError when there is none."""
    return {one.id: one for one in all_tools()}[tool_id]
