"""Open a study of a worklist: its series, found again where it was."""

from __future__ import annotations

from collections.abc import Sequence

from medcrypt_gui.core.errors import NothingFoundError
from medcrypt_gui.core.imaging.series import Series
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.ports import SeriesReader
from medcrypt_gui.core.review.series_ref import SeriesRef
from medcrypt_gui.core.review.worklist import WorklistEntry
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.open_study import find_series


def open_entry(entry: WorklistEntry, readers: Sequence[SeriesReader], task: TaskContext) -> Series:
    """The series of the entry, from its headers.

    Raises `NothingFoundError` where another series lies there now, `UnreadableFileError`, `Cancelled`.
    """
    result = find_series([entry.opens], readers, task)
    for series in result.series:
        if SeriesRef.of(series) == entry.ref:
            return series
    for failed in result.unreadable:
        if failed.path.absolute() == entry.ref.path:
            raise failed.reason
    raise NothingFoundError(tr("the study is no longer where it was"), path=entry.ref.path)
