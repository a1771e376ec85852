"""Region growing finds what SciPy's labelling finds, stays where it is told to, and does not leak through necks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import ndimage

from medcrypt_gui.core.errors import Cancelled, NoValueError
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.segmentation.region_growing import Growth, Index, grow, seed_value, suggested_tolerance
from medcrypt_gui.core.task import TaskContext

NOBODY = np.zeros(256, np.bool_)
FAR = 1000.0


def _grown(
    volume: Volume, seed: Index, growth: Growth, labels: NDArray[np.uint8] | None = None, kept_out: object = NOBODY
) -> NDArray[np.bool_]:
    labels = np.zeros(volume.stored.shape, np.uint8) if labels is None else labels
    region, box = grow(volume, seed, growth, labels, np.asarray(kept_out), TaskContext())
    whole = np.zeros(volume.stored.shape, np.bool_)
    whole[box] = region
    return whole


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.floats(0.2, 0.8), st.integers(-3, 3))
def test_it_is_the_connected_part_around_the_seed(number: int, share: float, slope: int) -> None:
    rng = np.random.default_rng(number)
    inside = rng.random((9, 14, 17)) < share
    inside[3:6, 5:8, 6:9] = True
    volume = Volume(np.where(inside, 10, 90).astype(np.int16), Geometry(inside.shape, np.eye(4)), slope or 1.0, 4.0)
    found = _grown(volume, (4, 6, 7), Growth(20.0, FAR, fill_holes=False))
    parts, _ = ndimage.label(inside)
    assert np.array_equal(found, parts == parts[4, 6, 7])


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_it_stays_in_the_slice_of_the_seed(axis: int) -> None:
    volume = Volume(np.zeros((6, 7, 8), np.uint8), Geometry((6, 7, 8), np.eye(4)))
    found = _grown(volume, (2, 3, 4), Growth(5.0, FAR, slice_axis=axis))
    expected = np.zeros((6, 7, 8), bool)
    np.moveaxis(expected, axis, 0)[(2, 3, 4)[axis]] = True
    assert np.array_equal(found, expected)


def test_it_stays_within_its_reach_in_millimetres() -> None:
    geometry = Geometry((21, 41, 31), np.diag([1.5, 1.0, 2.0, 1.0]))
    z, y, x = np.ogrid[:21, :41, :31]
    away = ((z - 10) * 2.0) ** 2 + (y - 20.0) ** 2 + ((x - 15) * 1.5) ** 2
    found = _grown(Volume(np.zeros(geometry.shape, np.float32), geometry), (10, 20, 15), Growth(1.0, 12.0))
    assert np.array_equal(found, away <= 144)


def test_it_does_not_go_into_labels_that_keep_it_out() -> None:
    labels = np.zeros((5, 10, 20), np.uint8)
    labels[:, :, 10] = 3
    labels[2, 5, 5] = 3
    volume = Volume(np.zeros(labels.shape, np.int16), Geometry(labels.shape, np.eye(4)))
    found = _grown(volume, (1, 2, 2), Growth(1.0, FAR), labels, np.arange(256) == 3)
    assert np.array_equal(found, (labels == 0) & (np.arange(20) < 10))
    assert _grown(volume, (1, 2, 2), Growth(1.0, FAR), labels).all()


def test_specks_of_noise_inside_are_filled() -> None:
    stored = np.zeros((20, 20, 20), np.int16)
    stored[[5, 9, 12], [5, 9, 14], [6, 9, 3]] = 500
    volume = Volume(stored, Geometry(stored.shape, np.eye(4)))
    assert _grown(volume, (2, 2, 2), Growth(10.0, FAR)).all()
    assert np.count_nonzero(~_grown(volume, (2, 2, 2), Growth(10.0, FAR, fill_holes=False))) == 3


@pytest.mark.parametrize("axis", [None, 0])
def test_a_narrow_passage_is_not_gone_through(axis: int | None) -> None:
    stored = np.full((30, 30, 70), 200, np.int16)
    stored[5:25, 5:25, 5:25] = stored[5:25, 5:25, 45:65] = 0
    stored[14:16, 14:16, 25:45] = 0  # a passage of 2 mm
    volume = Volume(stored, Geometry(stored.shape, np.eye(4)))
    leaking = _grown(volume, (15, 15, 10), Growth(50.0, FAR, slice_axis=axis))
    tight = _grown(volume, (15, 15, 10), Growth(50.0, FAR, neck_mm=6.0, slice_axis=axis))
    assert leaking[:, :, 50].any()
    assert not tight[:, :, 30:].any()
    assert np.count_nonzero(tight) > 0.85 * (8000 if axis is None else 400)
    assert tight[15, 15, 10]


def test_what_is_narrow_everywhere_is_kept() -> None:
    stored = np.full((9, 9, 30), 200, np.int16)
    stored[4, 4] = 0
    volume = Volume(stored, Geometry(stored.shape, np.eye(4)))
    assert np.count_nonzero(_grown(volume, (4, 4, 3), Growth(300.0, FAR))) == stored.size
    thin = Volume(np.where(stored == 0, 0, 2000).astype(np.int16), volume.geometry)
    assert seed_value(thin, (4, 4, 3)) == pytest.approx(2000 * 24 / 27)
    assert np.count_nonzero(_grown(thin, (4, 4, 3), Growth(1900.0, FAR, neck_mm=5.0))) >= 30


def test_the_tolerance_is_that_of_the_noise() -> None:
    noise = np.random.default_rng(2).normal(100, 12, (9, 9, 9)).astype(np.float32)
    volume = Volume(noise, Geometry(noise.shape, np.eye(4)))
    assert suggested_tolerance(volume, (4, 4, 4)) == pytest.approx(30, rel=0.35)
    edge = noise.copy()
    edge[:, :, 6:] += 1000
    assert suggested_tolerance(Volume(edge, volume.geometry), (4, 4, 4)) < 70
    assert suggested_tolerance(Volume(np.zeros((3, 3, 3), np.int16), Geometry((3, 3, 3), np.eye(4))), (0, 0, 0)) > 0


def test_a_seed_that_is_kept_out_marks_itself_alone_and_a_full_stack_loses_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("medcrypt_gui.core.segmentation.region_growing._FIRST_STACK", 4)
    shape = (12, 30, 30)
    stored = np.random.default_rng(4).choice([0, 100], shape, p=[0.7, 0.3]).astype(np.int16)
    stored[5:8, 14:17, 14:17] = 0
    volume = Volume(stored, Geometry(shape, np.eye(4)))
    parts, _ = ndimage.label(stored == 0)
    found = _grown(volume, (6, 15, 15), Growth(10.0, FAR, fill_holes=False))
    assert np.array_equal(found, parts == parts[6, 15, 15])
    labels = np.full(shape, 2, np.uint8)
    assert np.count_nonzero(_grown(volume, (6, 15, 15), Growth(1.0, FAR), labels, np.arange(256) == 2)) == 1


def test_growing_is_cancelled() -> None:
    task = TaskContext()
    task.cancel()
    volume = Volume(np.zeros((4, 4, 4), np.int16), Geometry((4, 4, 4), np.eye(4)))
    with pytest.raises(Cancelled):
        grow(volume, (1, 1, 1), Growth(1.0, FAR), np.zeros((4, 4, 4), np.uint8), NOBODY, task)


def test_voxels_without_a_number_count_for_nothing_and_a_place_without_any_is_refused() -> None:
    stored = np.full((7, 9, 9), 50.0, np.float32)
    stored[:, :, 6:] = np.nan
    stored[3, 4, 3] = np.inf
    volume = Volume(stored, Geometry(stored.shape, np.eye(4)))
    assert seed_value(volume, (3, 4, 4)) == 50.0
    assert np.isfinite(suggested_tolerance(volume, (3, 4, 4)))
    found = _grown(volume, (3, 4, 5), Growth(10.0, FAR, fill_holes=False))
    assert np.array_equal(found, np.isfinite(stored))
    with pytest.raises(NoValueError):
        suggested_tolerance(volume, (3, 4, 8))
    with pytest.raises(NoValueError):
        _grown(volume, (3, 4, 8), Growth(10.0, FAR))
