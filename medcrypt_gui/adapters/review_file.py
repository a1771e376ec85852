"""Reviews as files beside the study; where its folder cannot be written to, in a folder of the user's data."""

from __future__ import annotations

import os
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from medcrypt_gui.adapters.masks.labels_file import read_labels
from medcrypt_gui.adapters.masks.nifti_mask import write_mask
from medcrypt_gui.adapters.review_lock import take_lock
from medcrypt_gui.adapters.small_file import content_of
from medcrypt_gui.core.errors import (
    InputError,
    PermissionDeniedError,
    ReviewChangedError,
    UnreadableFileError,
    WriteError,
    speaking_of,
)
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.mask.statistics import extent
from medcrypt_gui.core.ports import FoundReview
from medcrypt_gui.core.review.file_names import lock_name, record_name, version_name, working_name
from medcrypt_gui.core.review.mask_hash import mask_hash
from medcrypt_gui.core.review.record import KeptMask, ReviewRecord, plain_table
from medcrypt_gui.core.review.record_json import LARGEST_BYTES, record_in, record_text
from medcrypt_gui.core.review.series_ref import SeriesRef
from medcrypt_gui.core.safe_write import os_errors_as_write_errors, write_atomically

T = TypeVar("T")
_READ_ONLY = 0o444
_PATIENCE_S = 20.0  # the longest that writing a large mask to a slow share takes


class ReviewFile:
    """The port `ReviewStore`; ``elsewhere`` is the folder for studies on media that cannot be written to."""

    def __init__(self, elsewhere: Path, patience_s: float = _PATIENCE_S) -> None:
        self._elsewhere, self._patience_s = elsewhere, patience_s
        self._lock = threading.RLock()
        self._writing = ""  # the id of the series that the thread with the lock writes

    def read(self, ref: SeriesRef) -> FoundReview:
        """What was decided about the series; of two records, beside it and elsewhere, the newer one."""
        found: list[tuple[ReviewRecord, bool]] = []
        notes: list[str] = []
        with self._lock:
            for elsewhere, folder in enumerate(self._folders(ref)):
                try:
                    record = _record(folder / record_name(ref), ref.key)
                except UnreadableFileError as error:
                    notes.append(_damaged_text(error))
                else:
                    if record is not None:
                        found.append((record, bool(elsewhere)))
        if not found:
            return FoundReview(notes=tuple(notes))
        record, is_elsewhere = max(found, key=lambda one: one[0].revision)  # the first of equals
        if is_elsewhere:
            notes.append(tr("The review is kept in {folder}, not beside the study.", folder=self._folders(ref)[1]))
        lost = record.working is not None and not self._files_named(ref, record.working.file)
        return FoundReview(record, tuple(notes), lost)

    @contextmanager
    def writing(self, ref: SeriesRef, before: ReviewRecord) -> Iterator[None]:
        """See the port. In the same thread it may be entered again."""
        with self._lock:
            if self._writing == ref.id:
                self._compare(ref, before)
                yield
                return
            lock = self._where_possible(ref, lambda folder: take_lock(folder, lock_name(ref), self._patience_s))
            self._writing = ref.id
            try:
                self._compare(ref, before)
                yield
            finally:
                self._writing = ""
                lock.release(remove=True)

    def write(
        self, ref: SeriesRef, record: ReviewRecord, before: ReviewRecord, superseded: str | None = None
    ) -> FoundReview:
        """See the port."""
        content = record_text(record, ref.key)
        if len(content) > LARGEST_BYTES:
            raise WriteError(tr("the comments are too long to be kept: shorten the last one"), path=ref.path)

        def put(folder: Path) -> None:
            path = folder / record_name(ref)
            _set_aside_if_damaged(path, ref.key)
            write_atomically(path, content, force=True)

        with self.writing(ref, before):
            self._where_possible(ref, put)
            found = self.read(ref)
            if found.record != record:
                raise WriteError(tr("what was read back is another record than the one written"), path=ref.path)
            for path in self._files_named(ref, superseded) if superseded is not None else ():
                with suppress(OSError):
                    path.unlink()
            return found

    def read_mask(self, ref: SeriesRef, kept: KeptMask, geometry: Geometry) -> RoiMask:
        """The kept mask: where two files bear its name, the one that has its hash."""
        there = self._files_named(ref, kept.file)
        if not there:
            raise UnreadableFileError(tr("the file is missing"), path=self._folders(ref)[0] / kept.file)
        if len(there) == 1:
            return read_labels(there[0], geometry, kept.table)
        masks: list[RoiMask] = []
        reasons: list[InputError] = []
        for path in there:
            try:
                masks.append(read_labels(path, geometry, kept.table))
            except InputError as error:
                reasons.append(error)
                continue
            if mask_hash(masks[-1]) == kept.sha256:
                return masks[-1]
        if not masks:
            raise reasons[0]
        return masks[-1]

    def holds(self, ref: SeriesRef, kept: KeptMask, mask: RoiMask) -> bool:
        """Whether the file is there and holds this very mask."""
        return any(_holds(path, mask, kept.sha256) for path in self._files_named(ref, kept.file))

    def write_working(self, ref: SeriesRef, mask: RoiMask, sha256: str) -> KeptMask:
        """Keep the mask that is being worked on, beside those before it."""
        name = working_name(ref, sha256)
        with self._lock:
            self._where_possible(ref, lambda folder: write_mask(folder / name, mask, force=True))
        return _kept(name, mask, sha256)

    def write_version(self, ref: SeriesRef, mask: RoiMask, sha256: str, version: int) -> tuple[int, KeptMask]:
        """Keep an approved mask: written once, read-only, read back and compared by its hash."""
        with self._lock:
            while taken := self._files_named(ref, version_name(ref, version)):
                if any(_holds(path, mask, sha256) for path in taken):
                    return version, _kept(version_name(ref, version), mask, sha256)
                version += 1
            name = version_name(ref, version)
            self._where_possible(ref, lambda folder: _write_for_good(folder / name, mask, sha256))
        return version, _kept(name, mask, sha256)

    def _folders(self, ref: SeriesRef) -> tuple[Path, Path]:
        return ref.path.parent, self._elsewhere / ref.key_elsewhere

    def _files_named(self, ref: SeriesRef, name: str) -> list[Path]:
        return [folder / name for folder in self._folders(ref) if (folder / name).is_file()]

    def _compare(self, ref: SeriesRef, before: ReviewRecord) -> None:
        if self.read(ref).record != before:
            raise ReviewChangedError(
                tr("the review of this study was written by another program meanwhile"), path=ref.path
            )

    def _where_possible(self, ref: SeriesRef, put: Callable[[Path], T]) -> T:
        """Beside the study, or, where that folder takes no files, in the user's. Raises what ``put`` raises there."""
        beside, elsewhere = self._folders(ref)
        if beside.is_dir():  # a study in an archive lies in no folder
            try:
                return put(beside)
            except PermissionDeniedError:
                if _takes_files(beside):  # then only this one file is held, such as by a virus scanner on Windows
                    raise
        with os_errors_as_write_errors(elsewhere):
            elsewhere.mkdir(mode=0o700, parents=True, exist_ok=True)
        return put(elsewhere)


def _takes_files(folder: Path) -> bool:
    probe = folder / f".medcrypt-{secrets.token_hex(6)}.part"
    try:
        os.close(os.open(probe, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    except OSError:
        return False
    with suppress(OSError):
        probe.unlink()
    return True


def _record(path: Path, key: str) -> ReviewRecord | None:
    """Raises `UnreadableFileError` or `UnsupportedInputError`; None where there is no file."""
    content = content_of(path, LARGEST_BYTES)
    if content is None:
        return None
    with speaking_of(path):
        return record_in(content, key)


def _set_aside_if_damaged(path: Path, key: str) -> None:
    try:
        _record(path, key)
    except UnreadableFileError:
        number = 1
        while (aside := path.with_name(f"{path.name}.unusable-{number}")).exists():
            number += 1
        with os_errors_as_write_errors(path):
            path.rename(aside)


def _damaged_text(error: UnreadableFileError) -> str:
    name = error.path.name if error.path is not None else ""
    return tr(
        "What was decided before cannot be read ({reason}): {file}. It will be set aside, not replaced.",
        reason=error.detail,
        file=name,
    )


def _kept(name: str, mask: RoiMask, sha256: str) -> KeptMask:
    return KeptMask(name, sha256, plain_table(mask.table), round(extent(mask).volume_ml, 3))


def _holds(path: Path, mask: RoiMask, sha256: str) -> bool:
    try:
        return mask_hash(read_labels(path, mask.geometry, mask.table)) == sha256
    except InputError:
        return False


def _write_for_good(path: Path, mask: RoiMask, sha256: str) -> None:
    write_mask(path, mask)
    if not _holds(path, mask, sha256):
        with suppress(OSError):
            path.unlink()
        raise WriteError(tr("what was read back is another mask than the approved one"), path=path)
    with os_errors_as_write_errors(path):
        path.chmod(_READ_ONLY)
