"""Which key means which command: the table as it was made, and what the user changed in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QKeySequence

from medcrypt_gui.core.language import tr


@dataclass(frozen=True)
class Bindable:
    """A command that keys can be given to: ``keys`` are portable texts, the first one is shown in menus.

    ``text`` and ``group`` are translated where they are shown.
    """

    name: str
    text: str
    group: str
    keys: tuple[str, ...]

    @property
    def title(self) -> str:
        """What users read, in their language."""
        return tr(self.text).replace("&", "").rstrip("…")


class Bindings(QObject):
    """A key has one command at most. Raises ValueError where the table itself gives a key twice."""

    changed = Signal()

    def __init__(
        self, table: Sequence[Bindable], own: Mapping[str, Sequence[str]] | None = None, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.table = tuple(table)
        self._by_name = {one.name: one for one in self.table}
        first = {one.name: one.keys for one in self.table}
        mapping_of(first)
        own = {name: keys for name, keys in (own or {}).items() if name in first}
        # What the user chose wins over a key that a newer version gave to another command.
        taken: set[str] = set()
        self._keys: dict[str, tuple[str, ...]] = {}
        for name, keys in [*own.items(), *((name, keys) for name, keys in first.items() if name not in own)]:
            usable = dict.fromkeys(map(_portable, keys))  # each once, in their order
            self._keys[name] = tuple(key for key in usable if key and key not in taken)
            taken.update(self._keys[name])

    def keys_of(self, name: str) -> tuple[str, ...]:
        return self._keys[name]

    def shown(self, name: str) -> str:
        """The first key as the system writes it; empty where there is none."""
        return native(self._keys[name][0]) if self._keys[name] else ""

    def holder(self, key: str) -> Bindable | None:
        """The command that has this key."""
        return next((self._by_name[name] for name, keys in self._keys.items() if key in keys), None)

    def give(self, name: str, key: str, further: bool = False) -> None:
        """Make ``key`` the command's only key, or a ``further`` one; whoever had it has it no longer."""
        self._take(key)
        self._keys[name] = (*self._keys[name], key) if further else (key,)
        self.changed.emit()

    def remove_keys(self, name: str) -> None:
        """Leave the command without a key."""
        self._keys[name] = ()
        self.changed.emit()

    def reset(self, name: str) -> None:
        """Give the command its first keys back, whoever has them now."""
        for key in self._by_name[name].keys:
            self._take(key)
        self._keys[name] = self._by_name[name].keys
        self.changed.emit()

    def reset_all(self) -> None:
        """Every command has the keys it had at first."""
        self._keys = {one.name: one.keys for one in self.table}
        self.changed.emit()

    @property
    def own(self) -> dict[str, tuple[str, ...]]:
        """The keys of those commands whose keys are not those of the table."""
        return {one.name: self._keys[one.name] for one in self.table if self._keys[one.name] != one.keys}

    @property
    def commands(self) -> dict[str, str]:
        """Key to command."""
        return mapping_of(self._keys)

    def _take(self, key: str) -> None:
        for name, keys in self._keys.items():
            self._keys[name] = tuple(other for other in keys if other != key)


def mapping_of(keys: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Key to command. Raises ValueError when two commands share a key."""
    found: dict[str, str] = {}
    for name, texts in keys.items():
        for key in texts:
            if key in found:
                raise ValueError(f"{name} and {found[key]} share the key {key}")
            found[key] = name
    return found


def native(key: str) -> str:
    """A portable key text as the system writes it."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)


def _portable(key: str) -> str:
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.PortableText)
