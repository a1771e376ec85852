"""What lies within some millimetres of a region is what measuring every pair of voxels says, on every kind of grid."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medcrypt_gui.core.errors import Cancelled
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.mask.box import bounding_box, whole_box
from medcrypt_gui.core.mask.margins import grow, shrink
from medcrypt_gui.core.mask.near import box_within, near, reached_mm
from medcrypt_gui.core.task import TaskContext

SHAPE = (7, 12, 13)


def _geometry(kind: str) -> Geometry:
    affine = np.diag({"square": [0.8, 0.8, 2.5, 1.0], "flat": [0.7, 1.3, 2.0, 1.0]}.get(kind, [0.9, 0.9, 1.7, 1.0]))
    if kind == "sheared":
        affine[1, 2], affine[0, 1] = 0.8, 0.3
    if kind == "turned":
        angle = np.array([[0.8, -0.6, 0.0], [0.6, 0.8, 0.0], [0.0, 0.0, 1.0]])
        affine[:3, :3] = angle @ affine[:3, :3]
    return Geometry(SHAPE, affine)


def _by_pairs(region: np.ndarray, geometry: Geometry, radius: float) -> np.ndarray:
    z, y, x = np.nonzero(np.ones(SHAPE, bool))
    every = geometry.to_mm(np.stack((x, y, z), axis=1).astype(float))
    inside = every[region.reshape(-1)]
    away = np.linalg.norm(every[:, None] - inside[None], axis=2).min(axis=1)
    return (away <= radius + 1e-4).reshape(SHAPE)


KINDS = ["square", "flat", "sheared", "turned"]


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.1, 6.0))
def test_it_is_what_measuring_every_pair_says(kind: str, seed: int, radius: float) -> None:
    rng = np.random.default_rng(seed)
    region = rng.random(SHAPE) < rng.choice([0.003, 0.05])
    region[3, 6, 6] = True
    geometry = _geometry(kind)
    assert np.array_equal(near(region, geometry, radius, TaskContext()), _by_pairs(region, geometry, radius))


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.5, 4.0))
def test_growing_and_shrinking_back_covers_and_the_other_way_round_is_covered(
    kind: str, seed: int, margin: float
) -> None:
    geometry, task, box = _geometry(kind), TaskContext(), whole_box(SHAPE)
    region = np.random.default_rng(seed).random(SHAPE) < 0.4
    larger, _ = grow(region, box, geometry, margin, task)
    assert not (region & ~shrink(larger, box, geometry, margin, task)).any()
    smaller = shrink(region, box, geometry, margin, task)
    assert not (grow(smaller, box, geometry, margin, task)[0] & ~region).any()


@pytest.mark.parametrize("kind", KINDS)
def test_the_box_has_room_for_all_that_is_near(kind: str) -> None:
    geometry = _geometry(kind)
    region = np.zeros(SHAPE, bool)
    region[3, 6, 6] = True
    for radius in (0.5, 1.7, 3.4):
        box = bounding_box(region)
        assert box is not None
        reached = bounding_box(_by_pairs(region, geometry, radius))
        assert reached is not None
        room = box_within(box, radius, geometry)
        assert all(a.start <= b.start and b.stop <= a.stop for a, b in zip(room, reached, strict=True))


def test_a_margin_comes_in_whole_voxels() -> None:
    assert reached_mm(_geometry("square"), 2.4) == pytest.approx((2.4, 2.4, 0.0))


@pytest.mark.parametrize("kind", KINDS)
def test_it_can_be_cancelled(kind: str) -> None:
    task = TaskContext()
    task.cancel()
    with pytest.raises(Cancelled):
        near(np.ones(SHAPE, bool), _geometry(kind), 1.0, task)
