"""Tiles cover an image wholly and pass into each other without a seam."""

from __future__ import annotations

import numpy as np
import pytest

from medcrypt_gui.core.segmentation.tiling import run_in_tiles, tile_starts, tile_weights


@pytest.mark.parametrize("size", [16, 17, 24, 40, 100])
def test_tiles_reach_from_end_to_end_and_overlap_by_half(size: int) -> None:
    starts = tile_starts(size, 16)
    assert starts[0] == 0
    assert starts[-1] == size - 16
    assert max(np.diff(starts), default=0) <= 8


@pytest.mark.parametrize("size", [16, 17, 24, 40, 100])
def test_weights_sum_to_one_everywhere(size: int) -> None:
    total = np.zeros(size)
    for start, weight in zip(tile_starts(size, 16), tile_weights(size, 16), strict=True):
        total[start : start + 16] += weight
    assert np.allclose(total, 1.0, atol=1e-6)


def test_what_depends_on_the_voxel_alone_is_not_changed_by_tiles() -> None:
    values = np.random.default_rng(1).normal(size=(20, 33, 16)).astype(np.float32)
    seen: list[float] = []
    result = run_in_tiles(values, (16, 16, 16), np.tanh, seen.append)
    assert np.allclose(result, np.tanh(values), atol=1e-5)
    assert seen == sorted(seen)
    assert seen[0] == 0.0


def test_where_tiles_disagree_the_result_passes_smoothly_from_one_to_the_other() -> None:
    calls = iter(range(100))
    result = run_in_tiles(
        np.zeros((16, 16, 24), np.float32), (16, 16, 16), lambda tile: np.full_like(tile, next(calls)), lambda _f: None
    )
    line = result[8, 8]
    assert line[0] == 0.0
    assert line[-1] == 1.0
    assert np.abs(np.diff(line)).max() < 0.3


def test_one_tile_is_the_network_itself() -> None:
    values = np.random.default_rng(2).normal(size=(16, 16, 16)).astype(np.float32)
    assert np.array_equal(run_in_tiles(values, (16, 16, 16), np.tanh, lambda _f: None), np.tanh(values))
