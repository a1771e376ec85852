"""Someone who corrects a few slices of a proposal exactly, asks what they teach, and accepts what is suggested."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.errors import NothingToLearnError
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.mask.dice import dice
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.segmentation.corrected_slices import SlicePlace
from medcrypt_gui.core.segmentation.proposal import Proposal
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.learn_from_corrections import learn_from_corrections

Region = NDArray[np.bool_]
WORTH_CORRECTING = 0.93  # first Dice below which learning has to help
LEAST_CUT = 0.30  # of the remaining error, then
MAY_WORSEN = 0.01  # of the remaining error, in any volume


@dataclass(frozen=True)
class Outcome:
    """``before`` and ``after`` are wrong voxels outside the corrected slices; ``gain`` is None if nothing is learnt.

    ``far_apart``: whether the slices are so spread that learning can help the whole volume.
    """

    name: str
    first_dice: float
    before: int
    after: int
    gain: float | None
    why_not: str
    seconds: float
    processor_s: float
    far_apart: bool

    @property
    def cut(self) -> float:
        """The share of the remaining error that is gone; below 0 when there is more of it."""
        return 1.0 - self.after / self.before if self.before else 0.0

    @property
    def met(self) -> bool:
        """A good proposal must not become worse, a bad one must become clearly better."""
        return self.cut >= (LEAST_CUT if self.must_help else -MAY_WORSEN)

    @property
    def must_help(self) -> bool:
        return self.far_apart and self.first_dice < WORTH_CORRECTING


def correct_and_learn(
    name: str,
    volume: Volume,
    proposal: Proposal,
    reference: Region,
    slices: Sequence[SlicePlace],
    far_apart: bool = True,
) -> Outcome:
    """What becomes of the rest of the proposal when ``slices`` are set to the reference."""
    proposed = proposal.mask.roi()
    current, elsewhere = proposed.copy(), np.ones(proposed.shape, bool)
    for axis, index in slices:
        place = (slice(None),) * axis + (index,)
        current[place] = reference[place]
        elsewhere[place] = False
    after, gain, why_not = current, None, ""
    begun, busy = time.perf_counter(), time.process_time()
    try:
        corrected = RoiMask.from_bool(current, volume.geometry)
        change = learn_from_corrections(volume, proposal, corrected, slices, TaskContext())
        after, gain = change.after(current), change.gain
    except NothingToLearnError as exc:
        why_not = exc.detail
    seconds, processor = time.perf_counter() - begun, time.process_time() - busy
    before, remaining = (int(((region != reference) & elsewhere).sum()) for region in (current, after))
    first_dice = dice(proposed, reference)
    return Outcome(name, first_dice, before, remaining, gain, why_not, seconds, processor, far_apart)


def spread_slices(proposed: Region, axis: int = 0) -> tuple[SlicePlace, ...]:
    """At a quarter, half and three quarters of the proposal's extent."""
    first, last = _extent(proposed, axis)
    return tuple((axis, round(first + part * (last - first))) for part in (0.25, 0.5, 0.75))


def low_slices(proposed: Region, axis: int = 0) -> tuple[SlicePlace, ...]:
    """Three close together near one end: at 5, 8 and 11 % of the proposal's extent, or the next that are free."""
    first, last = _extent(proposed, axis)
    start, step = round(first + 0.05 * (last - first)), max(1, round(0.03 * (last - first)))
    return tuple((axis, start + number * step) for number in range(3))


def random_slices(proposed: Region, random: np.random.Generator, axis: int = 0) -> tuple[SlicePlace, ...]:
    """Three anywhere in the middle nine tenths of the proposal."""
    first, last = _extent(proposed, axis)
    margin = (last - first) // 20
    drawn = random.choice(np.arange(first + margin, last - margin + 1), 3, replace=False)
    return tuple((axis, int(index)) for index in sorted(drawn))


def _extent(proposed: Region, axis: int) -> tuple[int, int]:
    others = tuple(a for a in range(3) if a != axis)
    reached = np.flatnonzero(proposed.any(axis=others))
    return int(reached[0]), int(reached[-1])
