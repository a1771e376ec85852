"""The other series of the same head that a command names with ``--with``."""

from __future__ import annotations

import argparse
from pathlib import Path

from medcrypt_gui.cli.choose_series import Choice, pick
from medcrypt_gui.core.errors import UsageError
from medcrypt_gui.core.imaging.series import OpenResult, Series
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.fuse_proposals import companions
from medcrypt_gui.services.open_study import find_series
from medcrypt_gui.services.workbench import Workbench

ALL = "all"
_HELP = (
    "propose from these series of the same head as well: numbers or UIDs that 'info' prints, files, "
    "or 'all' for those that DICOM says lie in the same frame of reference"
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--with", dest="others", nargs="+", default=[], metavar="SERIES", help=_HELP)


def find_others(options: argparse.Namespace, choice: Choice, bench: Workbench, task: TaskContext) -> tuple[Series, ...]:
    """The series named, in the order named, each once.

    Raises `UsageError` for one that is not there, is the chosen one itself, or is known to lie in another frame of
    reference; and for ``all`` where nothing shares the chosen one's.
    """
    if not options.others:
        return ()
    if ALL in options.others:
        found = _all_others(options.model, choice, bench)
    else:
        found = tuple(_named(name, choice, bench, task) for name in options.others)
    for other in found:
        _check(other, choice.series)
    return tuple({other.uid: other for other in found}.values())


def _all_others(model_id: str, choice: Choice, bench: Workbench) -> tuple[Series, ...]:
    segmenter = bench.segmenters().get(model_id)
    found = companions(choice.series, choice.found, segmenter.card) if segmenter else ()
    if segmenter and not found:
        raise UsageError("no other series here is known to share this one's frame of reference; name them")
    return found


def _named(name: str, choice: Choice, bench: Workbench, task: TaskContext) -> Series:
    """A series of the same folder by number or UID, or the only one in another file or folder."""
    if any(name in (str(n), series.uid) for n, series in enumerate(choice.found, 1)) or not Path(name).exists():
        return pick(OpenResult(choice.found), name)
    return pick(find_series([Path(name)], bench.readers, task, bench.archives), None)


def _check(other: Series, chosen: Series) -> None:
    if other.uid == chosen.uid:
        raise UsageError("--with names the chosen series itself; name the others")
    frames = {other.frame_of_reference_uid, chosen.frame_of_reference_uid} - {""}
    if len(frames) > 1:
        raise UsageError(f"series {other.uid} lies in another frame of reference; they cannot be laid over each other")
    if other.protected:
        raise UsageError(f"series {other.uid} is protected; unlock it first")
