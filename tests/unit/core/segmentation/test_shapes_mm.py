"""Shapes measured in millimetres agree with distances, and stop when asked to."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import ndimage

from medcrypt_gui.core.errors import Cancelled
from medcrypt_gui.core.segmentation import shapes_mm
from medcrypt_gui.core.task import TaskContext

SPACING = (3.0, 1.5, 1.0)
Region = NDArray[np.bool_]


@pytest.fixture
def specks() -> Region:
    return np.random.default_rng(5).random((12, 30, 28)) > 0.995


@pytest.mark.parametrize("radius_mm", [0.5, 2.9, 7.0])
def test_growth_reaches_what_lies_within_the_radius(specks: Region, radius_mm: float) -> None:
    distance = ndimage.distance_transform_edt(~specks, SPACING)
    np.testing.assert_array_equal(shapes_mm.grown(specks, radius_mm, SPACING, TaskContext()), distance <= radius_mm)


def test_a_room_with_a_door_is_not_filled() -> None:
    room = np.ones((8, 8, 8), bool)
    room[2:6, 2:6, 2:6] = False
    assert shapes_mm.filled(room, TaskContext()).all()
    room[0:2, 3, 3] = False
    np.testing.assert_array_equal(shapes_mm.filled(room, TaskContext()), room)


def test_empty_regions_stay_empty() -> None:
    empty = np.zeros((4, 5, 6), bool)
    assert not shapes_mm.filled(empty, TaskContext()).any()
    assert not shapes_mm.grown(empty, 5.0, SPACING, TaskContext()).any()


@pytest.mark.parametrize(
    "shape",
    [
        lambda region, task: shapes_mm.grown(region, 4.0, SPACING, task),
        lambda region, task: shapes_mm.opened(region, 4.0, SPACING, task),
        lambda region, task: shapes_mm.closed(region, 4.0, SPACING, task),
        lambda region, task: shapes_mm.filled(region, task),
        lambda region, task: shapes_mm.holes_in_slices(region, task),
    ],
)
def test_long_work_asks_whether_to_go_on(specks: Region, shape: Callable[[Region, TaskContext], Region]) -> None:
    task = TaskContext()
    task.cancel()
    with pytest.raises(Cancelled):
        shape(specks, task)
