"""A range of values is found as NumPy would find it, in every kind of stored numbers and with any scaling."""

from __future__ import annotations

import numpy as np
import pytest

from medcrypt_gui.core.errors import Cancelled
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.mask.box import whole_box
from medcrypt_gui.core.segmentation.value_range import suggested_range, voxels_between
from medcrypt_gui.core.task import TaskContext

SHAPE = (5, 12, 14)
GRID = Geometry(SHAPE, np.eye(4))
KINDS = ("uint8", "int8", "uint16", "int16", "uint32", "int32", "int64", "float32", "float64")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("slope", "intercept"), [(1.0, 0.0), (0.1, -3.0), (-2.0, 10.0)])
def test_it_agrees_with_the_scaled_values(kind: str, slope: float, intercept: float) -> None:
    stored = np.random.default_rng(5).integers(0, 120, SHAPE).astype(kind)
    volume = Volume(stored, GRID, slope, intercept)
    scaled = np.round(stored.astype(np.float64) * slope + intercept, 6)
    for lower, upper in ((20 * slope + intercept, 70 * slope + intercept), (-1e9, 1e9), (3.05, 3.06)):
        low, high = sorted((round(lower, 6), round(upper, 6)))
        found = voxels_between(volume, low, high, whole_box(SHAPE), TaskContext())
        assert found.dtype == np.bool_
        assert np.array_equal(found, (scaled >= low) & (scaled <= high)) or kind.startswith("float")


def test_a_part_of_the_grid_and_a_range_the_wrong_way_round() -> None:
    stored = np.arange(np.prod(SHAPE), dtype=np.int16).reshape(SHAPE)
    volume = Volume(stored, GRID)
    box = (slice(1, 3), slice(2, 6), slice(4, 9))
    found = voxels_between(volume, 200, 400, box, TaskContext())
    assert np.array_equal(found, (stored[box] >= 200) & (stored[box] <= 400))
    assert not voxels_between(volume, 400, 200, box, TaskContext()).any()


def test_padding_belongs_to_no_range_and_to_no_suggestion() -> None:
    stored = np.random.default_rng(1).choice([0, 100], SHAPE).astype(np.int16)
    stored[:, :3] = -2000
    volume = Volume(stored, GRID, padding=(-2000.0, -2000.0))
    assert not voxels_between(volume, -3000, 200, whole_box(SHAPE), TaskContext())[:, :3].any()
    lower, upper = suggested_range(volume)
    assert 0 < lower <= 100 == upper


def test_not_a_number_is_in_no_range_and_one_value_alone_has_a_suggestion() -> None:
    stored = np.full(SHAPE, 7.0, np.float32)
    stored[0, 0, 0] = np.nan
    volume = Volume(stored, GRID)
    assert not voxels_between(volume, -1e9, 1e9, whole_box(SHAPE), TaskContext())[0, 0, 0]
    assert suggested_range(volume) == (7.0, 7.0)


def test_it_is_cancelled() -> None:
    task = TaskContext()
    task.cancel()
    with pytest.raises(Cancelled):
        voxels_between(Volume(np.zeros(SHAPE, np.int16), GRID), 0, 1, whole_box(SHAPE), task)
