"""Corrections in a few slices lead to the same corrections elsewhere, or to nothing at all."""

from __future__ import annotations

import numpy as np
import pytest
from builders.head import head
from numpy.typing import NDArray
from scipy import ndimage

from medcrypt_gui.core.errors import Cancelled, NothingToLearnError
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.segmentation.adapt import MaskChange, learn
from medcrypt_gui.core.segmentation.proposal import Proposal
from medcrypt_gui.core.task import TaskContext

Region = NDArray[np.bool_]
SLICES = ((0, 25), (0, 45), (0, 65))


def _noisy(volume: Volume) -> Volume:
    noise = np.random.default_rng(3).normal(0, 25, volume.stored.shape)
    return Volume((volume.stored + noise).astype(np.int16), volume.geometry)


def _corrected(proposed: Region, truth: Region, slices: tuple[tuple[int, int], ...]) -> Region:
    result = proposed.copy()
    for axis, index in slices:
        place = (slice(None),) * axis + (index,)
        result[place] = truth[place]
    return result


def _learn(
    volume: Volume, proposed: Region, current: Region, slices: tuple[tuple[int, int], ...] = SLICES
) -> MaskChange:
    proposal = Proposal(RoiMask.from_bool(proposed, volume.geometry))
    return learn(volume, proposal, RoiMask.from_bool(current, volume.geometry), slices, TaskContext())


def _too_large() -> tuple[Volume, Region, Region]:
    volume, brain = head()
    return _noisy(volume), brain, ndimage.binary_dilation(brain, iterations=2)


def test_a_border_that_was_moved_in_three_slices_moves_in_all() -> None:
    volume, brain, proposed = _too_large()
    current = _corrected(proposed, brain, SLICES)
    change = _learn(volume, proposed, current)
    wrong_before, wrong_after = (int((region != brain).sum()) for region in (current, change.after(current)))
    assert wrong_after < 0.2 * wrong_before
    assert change.gain > 0.5


def test_slices_may_run_in_any_plane() -> None:
    volume, brain, proposed = _too_large()
    slices = ((0, 40), (1, 50), (2, 60))
    current = _corrected(proposed, brain, slices)
    after = _learn(volume, proposed, current, slices).after(current)
    assert (after != brain).sum() < 0.3 * (current != brain).sum()


@pytest.mark.parametrize("slices", [((0, 36), (0, 39)), ((0, 38),)])
def test_what_low_slices_teach_is_not_carried_to_the_top(slices: tuple[tuple[int, int], ...]) -> None:
    """The proposal is too large at the bottom alone, and the image does not show where: only the place could tell."""
    volume, brain, proposed = _too_large()
    volume = Volume(np.random.default_rng(1).normal(500, 25, brain.shape).astype(np.int16), volume.geometry)
    proposed[48:] = brain[48:]
    current = _corrected(proposed, brain, slices)
    change = _learn(volume, proposed, current, slices)
    changed = change.after(current) != current
    assert changed[33:44].any()
    assert not changed[48:].any()


def test_corrected_slices_stay_as_the_user_left_them() -> None:
    volume, brain, proposed = _too_large()
    current = _corrected(proposed, brain, SLICES)
    current[25, 40:44, 40:44] = False  # a whim that no rule explains
    after = _learn(volume, proposed, current).after(current)
    for _, index in SLICES:
        assert np.array_equal(after[index], current[index])


def test_the_same_corrections_give_the_same_change() -> None:
    volume, brain, proposed = _too_large()
    current = _corrected(proposed, brain, SLICES)
    first, second = (_learn(volume, proposed, current) for _ in range(2))
    assert np.array_equal(first.add, second.add)
    assert np.array_equal(first.remove, second.remove)


def test_slices_found_right_teach_nothing_by_themselves() -> None:
    volume, brain, _ = _too_large()
    with pytest.raises(NothingToLearnError, match="nothing was corrected"):
        _learn(volume, brain, brain)


def test_a_speck_erased_from_a_right_mask_teaches_nothing() -> None:
    volume, brain, _ = _too_large()
    proposed = brain.copy()
    outside = np.argwhere(ndimage.binary_dilation(brain[30], iterations=2) & ~brain[30])[0]
    place = (30, slice(outside[0], outside[0] + 3), slice(outside[1], outside[1] + 3))
    proposed[place] = True
    slices = ((0, 30), (0, 33))
    with pytest.raises(NothingToLearnError, match="too small"):
        _learn(volume, proposed, _corrected(proposed, brain, slices), slices)


def test_corrections_without_a_rule_are_not_carried_on() -> None:
    volume, brain, _ = _too_large()
    current = brain.copy()
    random = np.random.default_rng(5)
    for _, index in SLICES:
        border = brain[index] ^ ndimage.binary_erosion(brain[index])
        current[index] ^= border & (random.random(border.shape) < 0.3)
    with pytest.raises(NothingToLearnError, match="no rule"):
        _learn(volume, brain, current)


def test_no_slice_and_no_proposal_teach_nothing() -> None:
    volume, brain, _ = _too_large()
    with pytest.raises(NothingToLearnError):
        _learn(volume, brain, brain, ())
    with pytest.raises(NothingToLearnError):
        _learn(volume, np.zeros_like(brain), _corrected(np.zeros_like(brain), brain, SLICES))


def test_it_ends_when_cancelled() -> None:
    volume, brain, proposed = _too_large()
    task = TaskContext(lambda fraction, _text: task.cancel() if fraction > 0.3 else None)
    current = RoiMask.from_bool(_corrected(proposed, brain, SLICES), volume.geometry)
    with pytest.raises(Cancelled):
        learn(volume, Proposal(RoiMask.from_bool(proposed, volume.geometry)), current, SLICES, task)
