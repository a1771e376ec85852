"""All operations on masks: every module here offers one as ``OPERATION``, but for what they build upon."""

from __future__ import annotations

from functools import cache

import medcrypt_gui.core.operations as package
from medcrypt_gui.core.discovery import discover
from medcrypt_gui.core.operations.base import Group, Operation

_NOT_OPERATIONS = frozenset({"base", "registry", "copy_slice"})


@cache
def all_operations() -> tuple[Operation, ...]:
    """The operations this build has, by group and title."""
    found: tuple[Operation, ...] = discover(package, "OPERATION", _NOT_OPERATIONS)
    return tuple(sorted(found, key=lambda one: (list(Group).index(one.group), one.title)))


def operation(operation_id: str) -> Operation:
    """The operation of that id. Raises KeyError when there is none."""
    return {one.id: one for one in all_operations()}[operation_id]
