"""The range that sliders have: quick, without padding and what is no number; and what may be typed beyond it."""

from __future__ import annotations

import time

import numpy as np

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.imaging.windowing import possible_range, sampled_range


def _volume(stored: np.ndarray, **more: object) -> Volume:
    return Volume(stored, Geometry(stored.shape, np.eye(4)), **more)  # type: ignore[arg-type]


def test_of_little_it_is_the_exact_range_of_what_is_there() -> None:
    stored = np.arange(60, dtype=np.int16).reshape(3, 4, 5)
    assert sampled_range(_volume(stored, slope=-2.0, intercept=10.0)) == (-108.0, 10.0)
    assert sampled_range(_volume(stored, padding=(0, 9))) == (10.0, 59.0)
    assert sampled_range(_volume(stored, loaded=np.array([False, True, False]))) == (20.0, 39.0)
    holed = stored.astype(np.float32)
    holed[0], holed[2, 3, 4] = np.nan, np.inf
    assert sampled_range(_volume(holed)) == (20.0, 58.0)
    assert sampled_range(_volume(np.full((2, 3, 3), np.nan, np.float32))) == (0.0, 1.0)


def test_of_much_it_takes_no_time_worth_speaking_of() -> None:
    stored = np.random.default_rng(0).integers(-1000, 2000, (300, 512, 512), np.int16)
    stored[:, :60] = -2000
    volume = _volume(stored, padding=(-2000, -2000))
    took = []
    for _ in range(3):
        start = time.perf_counter()
        low, high = sampled_range(volume)
        took.append(time.perf_counter() - start)
    assert (low, high) == (-1000.0, 1999.0)
    assert min(took) < 0.15


def test_whatever_the_numbers_can_be_may_be_typed() -> None:
    low, high = possible_range(_volume(np.zeros((1, 2, 2), np.uint16), slope=-1.0, intercept=5.0))
    assert (low, high) == (-65530.0, 5.0)
    low, high = possible_range(_volume(np.zeros((1, 2, 2), np.float32)))
    assert low < -1e6 < 1e6 < high
