"""What is handed over in bites while it goes on changing is, in the end, what is there."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from medcrypt_gui.core.journal.untold import Untold
from medcrypt_gui.core.mask.box import NOWHERE, Box, whole_box

SHAPE = (9, 8, 7)


def _box(ends: list[tuple[int, int]]) -> Box:
    firsts = [min(pair) % n for pair, n in zip(ends, SHAPE, strict=True)]
    z, y, x = (slice(a, max(a, max(pair) % n) + 1) for a, pair, n in zip(firsts, ends, SHAPE, strict=True))
    return z, y, x


_BOXES = st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), min_size=3, max_size=3).map(_box)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(_BOXES, st.integers(0, 3)), max_size=90), st.integers(1, 300))
def test_all_that_changed_is_told_in_the_end_and_as_it_is_then(steps: list[tuple[Box, int]], bite: int) -> None:
    truth, told = np.zeros(SHAPE, np.int64), np.zeros(SHAPE, np.int64)
    untold = Untold()
    for number, (box, bites) in enumerate(steps, 1):
        truth[box] = number
        untold.add(box)
        for _ in range(bites):
            taken = untold.take(bite)
            if taken is not None:
                told[taken] = truth[taken]
        if not untold:
            np.testing.assert_array_equal(told, truth)
    while (taken := untold.take(bite)) is not None:
        told[taken] = truth[taken]
    np.testing.assert_array_equal(told, truth)


def test_a_bite_is_no_larger_than_asked_but_a_slice_at_least() -> None:
    untold = Untold()
    untold.add(whole_box(SHAPE))
    assert untold.take(120) == (slice(0, 2), slice(0, 8), slice(0, 7))
    assert untold.take(1) == (slice(2, 3), slice(0, 8), slice(0, 7))
    assert untold.take(10_000) == (slice(3, 9), slice(0, 8), slice(0, 7))
    assert untold.take(1) is None


def test_nothing_is_nothing_to_tell_and_what_is_known_is_not_told_twice() -> None:
    untold = Untold()
    untold.add(NOWHERE)
    assert not untold
    untold.add((slice(1, 2), slice(1, 2), slice(1, 2)))
    untold.add((slice(0, 3), slice(0, 3), slice(0, 3)))
    untold.add((slice(1, 2), slice(0, 3), slice(0, 3)))
    assert untold.take(10_000) == (slice(0, 3), slice(0, 3), slice(0, 3))
    assert not untold


def test_many_strokes_far_apart_do_not_make_a_long_list() -> None:
    untold = Untold()
    for number in range(1000):
        untold.add((slice(number, number + 1), slice(number, number + 1), slice(0, 1)))
    count = 0
    while untold.take(1 << 40) is not None:
        count += 1
    assert count <= 64
