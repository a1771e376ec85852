"""Offer work that was left unsaved, and take it up again."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.errors import (
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
    """The offer for what was left; None for what holds no mask, which is removed."""
    try:
        work = shelf.read(leftover.name)
    except KeyringUnavailableError as error:
        text = tr("It is encrypted, and the system's keyring gives no key: {reason}.", reason=error.detail)
        return Offer(leftover.name, leftover.changed, remark=text, locked=True)
    except (UnreadableFileError, WrongKeyError) as error:
        return Offer(leftover.name, leftover.changed, remark=tr("It cannot be read: {reason}.", reason=error.detail))
    picture = projections(work.mask, _PICTURE_PX)
    if picture is None:
        shelf.discard(leftover.name)
        return None
    labels = work.mask.labels
    slices = int(np.count_nonzero(labels.any(axis=(1, 2))))
    ml = np.count_nonzero(labels) * work.mask.geometry.voxel_volume_ml
    remark = tr(_ENDINGS[work.ending])
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


def take_up(shelf: JournalShelf, name: str, geometry: Geometry) -> RoiMask:
    """The mask that was left, for the grid of the open series.

    Raises `MaskMismatchError` where it has another grid, and what reading raises.
    """
    mask = shelf.read(name).mask
    if not mask.geometry.same_grid(geometry):
        raise MaskMismatchError(tr("the unsaved work was done on another grid of voxels"))
    return replace(mask, geometry=geometry)
