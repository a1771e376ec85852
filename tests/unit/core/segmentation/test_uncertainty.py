"""Doubt is a length: how far the border may be off; it is found where the probabilities fall slowly."""

from __future__ import annotations

import numpy as np
import pytest

from medcrypt_gui.core.errors import Cancelled
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.segmentation.proposal import ProbabilityMap
from medcrypt_gui.core.segmentation.uncertainty import doubtful_regions, slice_doubt
from medcrypt_gui.core.task import TaskContext

GRID = Geometry((48, 48, 48), np.diag([2.0, 2.0, 2.0, 1.0]))
FINE = Geometry((96, 96, 96), np.diag([1.0, 1.0, 1.0, 1.0]))


def _ball(widths_mm: np.ndarray | float) -> ProbabilityMap:
    """A ball of 30 mm whose probabilities fall linearly over ``widths_mm`` (one per voxel, or one for all)."""
    z, y, x = np.meshgrid(*(np.arange(48.0),) * 3, indexing="ij")
    outwards = 2.0 * np.sqrt((x - 23.5) ** 2 + (y - 23.5) ** 2 + (z - 23.5) ** 2) - 30.0
    return ProbabilityMap(np.clip(0.5 - outwards / widths_mm, 0, 1).astype(np.float32), GRID)


@pytest.mark.parametrize("width_mm", [6.0, 12.0])
def test_the_middle_slice_of_a_ball_is_unsure_by_a_quarter_of_its_borders_width(width_mm: float) -> None:
    assert slice_doubt(_ball(width_mm), FINE)[47] == pytest.approx(width_mm / 4, rel=0.12)


def test_a_network_that_is_never_quite_sure_is_not_unsure_for_that() -> None:
    never_sure = ProbabilityMap(_ball(6.0).values * np.float32(0.75) + np.float32(0.125), GRID)
    assert slice_doubt(never_sure, FINE)[47] == pytest.approx(slice_doubt(_ball(6.0), FINE)[47], rel=0.05)


def test_slices_without_the_region_are_not_in_doubt_and_every_slice_has_a_figure() -> None:
    doubt = slice_doubt(_ball(6.0), FINE)
    assert doubt.shape == (96,)
    assert doubt.dtype == np.float64
    assert doubt[:8].max() == 0.0
    assert np.isfinite(doubt).all()


def test_thick_oblique_slices_get_a_figure_each() -> None:
    turn = np.deg2rad(30.0)
    affine = np.diag([0.6, 0.6, 4.0, 1.0])
    affine[:3, :3] = (
        np.array([[1, 0, 0], [0, np.cos(turn), -np.sin(turn)], [0, np.sin(turn), np.cos(turn)]]) @ (affine[:3, :3])
    )
    affine[:3, 3] = [10.0, 40.0, -10.0]
    doubt = slice_doubt(_ball(8.0), Geometry((24, 120, 120), affine))
    assert doubt.shape == (24,)
    assert 1.0 < doubt.max() < 6.0


def test_only_the_side_where_the_border_is_vague_is_marked() -> None:
    widths = np.full((48, 48, 48), 4.0)
    widths[:, :, 24:] = 16.0
    marked = doubtful_regions(_ball(widths), FINE, TaskContext())
    assert marked.shape == FINE.shape
    assert marked[:, :, 60:].any()
    assert not marked[:, :, :40].any()


def test_nothing_found_and_all_sure_leave_no_doubt() -> None:
    for value in (0.0, 1.0):
        probability = ProbabilityMap(np.full(GRID.shape, value, np.float32), GRID)
        assert not doubtful_regions(probability, FINE, TaskContext()).any()
        assert slice_doubt(probability, FINE).max() == 0.0


def test_it_ends_when_cancelled() -> None:
    task = TaskContext()
    task.cancel()
    with pytest.raises(Cancelled):
        doubtful_regions(_ball(16.0), FINE, task)
