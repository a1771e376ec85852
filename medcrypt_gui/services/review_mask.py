"""Review the mask of a series: open what is known, keep what is edited, decide.

Every decision and every kept mask is on the disk when these return: the mask first, then the record that speaks of it,
each there whole or not at all, so a killed process loses nothing that was decided.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from medcrypt_gui.core.errors import InputError, NoRoiError, UnsupportedInputError, UsageError
from medcrypt_gui.core.imaging.series import Series
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.ports import MaskFormat, ReviewStore
from medcrypt_gui.core.review.mask_hash import mask_hash
from medcrypt_gui.core.review.record import Decision, KeptMask, ReviewRecord, plain_table, voided_text
from medcrypt_gui.core.review.series_ref import SeriesRef
from medcrypt_gui.core.review.state import ReviewState
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.image_mark import image_mark
from medcrypt_gui.services.load_mask import load_mask

_log = logging.getLogger("medcrypt.mask")


@dataclass(frozen=True, eq=False)
class Review:
    """The review of a series, as it lies on the disk.

    ``mask`` is the mask to look at, None for none, and ``sha256`` its `mask_hash`. ``notes`` are whole sentences to be
    told: a damaged record, an approval that no longer fits, a place other than the study's. ``image`` is the series'
    `image_mark`. ``unread`` says that the mask kept last could not be read; it stays where it is.
    """

    series: Series
    record: ReviewRecord
    mask: RoiMask | None = None
    sha256: str | None = None
    notes: tuple[str, ...] = ()
    image: str = ""
    unread: bool = False

    @property
    def ref(self) -> SeriesRef:
        return SeriesRef.of(self.series)

    @property
    def state(self) -> ReviewState:
        """Of ``mask`` as it is, which another program may have changed since it was kept."""
        return self.state_of(self.sha256)

    def state_of(self, sha256: str | None) -> ReviewState:
        """Of a mask with this hash. One that cannot be read is not approved, whatever was said of it."""
        kept = self.record.working
        if sha256 is not None or not self.unread or kept is None:
            return self.record.state_of(sha256, self.image)
        state = self.record.state_of(kept.sha256, self.image)
        return ReviewState.IN_PROGRESS if state is ReviewState.APPROVED else state

    @property
    def version(self) -> int:
        return self.record.version_of(self.sha256)

    @property
    def approved(self) -> bool:
        return self.state is ReviewState.APPROVED

    def standing(self, mask: RoiMask) -> Review:
        """The same review with the mask as it is edited now, nothing written: its state, version and notes.

        Hashes the mask, which takes about a tenth of a second for the largest: for a job, once edits have settled.
        """
        sha256 = mask_hash(mask)
        return replace(self, mask=mask, sha256=sha256, notes=_notes_on(self.record, sha256, self.image))


def open_review(
    series: Series,
    store: ReviewStore,
    masks: Sequence[MaskFormat],
    task: TaskContext,
    first_mask: Path | None = None,
) -> Review:
    """What is known of a series, with its mask: as it was kept last, else ``first_mask``, which came with the study.

    A kept mask that cannot be read is told in the notes, and the last approved version that can be read is taken.
    Raises `UnsupportedInputError` for a protected series and a record of a newer version, `MaskMismatchError` and its
    like for ``first_mask``, `Cancelled`.
    """
    if series.protected:
        raise UnsupportedInputError(tr("the series is protected; its mask is no longer to be reviewed"))
    found = store.read(SeriesRef.of(series))
    mask, notes = _kept_mask(series, found.record, store, task)
    unread = bool(notes)
    if mask is None and first_mask is not None:
        task.progress(0.3, tr("Reading the mask that came with the study"))
        loaded = load_mask(first_mask, series, masks, task.part(0.3, 0.8))
        mask, notes = loaded.mask, (*notes, *loaded.notices)
    task.progress(0.8, tr("Checking what was approved"))
    sha256 = mask_hash(mask) if mask is not None else None
    kept = found.record.working
    if mask is not None and kept is not None and sha256 != kept.sha256 and not notes:
        notes = (
            tr("The mask on the disk is not the one kept last: this program was interrupted, or another changed it."),
        )
    image = image_mark(series)
    voided = _notes_on(found.record, sha256, image) if sha256 is not None or not unread else ()
    notes = (*found.notes, *notes, *voided)
    return Review(series, found.record, mask, sha256, notes, image, unread)


def keep_mask(review: Review, mask: RoiMask, store: ReviewStore, *, when: datetime | None = None) -> Review:
    """Keep the mask as it is being worked on, and void no decision but by what it says itself.

    The file of an approved version stays as it was. Nothing at all is written where somebody else wrote meanwhile.
    Raises `ReviewChangedError`, `WriteError` and its kinds.
    """
    now = review.standing(mask)
    with store.writing(review.ref, review.record):
        kept = _kept(now, mask, store)
        if kept == review.record.working:
            return replace(now, unread=False)
        return _written(now, review.record.with_working(kept, _utc(when)), review, store)


def approve(
    review: Review, mask: RoiMask, store: ReviewStore, *, reviewer: str, comment: str, when: datetime | None = None
) -> Review:
    """Approve exactly this mask: it is kept for good as a version of its own, read back, then the approval is written.

    Raises `NoRoiError` for a mask that marks nothing, `UsageError` without a name, `ReviewChangedError`,
    `WriteError` and its kinds.
    """
    name = _named(reviewer)
    if not mask.labels.any():
        raise NoRoiError(tr("the mask marks no voxel"))
    now = review.standing(mask)
    with store.writing(review.ref, review.record):
        version, kept = store.write_version(review.ref, mask, _hash_of(now), now.version)
        decision = Decision(ReviewState.APPROVED, version, kept, _utc(when), name, comment.strip(), now.image)
        _log.info("approved version %d of series %s", version, review.ref.key)
        return _written(now, review.record.with_decision(decision), review, store)


def decide(
    state: ReviewState,
    review: Review,
    mask: RoiMask | None,
    store: ReviewStore,
    *,
    reviewer: str,
    comment: str,
    when: datetime | None = None,
) -> Review:
    """Any decision but an approval; where ``mask`` is None, it is one on a study without a mask.

    ``REJECTED``: this mask shall not be used, or the study shall have none. ``FLAGGED``: asks for another look, until
    somebody decides. ``IN_PROGRESS``: takes the last decision back, though the mask is the same; not needed before
    editing an approved mask, for the change itself makes the next version. Raises what `approve` raises, and ValueError
    for an approval.
    """
    if state is ReviewState.APPROVED:
        raise ValueError("a mask is approved by approve")
    name = _named(reviewer)
    now = review.standing(mask) if mask is not None else replace(review, mask=None, sha256=None, notes=())
    with store.writing(review.ref, review.record):
        # A mask that cannot be read now may be read again: it is what was decided about, and stays.
        kept = _kept(now, mask, store) if mask is not None else review.record.working
        decision = Decision(state, now.version, kept, _utc(when), name, comment.strip(), now.image)
        _log.info("series %s: %s", review.ref.key, state.name.lower())
        return _written(now, review.record.with_decision(decision), review, store)


def keep_copy(review: Review, mask: RoiMask, store: ReviewStore) -> KeptMask:
    """Keep the mask beside the review, which stays as it is: for a mask that somebody else was faster than.

    Raises `WriteError` and its kinds.
    """
    return store.write_working(review.ref, mask, mask_hash(mask))


def set_comment(review: Review, comment: str, store: ReviewStore, *, when: datetime | None = None) -> Review:
    """Keep a comment without deciding anything."""
    if comment.strip() == review.record.comment:
        return review
    record = review.record.with_comment(comment.strip(), _utc(when))
    return _written(review, record, review, store)


def is_approved(series: Series, mask: RoiMask, store: ReviewStore) -> bool:
    """Whether somebody approved exactly this mask on this image, and nobody decided otherwise since.

    Raises `UnsupportedInputError` for a record of a newer version.
    """
    record = store.read(SeriesRef.of(series)).record
    return record.state_of(mask_hash(mask), image_mark(series)) is ReviewState.APPROVED


def _written(now: Review, record: ReviewRecord, before: Review, store: ReviewStore) -> Review:
    """The record on the disk; the file of a mask that nothing speaks of any more goes, unless nobody could read it."""
    old, new = before.record.working, record.working
    still = {new.file if new is not None else "", *(one.mask.file for one in record.approved_versions if one.mask)}
    superseded = old.file if old is not None and old.file not in still and not before.unread else None
    found = store.write(now.ref, record, before.record, superseded)
    notes = (*found.notes, *_notes_on(found.record, now.sha256, now.image))
    unread = before.unread and old is not None and new is not None and new.file == old.file and now.sha256 != new.sha256
    return replace(now, record=found.record, notes=notes, unread=unread)


def _kept(now: Review, mask: RoiMask, store: ReviewStore) -> KeptMask:
    """The file that holds this very mask already, the working one or an approved version; else a new working one."""
    record = now.record
    for one in (record.working, *(one.mask for one in record.approved_versions)):
        if one is not None and one.sha256 == now.sha256 and store.holds(now.ref, one, mask):
            return replace(one, table=plain_table(mask.table))
    return store.write_working(now.ref, mask, _hash_of(now))


def _kept_mask(
    series: Series, record: ReviewRecord, store: ReviewStore, task: TaskContext
) -> tuple[RoiMask | None, tuple[str, ...]]:
    """The mask as it was kept last, else the newest approved version that can be read; and what went wrong."""
    candidates = [record.working, *(one.mask for one in reversed(record.approved_versions))]
    tried: set[str] = set()
    notes: list[str] = []
    for kept in candidates:
        if kept is None or kept.file in tried:
            continue
        tried.add(kept.file)
        task.progress(0.1, tr("Reading the mask"))
        try:
            return store.read_mask(SeriesRef.of(series), kept, series.geometry), tuple(notes)
        except InputError as error:
            notes.append(tr("The mask {file} cannot be read: {reason}.", file=kept.file, reason=error.detail))
    return None, tuple(notes)


def _notes_on(record: ReviewRecord, sha256: str | None, image: str) -> tuple[str, ...]:
    voided = record.voided_by(sha256, image)
    return (voided_text(voided, image),) if voided is not None else ()


def _hash_of(review: Review) -> str:
    assert review.sha256 is not None  # only called with a mask
    return review.sha256


def _named(reviewer: str) -> str:
    if not reviewer.strip():
        raise UsageError(tr("enter your name first: a decision without one says nothing"))
    return reviewer.strip()


def _utc(when: datetime | None) -> datetime:
    """Whole seconds: finer ones are nobody's business, and records compare after they were read back."""
    return (when or datetime.now(UTC)).astimezone(UTC).replace(microsecond=0)
