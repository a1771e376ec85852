"""Parts are those that SciPy finds in space at once, with their sizes."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from medcrypt_gui.core.mask.box import whole_box
from medcrypt_gui.core.mask.parts import parts_of
from medcrypt_gui.core.task import TaskContext


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.05, 0.7))
def test_parts_and_sizes_are_those_of_scipy(seed: int, density: float) -> None:
    region = np.random.default_rng(seed).random((6, 9, 11)) < density
    parts = parts_of(region, whole_box(region.shape), TaskContext())
    expected, count = ndimage.label(region)
    assert len(parts.voxels) - 1 == count
    assert sorted(parts.voxels[1:]) == sorted(np.bincount(expected.reshape(-1))[1:])
    for number in parts.by_size:
        of_part = parts.region([int(number)], TaskContext())
        assert len(np.unique(expected[of_part])) == 1
        assert of_part.sum() == parts.voxels[number]


def test_a_part_is_found_by_a_voxel_of_it_and_outside_there_is_none() -> None:
    region = np.zeros((4, 5, 6), np.bool_)
    region[1, 1, 1:4] = region[3, 3, 3] = True
    box = (slice(10, 14), slice(20, 25), slice(30, 36))
    parts = parts_of(region, box, TaskContext())
    assert parts.voxels[parts.at((32, 21, 11))] == 3
    assert parts.voxels[parts.at((33, 23, 13))] == 1
    assert parts.at((30, 20, 10)) == parts.at((0, 0, 0)) == 0
    assert list(parts.voxels[parts.by_size]) == [3, 1]
