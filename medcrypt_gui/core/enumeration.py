"""Several words as one phrase, in the user's language."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce

from medcrypt_gui.core.language import tr


def all_of(words: Iterable[str]) -> str:
    """As "a and b and c"; the words themselves are taken as they are. Raises `TypeError` where there is none."""
    return reduce(lambda first, second: tr("{first} and {second}", first=first, second=second), words)


def any_of(words: Iterable[str]) -> str:
    """As "a or b or c"; the words themselves are taken as they are. Raises `TypeError` where there is none."""
    return reduce(lambda first, second: tr("{first} or {second}", first=first, second=second), words)
