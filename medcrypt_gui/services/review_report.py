"""The report of a review: a table (CSV) or a document with a picture per study (PDF)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from medcrypt_gui.core.review.worklist import Worklist
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.workbench import Workbench

SUFFIXES = (".pdf", ".csv")


def write_report(
    worklist: Worklist,
    path: Path,
    bench: Workbench,
    task: TaskContext,
    *,
    with_names: bool = False,
    force: bool = False,
    made: datetime | None = None,
) -> None:
    """Write the report of all studies of the worklist, as its suffix says.

    ``with_names`` puts the patients' names in. A study that cannot be read is in the report with the reason. Raises
    `UsageError` for another suffix, `WriteError` and its kinds, `Cancelled`.
    """
    raise NotImplementedError
