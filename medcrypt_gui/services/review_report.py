"""The report of a review: a table (CSV) or a document with a picture per study (PDF)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from medcrypt_gui import __version__
from medcrypt_gui.core.enumeration import any_of
from medcrypt_gui.core.errors import Cancelled, MedcryptError, TargetExistsError, UsageError
from medcrypt_gui.core.imaging.series import Series
from medcrypt_gui.core.language import tr, trn
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.mask.statistics import extent
from medcrypt_gui.core.review.report import ReportLine, ReviewReport
from medcrypt_gui.core.review.report_csv import csv_of
from medcrypt_gui.core.review.report_picture import largest_slice, picture_of
from medcrypt_gui.core.review.state import ReviewState
from medcrypt_gui.core.review.worklist import Worklist, WorklistItem
from medcrypt_gui.core.safe_write import write_atomically
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.build_worklist import refresh
from medcrypt_gui.services.open_entry import open_entry
from medcrypt_gui.services.open_study import reader_of
from medcrypt_gui.services.review_mask import Review, open_review
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

    Each mask is read and compared with the hash that was approved, so the report says what holds now. ``with_names``
    puts the patients' names in. A study that cannot be read is in the report with the reason. Raises `UsageError` for
    another suffix, `WriteError` and its kinds, `Cancelled`.
    """
    suffix = check_report_path(path, force)
    report = make_report(
        worklist, bench, task.part(0.0, 0.95), with_pictures=suffix == ".pdf", with_names=with_names, made=made
    )
    task.progress(0.95, tr("Writing the report"))
    # Excel takes UTF-8 without the mark for Latin-1.
    table = csv_of(report).encode("utf-8-sig", "replace") if suffix == ".csv" else None
    content = table if table is not None else bench.report_writer.render(report)
    task.checkpoint()
    write_atomically(path, content, force=force)


def check_report_path(path: Path, force: bool = False) -> str:
    """The suffix of the report. Raises `UsageError` for another one, `TargetExistsError` unless ``force``."""
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise UsageError(tr("a report is saved as {kinds}", kinds=any_of(SUFFIXES)), path=path)
    if path.exists() and not force:
        raise TargetExistsError(tr("a file of this name exists"), path=path)
    return suffix


def make_report(
    worklist: Worklist,
    bench: Workbench,
    task: TaskContext,
    *,
    with_pictures: bool,
    with_names: bool = False,
    made: datetime | None = None,
) -> ReviewReport:
    """What the report says, every study looked at anew. Raises `Cancelled`."""
    worklist = refresh(worklist, bench.reviews, task.part(0.0, 0.1))
    lines, count = [], len(worklist)
    for done, item in enumerate(worklist.items):
        part = task.part(0.1 + 0.9 * done / count, 0.1 + 0.9 * (done + 1) / count)
        part.progress(0.0, tr("Looking at {done} of {count} studies", done=done + 1, count=count))
        lines.append(_line(item, bench, part, with_pictures, with_names))
    decided = sum(line.state.done for line in lines)
    return ReviewReport(
        title=worklist.name or tr("Review of masks"),
        summary=trn("{done} of {count} done", "{done} of {count} done", count, done=decided),
        lines=tuple(lines),
        made=(made or datetime.now(UTC)).astimezone(UTC),
        program_version=__version__,
        with_names=with_names,
    )


def _line(item: WorklistItem, bench: Workbench, task: TaskContext, with_picture: bool, with_name: bool) -> ReportLine:
    """A study in the report; what goes wrong with it is said there and stops no other."""
    try:
        series = open_entry(item.entry, bench.readers, _silent(task))
        review = open_review(series, bench.reviews, bench.masks, _silent(task), item.entry.first_mask)
    except Cancelled:
        raise
    except MedcryptError as error:
        reason = tr("The study or its mask cannot be read: {reason}.", reason=error.detail)
        return _described(item, None, (*item.notes, reason))
    line = _described(item, review, review.notes)
    if with_name:
        line = replace(line, patient=series.text.name, where=str(item.entry.ref.path))
    if not with_picture or review.mask is None or not review.mask.labels.any():
        return line
    try:
        return _with_picture(line, series, review.mask, bench, _silent(task))
    except Cancelled:
        raise
    except MedcryptError as error:
        return replace(line, notes=(*line.notes, tr("There is no picture: {reason}.", reason=error.detail)))


def _described(item: WorklistItem, review: Review | None, notes: tuple[str, ...]) -> ReportLine:
    """What is known without the picture; of a study that could not be read, nothing that is not sure."""
    record, last = item.record, item.record.last
    unread = ReviewState.IN_PROGRESS if item.state.done else item.state
    mask = review.mask if review is not None else None
    return ReportLine(
        name=item.entry.name,
        id=item.id[:8],
        modality=item.entry.modality,
        state=review.state if review is not None else unread,
        version=(review.version if review is not None else record.version) if record.approved_versions else None,
        reviewer=record.reviewer,
        when=last.when if last is not None else None,
        comment=record.comment,
        volume_ml=extent(mask).volume_ml if mask is not None else None,
        sha256=(review.sha256 or "") if review is not None else "",
        history=record.decisions,
        notes=notes,
    )


def _with_picture(line: ReportLine, series: Series, mask: RoiMask, bench: Workbench, task: TaskContext) -> ReportLine:
    """With the slice that has most of the mask; of files that allow it, only that slice is read."""
    z = largest_slice(mask)
    volume, fill = reader_of(series, bench.readers).start(series, z)
    if volume.loaded is not None and not volume.loaded[z]:
        fill(task)
    text = tr("Slice {n} of {count}", n=z + 1, count=series.geometry.shape[0])
    return replace(line, picture=picture_of(volume, mask, z), picture_text=text)


def _silent(task: TaskContext) -> TaskContext:
    """The same cancellation without sentences: those of each study would only flicker."""
    return task.part(0.0, 0.0)
