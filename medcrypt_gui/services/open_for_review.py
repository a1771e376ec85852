"""Open one study of a worklist whole: the series, its voxels, its mask, and what was decided about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from medcrypt_gui.core.errors import NothingFoundError, UnreadableFileError
from medcrypt_gui.core.imaging.series import ImageFormat, OpenResult, Series
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.ports import MaskFile, ReviewStore, SeriesReader
from medcrypt_gui.core.review.series_ref import SeriesRef
from medcrypt_gui.core.review.worklist import WorklistEntry
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.open_study import find_series, load_volume
from medcrypt_gui.services.review_mask import Review, open_review

_BYTES_PER_VOXEL = 3  # of the image and of the mask


@dataclass(frozen=True, eq=False)
class StudyForReview:
    """``mask`` is the caller's own, to be edited; ``review`` holds no second copy of it. ``mask`` is None for none."""

    entry: WorklistEntry
    found: OpenResult
    series: Series
    volume: Volume
    mask: RoiMask | None
    review: Review


def open_for_review(
    entry: WorklistEntry, readers: Sequence[SeriesReader], store: ReviewStore, masks: MaskFile, task: TaskContext
) -> StudyForReview:
    """Read all of the study. Raises what reading a series and `open_review` raise, and `Cancelled`."""
    found, series = find_entry(entry, readers, task.part(0.0, 0.2))
    volume = load_volume(series, readers, task.part(0.2, 0.8))
    review = open_review(series, store, masks, task.part(0.8, 1.0), entry.first_mask)
    return StudyForReview(entry, found, series, volume, review.mask, replace(review, mask=None))


def find_entry(
    entry: WorklistEntry, readers: Sequence[SeriesReader], task: TaskContext
) -> tuple[OpenResult, Series]:
    """The series that a worklist names, and all that lies beside it in the same study's folder.

    Raises `UnreadableFileError` where it is there no longer.
    """
    path = entry.ref.path
    place = path.parent if entry.ref.format is ImageFormat.DICOM else path
    try:
        found = find_series((place,), readers, task)
    except NothingFoundError as error:
        raise UnreadableFileError(tr("the study is not there any more"), path=path) from error
    for series in found.series:
        if SeriesRef.of(series).id == entry.ref.id:
            return found, series
    if found.unreadable:
        raise found.unreadable[0].reason
    raise UnreadableFileError(tr("the study is not there any more"), path=path)


def size_bytes(entry: WorklistEntry) -> int:
    """About how much memory the study takes once it is read."""
    z, y, x = entry.shape
    return z * y * x * _BYTES_PER_VOXEL
