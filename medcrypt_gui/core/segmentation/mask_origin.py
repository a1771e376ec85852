"""Where a mask came from: what was proposed, at which threshold, and which voxels a person has decided since.

The record goes with the edit that made the mask (``core.mask.history``), so undo brings the one before back. Voxels
that differ from what the machine last made were decided by hand; no later cut may change them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.mask.packed_region import PackedRegion
from medcrypt_gui.core.segmentation.proposal import ProbabilityMap

Region = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Finding:
    """One proposal that went into the mask: whose it was, what it is called, and where it lay."""

    model_id: str
    title: str
    labels: tuple[str, ...]
    region: PackedRegion


@dataclass(frozen=True, eq=False)
class MaskOrigin:
    """``made`` is the mask as the machine left it, ``pure`` what it would have been without any handwork.

    ``kept`` are the voxels that no new threshold may change. ``probability`` is None where there is nothing to cut
    anew; ``why_fixed`` then says why, as a sentence.
    """

    made: PackedRegion
    pure: PackedRegion
    kept: PackedRegion
    findings: tuple[Finding, ...] = ()
    probability: ProbabilityMap | None = None
    default_threshold: float = 0.5
    threshold: float = 0.5
    doubts: tuple[str, ...] = ()
    why_fixed: str = ""

    @property
    def size_bytes(self) -> int:
        """What this record takes beside the probabilities, which all records of one proposal share."""
        return self.made.size_bytes + self.pure.size_bytes + self.kept.size_bytes

    def by_hand(self, current: Region) -> Region:
        """The voxels that a person decided: those kept already, and those changed since. ``current`` is the mask."""
        return self.kept.unpacked() | (current != self.made.unpacked())

    def corrections(self, current: Region) -> Region:
        """Where the mask now says otherwise than the machine."""
        return np.asarray(current != self.pure.unpacked())


def unproposed(current: Region, why_fixed: str) -> MaskOrigin:
    """Of a mask that no model made: read from a file, or cleared."""
    made = PackedRegion.of(current)
    return MaskOrigin(made, made, PackedRegion.of(np.zeros_like(current)), why_fixed=why_fixed)


def recut(origin: MaskOrigin, current: Region, cut: Region, threshold: float) -> tuple[Region, MaskOrigin]:
    """The mask cut anew at ``threshold``, and its origin; ``cut`` is the whole proposal at it."""
    kept = origin.by_hand(current)
    region = np.where(kept, current, cut)
    made, pure = PackedRegion.of(region), PackedRegion.of(cut)
    return region, replace(origin, made=made, pure=pure, kept=PackedRegion.of(kept), threshold=threshold)


def after_operation(origin: MaskOrigin, before: Region, after: Region) -> MaskOrigin:
    """After a whole-mask operation such as filling holes: what it changed may be cut anew, what hands did may not."""
    by_hand = origin.by_hand(before)
    pure = np.where(by_hand, origin.pure.unpacked(), after)
    return replace(origin, made=PackedRegion.of(after), pure=PackedRegion.of(pure), kept=PackedRegion.of(by_hand))


def after_accepting(origin: MaskOrigin, before: Region, after: Region) -> MaskOrigin:
    """After the user accepted suggested changes: no threshold undoes them, yet they are not corrections."""
    made = after_operation(origin, before, after)
    return replace(made, kept=PackedRegion.of(origin.by_hand(before) | (before != after)))
