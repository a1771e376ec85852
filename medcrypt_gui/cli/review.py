"""``medcrypt review PATH...``: where the masks of many studies stand, as a table and as a report."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from medcrypt_gui.cli.console import Console
from medcrypt_gui.core.errors import UsageError
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.review.file_names import WORKLIST_SUFFIX
from medcrypt_gui.core.review.mask_rule import MaskRule
from medcrypt_gui.core.review.report import time_text
from medcrypt_gui.core.review.worklist import Worklist, WorklistItem
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.build_worklist import BuiltWorklist, build_worklist, refresh
from medcrypt_gui.services.review_report import check_report_path, write_report
from medcrypt_gui.services.workbench import Workbench

NAME = "review"
HELP = "list where the review of many masks stands, and write its report"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "paths",
        type=Path,
        nargs="+",
        metavar="PATH",
        help=f"folders, studies, lists (.csv, .txt), or a *{WORKLIST_SUFFIX}",
    )
    parser.add_argument(
        "--mask-suffix", default="", metavar="S", help="masks that came along: A_S.nii.gz beside A.nii.gz"
    )
    parser.add_argument("--pass-over", action="append", default=[], metavar="S", help="names ending so are no studies")
    parser.add_argument("--report", type=Path, metavar="FILE.pdf|.csv", help="write the report")
    parser.add_argument("--names", action="store_true", help="put the patients' names into the report")
    parser.add_argument("--save", type=Path, metavar=f"NAME{WORKLIST_SUFFIX}", help="save the worklist")
    parser.add_argument("--force", action="store_true", help="replace files of the same name")


def run(options: argparse.Namespace, bench: Workbench, console: Console) -> int:
    """Exit 0; 7 when some studies could not be read."""
    if options.report is not None:
        check_report_path(options.report, options.force)
    if options.save is not None and not options.save.name.endswith(WORKLIST_SUFFIX):
        raise UsageError(f"the name of a worklist must end in {WORKLIST_SUFFIX}")
    with console.task() as task:
        built = _worklist(options, bench, task.part(0.0, 0.4 if options.report else 1.0))
        if options.save is not None:
            bench.worklists.write(options.save, built.worklist, force=options.force)
        if options.report is not None:
            part, names = task.part(0.4, 1.0), options.names
            write_report(built.worklist, options.report, bench, part, with_names=names, force=options.force)
    console.result(_record(built, options.report), _lines(built, options.report))
    return 7 if built.unreadable else 0


def _worklist(options: argparse.Namespace, bench: Workbench, task: TaskContext) -> BuiltWorklist:
    saved = [path for path in options.paths if path.name.endswith(WORKLIST_SUFFIX)]
    if saved and len(options.paths) > 1:
        raise UsageError("a worklist stands alone; it names its studies itself")
    if saved:
        return BuiltWorklist(refresh(bench.worklists.read(saved[0]), bench.reviews, task))
    try:
        rule = MaskRule(options.mask_suffix, tuple(options.pass_over))
    except ValueError as error:
        raise UsageError(str(error)) from error
    return build_worklist(options.paths, bench.readers, bench.reviews, task, rule)


def _record(built: BuiltWorklist, report: Path | None) -> dict[str, Any]:
    return {
        "summary": built.worklist.summary,
        "counts": {state.name.lower(): count for state, count in built.worklist.counts().items()},
        "studies": [_item_record(item) for item in built.worklist.items],
        "unreadable": [{"path": entry.path, "reason": entry.reason.detail} for entry in built.unreadable],
        "skipped": [{"path": entry.path, "reason": entry.reason} for entry in built.skipped],
        "report": report,
    }


def _item_record(item: WorklistItem) -> dict[str, Any]:
    record = item.record
    return {
        "name": item.entry.name,
        "id": item.id,
        "path": item.entry.ref.path,
        "state": item.state.name.lower(),
        "version": record.version,
        "reviewer": record.reviewer,
        "when": record.last.when.isoformat() if record.last is not None else None,
        "comment": record.comment,
        "sha256": record.working.sha256 if record.working is not None else None,
        "notes": list(item.notes),
    }


def _lines(built: BuiltWorklist, report: Path | None) -> list[str]:
    lines = _table(built.worklist)
    lines += [f"cannot be read: {entry.path}: {entry.reason.detail}" for entry in built.unreadable]
    lines.append(built.worklist.summary)
    return [*lines, f"report: {report}"] if report is not None else lines


def _table(worklist: Worklist) -> list[str]:
    """Columns as wide as what stands in them."""
    rows = [
        (
            tr(item.state.value),
            item.entry.name,
            item.record.reviewer,
            time_text(item.record.last.when if item.record.last is not None else None),
            " ".join((*item.record.comment.split(), *item.notes)),
        )
        for item in worklist.items
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(4)] if rows else []
    return [
        "  ".join((*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[4])).rstrip()
        for row in rows
    ]
