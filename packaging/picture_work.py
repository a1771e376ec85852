"""Unsaved work for the pictures: kept in their own folder, with a key of their own."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from medcrypt_gui.adapters.journal_files import JournalFiles


class OwnKey:
    """The port `KeySource`: the user's keyring is left alone."""

    def ask(self, known: Callable[[], None]) -> None:
        known()

    def secret(self) -> bytes:
        return bytes(32)


def own_journals(work: Path) -> JournalFiles:
    """The folder of journals for the window that is pictured."""
    return JournalFiles(_folder(work), OwnKey())


def as_if_killed(work: Path) -> bool:
    """Leave what the window has kept until now as a killed one would; False while it has kept nothing."""
    kept = next(_folder(work).glob("*.work"), None)
    if kept is not None:
        shutil.copyfile(kept, _folder(work) / "killed-1.work")
    return kept is not None


def _folder(work: Path) -> Path:
    return work / "journal"
