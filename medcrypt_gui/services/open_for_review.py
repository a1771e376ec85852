"""Open one study of a worklist whole: the series, its voxels, its mask, and what was decided about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from medcrypt_gui.core.imaging.series import Series
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.ports import MaskFormat, ReviewStore, SeriesReader
from medcrypt_gui.core.review.worklist import WorklistEntry
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.open_entry import open_entry
from medcrypt_gui.services.open_study import load_volume
from medcrypt_gui.services.review_mask import Review, open_review

_BYTES_PER_VOXEL = 3  # of the image and of the mask


@dataclass(frozen=True, eq=False)
class StudyForReview:
    """``mask`` is the caller's own, to be edited; ``review`` holds no second copy of it. ``mask`` is None for none."""

    entry: WorklistEntry
    series: Series
    volume: Volume
    mask: RoiMask | None
    review: Review


def open_for_review(
    entry: WorklistEntry,
    readers: Sequence[SeriesReader],
    store: ReviewStore,
    masks: Sequence[MaskFormat],
    task: TaskContext,
) -> StudyForReview:
    """Read all of the study. Raises what reading a series and `open_review` raise, and `Cancelled`."""
    series = open_entry(entry, readers, task.part(0.0, 0.2))
    volume = load_volume(series, readers, task.part(0.2, 0.8))
    review = open_review(series, store, masks, task.part(0.8, 1.0), entry.first_mask)
    return StudyForReview(entry, series, volume, review.mask, replace(review, mask=None))


def size_bytes(entry: WorklistEntry) -> int:
    """About how much memory the study takes once it is read."""
    z, y, x = entry.shape
    return z * y * x * _BYTES_PER_VOXEL
