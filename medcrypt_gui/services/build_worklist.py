"""Make a worklist of folders, files and lists of paths; and read one again with what was decided since."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from medcrypt_gui.core.errors import InputError, NothingFoundError, UnreadableFileError
from medcrypt_gui.core.imaging.series import ImageFormat, OpenResult, Series, Skipped, Unreadable
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.ports import ReviewStore, SeriesReader
from medcrypt_gui.core.review.mask_rule import MaskRule
from medcrypt_gui.core.review.path_list import LIST_SUFFIXES, ListedStudy, paths_in
from medcrypt_gui.core.review.series_ref import SeriesRef
from medcrypt_gui.core.review.state import ReviewState
from medcrypt_gui.core.review.worklist import Worklist, WorklistEntry, WorklistItem, counted
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.open_study import find_series

_LARGEST_LIST = 64 << 20
_PLAIN = ".txt"
_NO_MASKS = MaskRule()


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
    rule: MaskRule = _NO_MASKS,
    name: str = "",
) -> BuiltWorklist:
    """One entry per series in folders (recursive), files, and lists (``.csv``, ``.txt``: a path a line), in that order.

    A ``.csv`` may name the mask of a study in its second column. Headers alone are read, and what was decided before.
    Series that are protected, or only plan others, and what lies in archives are passed over. Raises
    `NothingFoundError` where no study is left, `Cancelled`.
    """
    listed, missing = _listed(paths)
    masks = {one.path: one.mask for one in listed if one.mask is not None}
    result = OpenResult()
    if listed:
        result = _found([one.path for one in listed], readers, task.part(0.0, 0.8))
    kept, skipped = _studies(result, rule, frozenset(masks.values()))
    entries = _in_order([_entry(series, rule, masks) for series in kept], listed)
    worklist = Worklist(tuple({one.ref.id: WorklistItem(one) for one in entries}.values()), name)
    if not worklist.items:
        reason = tr("there is no study to review in it")
        raise NothingFoundError(reason, path=paths[0] if paths else None)
    worklist = refresh(worklist, store, task.part(0.8, 1.0))
    return BuiltWorklist(worklist, (*missing, *result.unreadable), (*result.skipped, *skipped))


def refresh(worklist: Worklist, store: ReviewStore, task: TaskContext) -> Worklist:
    """The same studies with what was decided about them by now; a study whose file is gone says so in its notes.

    For a worklist that was opened, whose records are empty. Raises `Cancelled`.
    """
    items, count = [], len(worklist)
    for done, item in enumerate(worklist.items):
        task.progress(done / count, tr("Looking up decisions: {done} of {count}", done=done, count=count))
        items.append(_looked_up(item, store))
    return replace(worklist, items=tuple(items))


def _looked_up(item: WorklistItem, store: ReviewStore) -> WorklistItem:
    try:
        found = store.read(item.entry.ref)
    except InputError as error:
        return replace(item, notes=(tr("What was decided cannot be read: {reason}.", reason=error.detail),))
    notes = list(found.notes)
    if not _is_there(item.entry.ref.path):
        notes.insert(0, tr("The study is no longer where it was."))
    looked_up = replace(item, record=found.record, seen=None)
    kept = found.record.working
    if found.lost and kept is not None:
        notes.append(tr("The mask {file} cannot be read: {reason}.", file=kept.file, reason=tr("the file is missing")))
        if looked_up.state is ReviewState.APPROVED:
            looked_up = replace(looked_up, seen=ReviewState.IN_PROGRESS)
    return replace(looked_up, notes=tuple(notes))


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):  # such as a name that no file can have
        return False


def _found(paths: Sequence[Path], readers: Sequence[SeriesReader], task: TaskContext) -> OpenResult:
    """As `find_series`; that there is none is said once everything was looked at."""
    try:
        return find_series(paths, readers, task)
    except NothingFoundError:
        return OpenResult()


def _listed(paths: Sequence[Path]) -> tuple[list[ListedStudy], list[Unreadable]]:
    """Every path once, those that lists name included; and those that are not there."""
    found: dict[Path, ListedStudy] = {}
    missing: list[Unreadable] = []
    for given in paths:
        path = Path(os.path.normpath(given.absolute()))
        try:
            members = _read_list(path) if path.suffix.lower() in LIST_SUFFIXES else (ListedStudy(path),)
        except UnreadableFileError as error:
            missing.append(Unreadable(path, error))
            continue
        for one in members:
            if _is_there(one.path):
                found.setdefault(one.path, one)
            else:
                reason = UnreadableFileError(tr("there is no such file or folder"), path=one.path)
                missing.append(Unreadable(one.path, reason))
    return list(found.values()), missing


def _read_list(path: Path) -> tuple[ListedStudy, ...]:
    try:
        with path.open("rb") as stream:
            content = stream.read(_LARGEST_LIST)
    except OSError as error:
        reason = tr("cannot be read: {reason}", reason=error.strerror or type(error).__name__)
        raise UnreadableFileError(reason, path=path) from error
    return paths_in(content, path.parent, table=path.suffix.lower() != _PLAIN)


def _studies(result: OpenResult, rule: MaskRule, masks: frozenset[Path]) -> tuple[list[Series], list[Skipped]]:
    kept: list[Series] = []
    skipped: list[Skipped] = []
    for series in result.series:
        path = series.files[0].absolute()
        if path in masks or rule.is_mask(path):
            continue
        reason = _why_not(series) or (tr("passed over by its name") if rule.passes_over(path) else "")
        if reason:
            skipped.append(Skipped(path, reason))
        else:
            kept.append(series)
    return kept, skipped


def _in_order(entries: list[WorklistEntry], listed: Sequence[ListedStudy]) -> list[WorklistEntry]:
    """In the order of what was given; within a folder as people count, so that 2 comes before 10."""
    given = [one.path for one in listed]

    def place(entry: WorklistEntry) -> tuple[int, list[tuple[int, str]]]:
        within = [n for n, path in enumerate(given) if entry.ref.path.is_relative_to(path)]
        return (within[0] if within else len(given)), counted(str(entry.ref.path))

    return sorted(entries, key=place)


def _why_not(series: Series) -> str:
    if series.protected:
        return tr("protected already")
    return tr("only plans other series") if series.localizer else ""


def _entry(series: Series, rule: MaskRule, masks: Mapping[Path, Path | None]) -> WorklistEntry:
    ref = SeriesRef.of(series)
    mask = masks.get(ref.path) or next((path for path in rule.masks_of(ref.path) if path.is_file()), None)
    opens = Path(os.path.commonpath([path.absolute().parent for path in series.files]))
    if series.format is not ImageFormat.DICOM:
        opens = ref.path
    return WorklistEntry(ref, _name_of(series, ref), opens, series.modality, series.geometry.shape, mask)


def _name_of(series: Series, ref: SeriesRef) -> str:
    """No patient: of a DICOM series its description and the beginning of its key, as in the names of its files."""
    if series.format is not ImageFormat.DICOM:
        return ref.path.name
    described = series.description or tr("Series {number}", number=series.number if series.number is not None else "?")
    return f"{described} ({ref.key[:6]})"
