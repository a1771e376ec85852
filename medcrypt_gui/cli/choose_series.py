"""Opening what a command was given, and settling on one series."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

from medcrypt_gui.cli import open_input
from medcrypt_gui.cli.console import Console
from medcrypt_gui.core.errors import SeveralSeriesError, UsageError
from medcrypt_gui.core.imaging.series import OpenResult, Series
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.workbench import Workbench


@dataclass(frozen=True)
class Choice:
    """The series to work on, and whether files had to be left out to get it; ``found`` are all that were there."""

    series: Series
    left_out: tuple[str, ...]
    found: tuple[Series, ...] = ()


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--series", metavar="N|UID", help="the series, by the number 'info' prints or its UID")
    open_input.add_arguments(parser)
    parser.add_argument("--skip-unreadable", action="store_true", help="go on without unreadable files (exit 7)")


def choose_series(
    path: Path, options: argparse.Namespace, bench: Workbench, console: Console, task: TaskContext
) -> Choice:
    """One series under ``path``.

    Raises `SeveralSeriesError` when there are several and none was named, `UsageError` when the named one is not there,
    and the reason of the first unreadable file unless ``--skip-unreadable`` was given.
    """
    result = open_input.open_input(path, options, bench, task)
    if result.unreadable and not options.skip_unreadable:
        raise result.unreadable[0].reason
    if result.unreadable and not result.series:
        raise result.unreadable[0].reason
    for entry in result.unreadable:
        console.note(f"left out {entry.path.name}: {entry.reason.detail}")
    series = pick(result, options.series)
    for note in series.notes:
        console.note(f"note: {note}")
    return Choice(series, tuple(entry.path.name for entry in result.unreadable), result.series)


def pick(result: OpenResult, wanted: str | None) -> Series:
    """The series named by number (from 1) or UID, or the only one."""
    if wanted is None:
        if len(result.series) > 1:
            raise SeveralSeriesError(tuple(describe(n, s) for n, s in enumerate(result.series, start=1)))
        return result.series[0]
    matches = [s for n, s in enumerate(result.series, start=1) if wanted in (str(n), s.uid)]
    if not matches:
        raise UsageError(f"there is no series {wanted!r} here; 'medcrypt info' lists them")
    return matches[0]


def describe(number: int, series: Series) -> str:
    """One line on a series: number, kind, size, description, UID."""
    z, y, x = series.geometry.shape
    sx, sy, sz = series.geometry.spacing_mm
    kind = series.modality or series.format.value
    lock = ", protected" if series.protected else ""
    text = f'{number}  {kind}  {x} x {y} x {z}  {sx:.2f} x {sy:.2f} x {sz:.2f} mm{lock}  "{series.description}"'
    return f"{text}  {series.uid}"
