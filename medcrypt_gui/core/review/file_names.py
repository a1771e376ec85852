"""How the files are called that belong to a study but are no study themselves."""

from __future__ import annotations

from medcrypt_gui.core.review.series_ref import SeriesRef

_MARK = ".medcrypt-"
_LETTERS = 12
RECORD_SUFFIX = ".medcrypt-review.json"
WORKLIST_SUFFIX = ".medcrypt-worklist.json"


def record_name(ref: SeriesRef) -> str:
    """Of the record of a review."""
    return ref.stem + RECORD_SUFFIX


def working_name(ref: SeriesRef, sha256: str) -> str:
    """Of a mask that is being worked on, named by its hash: no mask ever takes the place of another."""
    return f"{ref.stem}{_MARK}mask-{sha256[:_LETTERS]}.nii.gz"


def lock_name(ref: SeriesRef) -> str:
    """Of the lock that is there while a review is being written, without its suffix; hidden, and gone afterwards."""
    return f"{_MARK}{ref.key[:_LETTERS]}"


def version_name(ref: SeriesRef, version: int) -> str:
    """Of an approved mask."""
    return f"{ref.stem}{_MARK}mask-v{version}.nii.gz"


def is_companion(name: str) -> bool:
    """Whether a file of this name was put beside a study by this program: a mask, measurements, a record, a list."""
    return _MARK in name
