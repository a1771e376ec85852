"""Reviews as files beside the study; where its folder cannot be written to, in a folder of the user's data."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from medcrypt_gui.adapters.masks.labels_file import read_labels
from medcrypt_gui.adapters.masks.nifti_mask import write_mask
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
from medcrypt_gui.core.review.file_names import record_name, version_name, working_name
from medcrypt_gui.core.review.mask_hash import mask_hash
from medcrypt_gui.core.review.record import KeptMask, ReviewRecord, plain_table
from medcrypt_gui.core.review.record_json import LARGEST_BYTES, record_in, record_text
from medcrypt_gui.core.review.series_ref import SeriesRef
from medcrypt_gui.core.safe_write import os_errors_as_write_errors, write_atomically

_READ_ONLY = 0o444


class ReviewFile:
    """The port `ReviewStore`; ``elsewhere`` is the folder for studies on media that cannot be written to."""

    def __init__(self, elsewhere: Path) -> None:
        self._elsewhere = elsewhere
        self._lock = threading.RLock()

    def read(self, ref: SeriesRef) -> FoundReview:
        """What was decided about the series; of two records, beside it and elsewhere, the one written last."""
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
        record, is_elsewhere = max(found, key=lambda one: _written_at(one[0]))  # the first of equals
        if is_elsewhere:
            notes.append(tr("The review is kept in {folder}, not beside the study.", folder=self._folders(ref)[1]))
        return FoundReview(record, tuple(notes))

    def write(self, ref: SeriesRef, record: ReviewRecord, before: ReviewRecord) -> FoundReview:
        """Keep this record. Raises `ReviewChangedError`, `UnsupportedInputError`, `WriteError`."""
        with self._lock:
            if self.read(ref).record != before:
                raise ReviewChangedError(
                    tr("the review of this study was written by another program meanwhile"), path=ref.path
                )

            def put(folder: Path) -> None:
                path = folder / record_name(ref)
                _set_aside_if_damaged(path, ref.key)
                write_atomically(path, record_text(record, ref.key), force=True)
                if record.working is None or record.working.file != working_name(ref):
                    with suppress(OSError):
                        (folder / working_name(ref)).unlink(missing_ok=True)

            self._where_possible(ref, put)
            return self.read(ref)

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

    def write_working(self, ref: SeriesRef, mask: RoiMask, sha256: str) -> KeptMask:
        """Keep the mask that is being worked on, in place of the one before."""
        name = working_name(ref)
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

    def _where_possible(self, ref: SeriesRef, put: Callable[[Path], None]) -> None:
        """Beside the study, or else in the user's folder. Raises what ``put`` raises there."""
        beside, elsewhere = self._folders(ref)
        if beside.is_dir():  # a study in an archive lies in no folder
            try:
                put(beside)
            except PermissionDeniedError:
                pass
            else:
                return
        with os_errors_as_write_errors(elsewhere):
            elsewhere.mkdir(mode=0o700, parents=True, exist_ok=True)
        put(elsewhere)


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


def _written_at(record: ReviewRecord) -> float:
    return record.saved.timestamp() if record.saved is not None else 0.0


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
