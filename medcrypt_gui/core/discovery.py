"""Packages in which every module is one thing of a kind: a tool, an operation."""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType
from typing import Any


def discover(where: ModuleType, attribute: str, apart: frozenset[str]) -> tuple[Any, ...]:
    """What every module of the package offers as ``attribute``, modules named in ``apart`` left out.

    Raises RuntimeError when there are none or two share an id: a registry that silently finds nothing is how frozen
    builds break.
    """
    names = sorted(module.name for module in pkgutil.iter_modules(where.__path__) if module.name not in apart)
    found = [getattr(importlib.import_module(f"{where.__name__}.{name}"), attribute) for name in names]
    if not found:
        raise RuntimeError(f"nothing found in {where.__name__}: the build is incomplete")
    ids = [one.id for one in found]
    if len(set(ids)) != len(ids):
        raise RuntimeError(f"two in {where.__name__} share the same id: {ids}")
    return tuple(found)
