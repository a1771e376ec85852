"""Outlines run along the edges of pixels, so that filling them gives the region back, by every rule of filling."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from skimage.measure import grid_points_in_poly

from medcrypt_gui.core.mask.fill_contours import fill_contours
from medcrypt_gui.core.mask.outline import outlines

REGIONS = arrays(np.bool_, st.tuples(st.integers(1, 9), st.integers(1, 9)))


@given(REGIONS)
def test_filling_gives_the_region_back(region):
    assert (fill_contours(outlines(region), region.shape) == region).all()


@given(REGIONS)
def test_so_does_the_union_of_lines_filled_one_by_one(region):
    """As plastimatch does: holes must be in the line that surrounds them."""
    union = np.zeros_like(region)
    for line in outlines(region):
        filled = fill_contours([line], region.shape)
        assert not (union & filled).any()
        union |= filled
    assert (union == region).all()


@given(REGIONS)
def test_another_rasteriser_fills_them_alike(region):
    filled = np.zeros_like(region)
    for line in outlines(region):
        filled ^= grid_points_in_poly(region.shape, line[:, ::-1]).astype(bool)
    assert (filled == region).all()


def test_a_ring_within_a_ring_is_two_lines_and_no_corner_is_idle():
    region = np.ones((9, 9), bool)
    region[1:-1, 1:-1] = False
    region[3:-3, 3:-3] = True
    region[4, 4] = False
    lines = outlines(region)
    assert sorted(map(len, lines)) == [10, 10]
    for line in lines:
        steps = np.sign(np.roll(line, -1, axis=0) - line)
        assert (steps != np.roll(steps, 1, axis=0)).any(axis=1).all()


def test_nothing_has_no_outline():
    assert outlines(np.zeros((3, 4), bool)) == []
    assert not fill_contours([], (3, 4)).any()


@pytest.mark.parametrize("offset", [(-2.0, -3.0), (3.0, 2.0), (-20.0, 0.0)])
def test_what_reaches_beyond_the_image_is_cut(offset):
    square = np.array([(0.0, 0), (4, 0), (4, 4), (0, 4)]) - 0.5 + offset
    columns, rows = np.meshgrid(np.arange(5), np.arange(6))
    inside = (abs(columns - offset[0] - 1.5) < 2) & (abs(rows - offset[1] - 1.5) < 2)
    assert (fill_contours([square], (6, 5)) == inside).all()
