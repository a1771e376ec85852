"""All mask tools: every module of this package but ``base`` and ``registry`` is one and offers it as ``TOOL``."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from types import ModuleType
from typing import cast

import medcrypt_gui.core.tools as package
from medcrypt_gui.core.tools.base import Tool

_NOT_TOOLS = {"base", "registry"}


def discover(where: ModuleType) -> tuple[Tool, ...]:
    """The tools of a package, by title. Raises RuntimeError when there are none or two share an id or a key."""
    names = sorted(module.name for module in pkgutil.iter_modules(where.__path__) if module.name not in _NOT_TOOLS)
    tools = [cast(Tool, importlib.import_module(f"{where.__name__}.{name}").TOOL) for name in names]
    if not tools:
        raise RuntimeError(f"no tools found in {where.__name__}: the build is incomplete")
    for attribute in ("id", "shortcut"):
        values = [getattr(tool, attribute) for tool in tools]
        if len(set(values)) != len(values):
            raise RuntimeError(f"two tools share the same {attribute}: {values}")
    return tuple(sorted(tools, key=lambda tool: tool.title))


@cache
def all_tools() -> tuple[Tool, ...]:
    """The tools this build has, by title."""
    return discover(package)


def tool(tool_id: str) -> Tool:
    """The tool of that id. Raises KeyError when there is none."""
    return {one.id: one for one in all_tools()}[tool_id]
