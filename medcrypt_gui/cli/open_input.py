"""Opening what a command was given: files, folders, and archives with their password."""

from __future__ import annotations

import argparse
from pathlib import Path

from medcrypt_gui.cli.secrets import archive_password
from medcrypt_gui.core.errors import ArchiveLockedError, WrongArchivePasswordError
from medcrypt_gui.core.imaging.series import OpenResult
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.open_study import find_series
from medcrypt_gui.services.workbench import Workbench

_TRIES = 3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--password-file", type=Path, metavar="F", help="its first line is the password of a ZIP file")


def open_input(path: Path, options: argparse.Namespace, bench: Workbench, task: TaskContext) -> OpenResult:
    """The series in ``path``; for an encrypted archive the password comes from its file, or is asked for.

    Raises what `find_series` does, and `UsageError` where nobody can be asked.
    """
    passwords: dict[Path, str] = {}
    for tried in range(_TRIES + 1):
        try:
            return find_series([path], bench.readers, task, bench.archives, passwords)
        except ArchiveLockedError as error:
            wrong = isinstance(error, WrongArchivePasswordError)
            if wrong and (options.password_file is not None or tried == _TRIES):
                raise
            passwords[path.absolute()] = archive_password(options.password_file, again=wrong)
    raise AssertionError("unreachable")
