"""Let a model propose the mask of one study of a worklist, and keep it as being in progress."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.ports import MaskFormat, ReviewStore, Segmenter, SeriesReader
from medcrypt_gui.core.review.record import ReviewRecord
from medcrypt_gui.core.review.worklist import WorklistEntry
from medcrypt_gui.core.segmentation.mask_origin import MaskOrigin
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.open_for_review import open_for_review
from medcrypt_gui.services.review_mask import keep_mask
from medcrypt_gui.services.segment_roi import segment_roi
from medcrypt_gui.services.take_proposal import replace_by_proposal


@dataclass(frozen=True, eq=False)
class ProposedForReview:
    """What is on the disk now, and where its mask came from."""

    record: ReviewRecord
    origin: MaskOrigin


def propose_for_review(
    entry: WorklistEntry,
    segmenter: Segmenter,
    readers: Sequence[SeriesReader],
    store: ReviewStore,
    masks: Sequence[MaskFormat],
    task: TaskContext,
    wanted: Callable[[], bool] = lambda: True,
) -> ProposedForReview | None:
    """None, and nothing written, where there is a mask meanwhile or it is not ``wanted`` any more, which is asked on
    this thread before reading and before writing.

    Raises what `open_for_review`, `segment_roi` and `keep_mask` raise, and `Cancelled`.
    """
    if not wanted():
        return None
    study = open_for_review(entry, readers, store, masks, task.part(0.0, 0.2))
    if study.mask is not None:
        return None
    proposal = segment_roi(study.volume, study.series.modality, segmenter, task.part(0.2, 0.95))
    region, origin = replace_by_proposal(proposal, segmenter.card)
    if not wanted():
        return None
    kept = keep_mask(study.review, RoiMask.from_bool(np.asarray(region), study.volume.geometry), store)
    return ProposedForReview(kept.record, origin)
