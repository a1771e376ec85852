"""Verify: see whether a protected set is intact and whole, without writing anything."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from medcrypt_gui.core import age
from medcrypt_gui.core.errors import PartialResultError
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.protect.instance import OpenedInstance
from medcrypt_gui.core.protect.opened_members import call_the_roll
from medcrypt_gui.core.protect.protected_files import find_protected, open_set
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.restore_study import inspect_protected


@dataclass(frozen=True)
class VerifyReport:
    """What can be said of a set.

    With a key (``verified``) every tag was found right and every original can be restored to its SHA-256. Without one
    only the structure was looked at: ``complete`` is what the files say of themselves, and nothing is known about
    damage.
    """

    verified: bool
    complete: bool
    files: tuple[Path, ...]
    missing: tuple[str, ...] = ()
    strays: tuple[Path, ...] = ()
    duplicates: tuple[Path, ...] = ()

    def raise_if_incomplete(self) -> None:
        """Raise `PartialResultError` if something is known to be missing."""
        if not self.complete:
            done = tuple(str(path) for path in self.files)
            raise PartialResultError(tr("some protected files are missing"), done=done, missing=self.missing)


def verify(paths: Sequence[Path], identities: Sequence[age.Identity], task: TaskContext) -> VerifyReport:
    """Check every tag and restore every original in memory.

    Raises `NotProtectedError`, `WrongKeyError`, `Cancelled`, and `IntegrityError` for the first damaged file.
    """
    opened = open_set(find_protected(paths), identities)
    roll = call_the_roll(opened, _restorable, task, tr("Verifying"))
    files = tuple(member.path for member in roll.members)
    return VerifyReport(True, not roll.missing, files, roll.missing, opened.strays, roll.duplicates)


def verify_without_key(paths: Iterable[Path]) -> tuple[VerifyReport, ...]:
    """What the structure of the files tells, for each set; nothing of it is verified.

    Raises `NotProtectedError`, `UnreadableFileError` or `IntegrityError` where not even the structure is right.
    """
    reports = []
    for study in inspect_protected(paths):
        reports.append(VerifyReport(False, not study.missing, study.files, study.missing))
    return tuple(reports)


def _restorable(instance: OpenedInstance, _: Path) -> None:
    """Raise `IntegrityError` unless the original comes out with its SHA-256."""
    instance.original_pieces()
