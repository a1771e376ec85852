"""The one hand that writes reviews: masks, comments and decisions, one after another, whichever thread asks."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.review.record import ReviewRecord
from medcrypt_gui.core.review.state import ReviewState

if TYPE_CHECKING:
    from medcrypt_gui.core.ports import ReviewStore
    from medcrypt_gui.services.review_mask import Review


class ReviewHand:
    """Every writing begins from the record as the one before left it, not as it was when it was asked for.

    What comes back holds no mask. The calls wait for the disk, and for each other.
    """

    def __init__(self, store: ReviewStore) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._newest: dict[str, ReviewRecord] = {}

    def begin_anew(self, item_id: str, record: ReviewRecord) -> None:
        """The study was read from the disk with this record."""
        self._newest[item_id] = record

    def forget(self, item_id: str) -> None:
        """What is on the disk of this study counts, whatever was written before."""
        self._newest.pop(item_id, None)

    def wrote_after(self, review: Review) -> bool:
        """Whether this window wrote of that study after it was read."""
        newest = self._newest.get(review.ref.id)
        return newest is not None and newest.revision > review.record.revision

    def is_newest(self, review: Review) -> bool:
        """Whether nothing was written after this."""
        return self._newest.get(review.ref.id) == review.record

    def keep(self, review: Review, mask: RoiMask | None, comment: str) -> Review:
        """Mask and comment on the disk. Raises what `keep_mask` raises."""

        def write(now: Review) -> Review:
            from medcrypt_gui.services import review_mask  # not needed to show the window

            kept = review_mask.keep_mask(now, mask, self._store) if mask is not None else now
            return review_mask.set_comment(kept, comment, self._store)

        return self._written(review, write)

    def comment(self, review: Review, comment: str) -> Review:
        """The comment alone; the mask stays as it is there. Raises what `set_comment` raises."""

        def write(now: Review) -> Review:
            from medcrypt_gui.services import review_mask  # not needed to show the window

            return review_mask.set_comment(now, comment, self._store)

        return self._written(review, write)

    def decide(self, state: ReviewState, review: Review, mask: RoiMask | None, reviewer: str, comment: str) -> Review:
        """The decision on the disk, an approved mask read back. Raises what `approve` and the others raise."""

        def write(now: Review) -> Review:
            from medcrypt_gui.services import review_mask  # not needed to show the window

            if state is ReviewState.APPROVED:
                some = mask if mask is not None else RoiMask.empty(now.series.geometry)
                return review_mask.approve(now, some, self._store, reviewer=reviewer, comment=comment)
            return review_mask.decide(state, now, mask, self._store, reviewer=reviewer, comment=comment)

        return self._written(review, write)

    def _written(self, review: Review, write: Callable[[Review], Review]) -> Review:
        with self._lock:
            item_id = review.ref.id
            written = write(replace(review, record=self._newest.get(item_id, review.record)))
            self._newest[item_id] = written.record
            return replace(written, mask=None)
