"""Make a worklist of folders, files and lists of paths; and read one again with what was decided since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from medcrypt_gui.core.imaging.series import Skipped, Unreadable
from medcrypt_gui.core.ports import ReviewStore, SeriesReader
from medcrypt_gui.core.review.worklist import Worklist
from medcrypt_gui.core.task import TaskContext


@dataclass(frozen=True)
class MaskRule:
    """Which files are masks that came with the studies.

    The mask of ``A.nii.gz`` is ``A`` + ``suffix`` with the same or another ending, in the same folder (such as
    ``_brainmask``); empty for none. Files whose name ends with one of ``passed_over`` before the ending are no studies.
    """

    suffix: str = ""
    passed_over: tuple[str, ...] = ()


@dataclass(frozen=True)
class BuiltWorklist:
    """The worklist, and what was not taken into it, with reasons."""

    worklist: Worklist
    unreadable: tuple[Unreadable, ...] = ()
    skipped: tuple[Skipped, ...] = ()


def build_worklist(
    paths: Sequence[Path],
    readers: Sequence[SeriesReader],
    store: ReviewStore,
    task: TaskContext,
    rule: MaskRule = MaskRule(),
    name: str = "",
) -> BuiltWorklist:
    """One entry per series in folders (recursive), files, and lists (``.csv``, ``.txt``: a path a line), in that order.

    Headers alone are read, and what was decided before. Series that are protected, only plan others, or lie in archives
    are passed over. Raises `NothingFoundError` where no study is left, `Cancelled`.
    """
    raise NotImplementedError


def refresh(worklist: Worklist, store: ReviewStore, task: TaskContext) -> Worklist:
    """The same studies with what was decided about them by now; a study whose file is gone says so in its notes.

    For a worklist that was opened, whose records are empty. Raises `Cancelled`.
    """
    raise NotImplementedError
