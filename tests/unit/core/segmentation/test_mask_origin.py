"""A mask remembers what the machine made and what hands did: no later cut takes handwork away."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.mask.packed_region import PackedRegion
from medcrypt_gui.core.segmentation.mask_origin import (
    MaskOrigin,
    after_accepting,
    after_operation,
    recut,
    unproposed,
)

Region = NDArray[np.bool_]
SHAPE = (4, 6, 5)


def region(*ranges: tuple[int, int]) -> Region:
    made = np.zeros(SHAPE, np.bool_)
    made[tuple(slice(*ends) for ends in ranges)] = True
    return made


PROPOSED = region((1, 3), (1, 5), (1, 4))
LARGER = region((0, 4), (0, 6), (0, 5))


def origin_of(proposed: Region) -> MaskOrigin:
    packed = PackedRegion.of(proposed)
    return MaskOrigin(packed, packed, PackedRegion.of(np.zeros_like(proposed)))


def test_a_packed_region_comes_back_as_it_was() -> None:
    for made in (PROPOSED, LARGER, region((0, 0), (0, 0), (0, 0)), np.random.default_rng(0).random(SHAPE) > 0.7):
        assert np.array_equal(PackedRegion.of(made).unpacked(), made)


def test_a_new_cut_replaces_the_old_one() -> None:
    cut, origin = recut(origin_of(PROPOSED), PROPOSED, LARGER, 0.3)
    assert np.array_equal(cut, LARGER)
    assert origin.threshold == 0.3
    assert not origin.corrections(cut).any()


def test_painted_and_erased_voxels_survive_every_cut() -> None:
    current = PROPOSED.copy()
    current[1, 1, 1] = False
    current[0, 0, 0] = True
    wide, origin = recut(origin_of(PROPOSED), current, LARGER, 0.1)
    assert not wide[1, 1, 1]
    narrow, origin = recut(origin, wide, np.zeros_like(PROPOSED), 0.9)
    assert np.array_equal(np.argwhere(narrow), [[0, 0, 0]])
    assert np.array_equal(np.argwhere(origin.corrections(narrow)), [[0, 0, 0]])


def test_what_an_operation_changed_may_be_cut_anew_but_handwork_before_it_may_not() -> None:
    before = PROPOSED.copy()
    before[0, 0, 0] = True
    after = before.copy()
    after[1, 1, 1] = False
    origin = after_operation(origin_of(PROPOSED), before, after)
    assert np.array_equal(np.argwhere(origin.corrections(after)), [[0, 0, 0]])
    cut, _origin = recut(origin, after, PROPOSED, 0.4)
    assert cut[1, 1, 1]
    assert cut[0, 0, 0]


def test_accepted_changes_survive_every_cut_and_are_no_corrections() -> None:
    after = PROPOSED.copy()
    after[3, 5, 4] = True
    origin = after_accepting(origin_of(PROPOSED), PROPOSED, after)
    assert not origin.corrections(after).any()
    cut, _origin = recut(origin, after, np.zeros_like(PROPOSED), 0.9)
    assert np.array_equal(np.argwhere(cut), [[3, 5, 4]])


def test_a_mask_that_no_model_made_says_why_it_cannot_be_cut() -> None:
    origin = unproposed(PROPOSED, "It was read from a file.")
    assert origin.probability is None
    assert origin.why_fixed == "It was read from a file."
