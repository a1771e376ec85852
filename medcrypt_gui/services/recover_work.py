"""Offer work that was left unsaved, and take it up again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.errors import (
    InputError,
    KeyringUnavailableError,
    MaskMismatchError,
    MedcryptError,
    UnreadableFileError,
    WrongKeyError,
)
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.journal.port import JournalShelf, Leftover
from medcrypt_gui.core.journal.seal import Ending
from medcrypt_gui.core.language import mark, tr
from medcrypt_gui.core.mask.projections import projections
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.ports import ReviewStore, SeriesReader
from medcrypt_gui.core.review.mask_hash import mask_hash
from medcrypt_gui.core.review.worklist import Worklist, WorklistItem
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.open_entry import open_entry

_PICTURE_PX = 72
_ENDINGS = {
    Ending.WHOLE: "",
    Ending.CUT: mark("The last change was not complete and is not in it."),
    Ending.DAMAGED: mark("Its journal is damaged: what was done last may be missing."),
}


@dataclass(frozen=True, eq=False)
class Offer:
    """Unsaved work as it is offered. ``changed`` is in seconds since 1970; ``remark`` a sentence, or empty.

    ``paths`` are what was open, empty where the journal does not say. What cannot be opened has no picture, and the
    reason as its remark; ``locked`` says that the keyring may open it yet.
    """

    name: str
    changed: float
    ml: float = 0.0
    slices: int = 0
    picture: NDArray[np.uint8] | None = field(default=None, repr=False)
    paths: tuple[Path, ...] = field(default=(), repr=False)
    remark: str = ""
    locked: bool = False

    @property
    def usable(self) -> bool:
        return self.picture is not None


def describe(shelf: JournalShelf, leftover: Leftover) -> Offer | None:
    """The offer for what was left; None for what holds no work, which is removed."""
    try:
        work = shelf.read(leftover.name)
    except KeyringUnavailableError as error:
        text = tr("It is encrypted, and the system's keyring gives no key: {reason}.", reason=error.detail)
        return Offer(leftover.name, leftover.changed, remark=text, locked=True)
    except (UnreadableFileError, WrongKeyError) as error:
        return Offer(leftover.name, leftover.changed, remark=tr("It cannot be read: {reason}.", reason=error.detail))
    labels = work.mask.labels
    slices = int(np.count_nonzero(labels.any(axis=(1, 2))))
    remark = tr(_ENDINGS[work.ending])
    if not slices and not work.erased:
        if work.ending is Ending.DAMAGED:
            return Offer(leftover.name, leftover.changed, remark=remark)
        shelf.discard(leftover.name)
        return None
    ml = np.count_nonzero(labels) * work.mask.geometry.voxel_volume_ml
    remark = " ".join(filter(None, (tr("The whole mask was erased.") if work.erased else "", remark)))
    picture = projections(work.mask, _PICTURE_PX)
    return Offer(leftover.name, work.when, ml, slices, picture, tuple(map(Path, work.subject.paths)), remark)


def find_offers(shelf: JournalShelf) -> tuple[Offer, ...]:
    """All that was left unsaved, newest first."""
    found: list[Offer] = []
    for leftover in shelf.leftovers():
        try:
            offer = describe(shelf, leftover)
        except MedcryptError:
            continue  # what holds nothing and cannot be removed either
        found += [offer] if offer is not None else []
    return tuple(sorted(found, key=lambda one: one.changed, reverse=True))


def works_of(
    worklist: Worklist,
    offers: Sequence[Offer],
    shelf: JournalShelf,
    readers: Sequence[SeriesReader],
    reviews: ReviewStore,
    task: TaskContext,
) -> dict[str, str]:
    """Which offers were done on studies of the worklist: names of offers, with ids of studies; others are left out.

    A journal that is not encrypted does not say where its study lies: it is compared with the one study that was open
    last. What was kept with its study before the program ended has no id, and is removed. Raises `Cancelled`.
    """
    places = {_resolved(item.entry.ref.path): item.id for item in worklist.items}
    found = {}
    pathless = [one.name for one in offers if one.usable and not one.paths]
    for offer in offers:
        known = [places[path] for path in map(_resolved, offer.paths) if path in places]
        found.update({offer.name: known[0]} if known else {})
    if pathless and worklist.current in worklist:
        try:
            series = open_entry(worklist[worklist.current].entry, readers, task)
        except InputError:
            return found  # it is offered by itself
        found.update(dict.fromkeys(shelf.fitting(pathless, series), worklist.current))
    return {
        name: "" if _was_kept(shelf, name, worklist[item_id], reviews) else item_id for name, item_id in found.items()
    }


def _was_kept(shelf: JournalShelf, name: str, item: WorklistItem, reviews: ReviewStore) -> bool:
    """Whether the record speaks of this very mask, and its file holds it; the journal is removed then."""
    working = item.record.working
    try:
        mask = shelf.read(name).mask
        same = working is not None and mask_hash(mask) == working.sha256
        if working is None or not same or not reviews.holds(item.entry.ref, working, mask):
            return False
        shelf.discard(name)
    except MedcryptError:
        return False
    return True


def _resolved(path: Path) -> Path:
    try:
        return path.resolve()
    except OSError:
        return path


def take_up(shelf: JournalShelf, name: str, geometry: Geometry) -> RoiMask:
    """The mask that was left, for the grid of the open series.

    Raises `MaskMismatchError` where it has another grid, and what reading raises.
    """
    mask = shelf.read(name).mask
    if not mask.geometry.same_grid(geometry):
        raise MaskMismatchError(tr("the unsaved work was done on another grid of voxels"))
    return replace(mask, geometry=geometry)
