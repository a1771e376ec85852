"""Reading the entries of a model card so that whatever is wrong is named by its field."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from medcrypt_gui.core.language import mark, tr

_MISSING = object()
_LONGEST_TEXT = 4000
_PLAIN = re.compile(r"[^\x00-\x08\x0b-\x1f\x7f]*")  # no character that could command a terminal


class CardError(ValueError):
    """An entry of a card is missing, unknown or wrong; the message begins with the field's name."""


class Entries:
    """One table of a card.

    Each method returns the entry of that name or raises `CardError`; `close` refuses entries that nobody asked for,
    which are most often misspelt names.
    """

    def __init__(self, table: Mapping[str, object], prefix: str = "") -> None:
        self._table = table
        self._prefix = prefix
        self._asked: set[str] = set()

    def name(self, key: str) -> str:
        """The field's full name, such as ``intensity.low_percentile``."""
        return f"{self._prefix}.{key}" if self._prefix else key

    def has(self, key: str) -> bool:
        self._asked.add(key)
        return key in self._table

    def text(self, key: str, *, pattern: str = r"(?s).*\S.*", meaning: str = mark("text that is not empty")) -> str:
        """A text that matches ``pattern`` wholly; ``meaning`` says in words what that is."""
        value = self._take(key)
        if not (isinstance(value, str) and len(value) <= _LONGEST_TEXT and _PLAIN.fullmatch(value)):
            raise CardError(tr("{name} must be {meaning}", name=self.name(key), meaning=tr(meaning)))
        if not re.fullmatch(pattern, value):
            raise CardError(tr("{name} must be {meaning}", name=self.name(key), meaning=tr(meaning)))
        return value

    def texts(self, key: str, *, pattern: str = r"(?s).*\S.*", meaning: str = mark("text")) -> tuple[str, ...]:
        """A list of at least one text."""
        value = self._take(key)
        if not isinstance(value, list) or not value:
            raise CardError(
                tr("{name} must be a list of {meaning}, at least one", name=self.name(key), meaning=tr(meaning))
            )
        items = Entries({str(number): item for number, item in enumerate(value)}, self.name(key))
        return tuple(items.text(str(number), pattern=pattern, meaning=meaning) for number in range(len(value)))

    def number(self, key: str, low: float, high: float) -> float:
        """A finite number with ``low <= number <= high``."""
        value = self._take(key)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
            raise CardError(
                tr("{name} must be a number from {low:g} to {high:g}", name=self.name(key), low=low, high=high)
            )
        return float(value)

    def numbers(self, key: str) -> tuple[float, ...]:
        """A list of at least one finite number."""
        value = self._take(key)
        fits = isinstance(value, list) and value and all(_is_finite(item) for item in value)
        if not fits or not isinstance(value, list):
            raise CardError(tr("{name} must be a list of numbers, at least one", name=self.name(key)))
        return tuple(float(item) for item in value)

    def whole_numbers(self, key: str, count: int, low: int, high: int) -> tuple[int, ...]:
        """A list of ``count`` whole numbers with ``low <= number <= high``."""
        value = self._take(key)
        if not isinstance(value, list) or len(value) != count or not all(_is_whole(n, low, high) for n in value):
            raise CardError(
                tr(
                    "{name} must be {count} whole numbers from {low} to {high}",
                    name=self.name(key),
                    count=count,
                    low=low,
                    high=high,
                )
            )
        return tuple(value)

    def table(self, key: str) -> Entries:
        value = self._take(key)
        if not isinstance(value, dict):
            raise CardError(tr("{name} must be a table: [{name}]", name=self.name(key)))
        return Entries(value, self.name(key))

    def tables(self, key: str) -> list[Entries]:
        """A list of tables, which may be empty."""
        value = self._take(key)
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise CardError(tr("{name} must be a list of tables: [[{name}]]", name=self.name(key)))
        return [Entries(item, f"{self.name(key)}.{number}") for number, item in enumerate(value)]

    def close(self) -> None:
        """Raise `CardError` if the table holds an entry that was not asked for."""
        unknown = sorted(set(self._table) - self._asked)
        if unknown:
            known = ", ".join(sorted(self._asked))
            raise CardError(tr("{name} is not known here; known are: {known}", name=self.name(unknown[0]), known=known))

    def _take(self, key: str) -> object:
        self._asked.add(key)
        value = self._table.get(key, _MISSING)
        if value is _MISSING:
            raise CardError(tr("{name} is missing", name=self.name(key)))
        return value


def _is_finite(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _is_whole(value: object, low: int, high: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
