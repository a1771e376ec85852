"""What belongs with the centre of a tip: like values that hang together with it."""

from __future__ import annotations

import numpy as np
import pytest

from medcrypt_gui.core.mask.likeness import alike


def _two_tissues(shape: tuple[int, ...], noise: float) -> np.ndarray:
    """100 on the left, 300 on the right."""
    rng = np.random.default_rng(5)
    values = np.where(np.arange(shape[-1]) < shape[-1] // 2, 100.0, 300.0) + rng.normal(0, noise, shape)
    return values.astype(np.float32)


@pytest.mark.parametrize("shape", [(1, 31, 31), (31, 1, 31), (21, 31, 31)])
@pytest.mark.parametrize("noise", [0.0, 20.0])
def test_the_tip_stops_at_an_edge(shape: tuple[int, int, int], noise: float) -> None:
    values = _two_tissues(shape, noise)
    centre = shape[0] // 2, shape[1] // 2, 7
    found = alike(values, np.ones(shape, bool), centre, 3.0)
    assert found[..., :14].mean() > 0.95
    assert found[..., 17:].mean() < 0.01


def test_what_is_like_but_apart_is_left() -> None:
    values = np.full((1, 21, 21), 100.0, np.float32)
    values[:, :, 9:12] = 500.0
    found = alike(values, np.ones(values.shape, bool), (0, 10, 3), 2.0)
    assert found[0, :, :8].all()
    assert not found[0, :, 12:].any()


def test_nothing_outside_the_region_or_the_grid_is_taken() -> None:
    region = np.zeros((1, 9, 9), bool)
    region[0, 2:6, 2:6] = True
    values = np.zeros((1, 9, 9), np.float32)
    assert np.array_equal(alike(values, region, (0, 4, 4), 2.0), region)
    assert not alike(values, region, (0, 4, -1), 2.0).any()
    assert not alike(values, region, (0, 8, 8), 2.0).any()
