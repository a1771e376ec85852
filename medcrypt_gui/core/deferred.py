"""Something that is made when it is first used, so that what it imports costs no start-up time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, Generic, TypeVar, cast

T = TypeVar("T")


def deferred(make: Callable[[], T]) -> T:
    """A stand-in for what ``make`` returns, which is called once, in the thread that first asks it for anything."""
    return cast(T, _Deferred(make))


def make_now(*stand_ins: object) -> None:
    """Make what these stand for, unless they are made already; other objects are left alone."""
    for one in stand_ins:
        if isinstance(one, _Deferred):
            one._made()


class _Deferred(Generic[T]):
    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._object: list[T] = []

    def _made(self) -> T:
        with self._lock:
            if not self._object:
                self._object.append(self._make())
        return self._object[0]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._made(), name)
