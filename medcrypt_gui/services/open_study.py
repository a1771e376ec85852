"""Open files and folders: find the series in them and load one."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.errors import KeyCardGivenError, NothingFoundError, UnreadableFileError, UnsupportedInputError
from medcrypt_gui.core.imaging.compose import fit_grey
from medcrypt_gui.core.imaging.header_entry import HeaderEntry
from medcrypt_gui.core.imaging.planes import acquired_plane, plane_view
from medcrypt_gui.core.imaging.series import OpenResult, Series, Skipped
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.imaging.windowing import default_window, window_to_grey
from medcrypt_gui.core.language import tr, trn
from medcrypt_gui.core.ports import ArchiveOpener, Filler, SeriesReader
from medcrypt_gui.core.review.file_names import is_companion
from medcrypt_gui.core.staged_folder import is_staging
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.file_sorting import FileSorting


def find_series(
    paths: Sequence[Path],
    readers: Sequence[SeriesReader],
    task: TaskContext,
    archives: ArchiveOpener | None = None,
    passwords: Mapping[Path, str] | None = None,
) -> OpenResult:
    """The series in files, folders (recursive) and archives, each file by the first reader that recognises it.

    Broken files are listed in the result with their reason and do not stop the others, so a result may hold no series
    when every image was unreadable. Files that are no images are listed as skipped; pictures too, where they are not
    named themselves and other images are there. An archive is looked into when it is named itself; ``passwords`` has
    those of encrypted ones by their absolute paths. Raises `NothingFoundError` when there was no image at all,
    `UnreadableFileError` when a path does not exist, `ArchiveLockedError` or `WrongArchivePasswordError`, `Cancelled`.
    """
    task.progress(0.0, tr("Looking for images"))
    sorting = FileSorting(readers, archives, passwords or {}, task)
    for path, named in _files_under(paths):
        sorting.take(path, named)
    sorting.settle()
    result = _ask_readers(sorting.found, readers, task)
    series = tuple(replace(one, archive=sorting.archive_of.get(one.files[0])) for one in result.series)
    series = tuple(sorted(series, key=lambda one: one.localizer))  # the first one is shown
    unreadable, skipped = (*sorting.unreadable, *result.unreadable), (*sorting.skipped, *result.skipped)
    result = OpenResult(series, unreadable, skipped)
    if not result.series and not result.unreadable:
        kind = KeyCardGivenError if skipped and all(one.key_card for one in skipped) else NothingFoundError
        raise kind(_nothing_found_text(result.skipped), path=paths[0] if paths else None)
    task.progress(1.0, trn("{count} series found", "{count} series found", len(result.series)))
    return result


def load_volume(
    series: Series, readers: Sequence[SeriesReader], task: TaskContext, on_slice: Callable[[int], None] | None = None
) -> Volume:
    """The whole volume of a series. Raises `UnreadableFileError`, `UnsupportedInputError`, `Cancelled`."""
    return reader_of(series, readers).load(series, task, on_slice)


def start_volume(series: Series, readers: Sequence[SeriesReader]) -> tuple[Volume, Filler]:
    """A volume to be shown at once, and ``filler(task, on_slice=None)`` that reads the rest into the same array.

    The middle slice is there already, except in a ``.nii.gz``, which has to be inflated from its start;
    ``volume.loaded`` tells which slices are.
    """
    return reader_of(series, readers).start(series)


def thumbnail(series: Series, readers: Sequence[SeriesReader], size: int = 96) -> NDArray[np.uint8] | None:
    """The middle slice upright and undistorted, its longer side ``size`` pixels: ``(H, W)`` grey, or ``(H, W, 3)``.

    None for a protected series: no picture of it is kept anywhere, not even of what is visible.
    """
    if series.protected:
        return None
    volume = reader_of(series, readers).preview(series)
    view = plane_view(volume.geometry, acquired_plane(volume.geometry))
    plane = view.slice_of(volume.shown, 0)
    padding = volume.padding if volume.rgb is None else None
    grey = window_to_grey(plane, volume.slope, volume.intercept, default_window(volume), volume.inverted, padding)
    return fit_grey(grey, view.pixel_mm, size)


def header_of(series: Series, z: int, readers: Sequence[SeriesReader]) -> tuple[HeaderEntry, ...]:
    """The header behind slice ``z``, line by line. Raises `UnreadableFileError`."""
    return reader_of(series, readers).header(series, z)


def reader_of(series: Series, readers: Sequence[SeriesReader]) -> SeriesReader:
    """The reader for a series' format."""
    for reader in readers:
        if reader.format is series.format:
            return reader
    raise UnsupportedInputError(
        tr("there is no reader for {format}", format=tr(series.format.value)), path=series.files[0]
    )


def _ask_readers(found: list[list[Path]], readers: Sequence[SeriesReader], task: TaskContext) -> OpenResult:
    total = max(1, sum(map(len, found)))
    result, done = OpenResult(), 0
    for reader, files in zip(readers, found, strict=True):
        if files:
            part = reader.find(files, task.part(done / total, (done + len(files)) / total))
            done += len(files)
            result = replace(
                result,
                series=(*result.series, *part.series),
                unreadable=(*result.unreadable, *part.unreadable),
                skipped=(*result.skipped, *part.skipped),
            )
    return result


def _files_under(paths: Sequence[Path]) -> Iterator[tuple[Path, bool]]:
    """Every file once, and whether it was named itself.

    Folders come in order of name; links to folders are not followed, hidden files are passed over, and so is what this
    program put beside studies.
    """
    seen: set[Path] = set()
    for given in paths:
        path = Path(given)
        try:
            there = path.exists()
        except OSError as error:  # such as a name that is too long
            raise UnreadableFileError(tr("cannot be read: {reason}", reason=error.strerror), path=path) from error
        if not there:
            raise UnreadableFileError(tr("there is no such file or folder"), path=path)
        folder = path.is_dir()
        for file in _walk(path) if folder else [path]:
            absolute = file.absolute()
            if absolute not in seen:
                seen.add(absolute)
                yield file, not folder


def _walk(folder: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not is_staging(name))
        yield from (Path(parent, name) for name in sorted(names) if not name.startswith(".") and not is_companion(name))


def _nothing_found_text(skipped: tuple[Skipped, ...]) -> str:
    if not skipped:
        return tr("there are no files in it")
    reasons = sorted({entry.reason for entry in skipped})
    if len(skipped) == 1:
        return reasons[0]
    return trn(
        "no image among {count} file ({reasons})",
        "no image among {count} files ({reasons})",
        len(skipped),
        reasons=", ".join(reasons),
    )
