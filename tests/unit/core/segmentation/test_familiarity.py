"""What is unlike the training images is said; what is like them is not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from builders.head import head, reoriented, small_network

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.segmentation.card_entries import CardError
from medcrypt_gui.core.segmentation.familiar import FEATURES, Familiar
from medcrypt_gui.core.segmentation.familiarity import border_off_mm, doubts, image_features, unfamiliarity
from medcrypt_gui.core.segmentation.preprocess import ModelInput, prepare
from medcrypt_gui.core.segmentation.proposal import ProbabilityMap
from medcrypt_gui.core.task import TaskContext


def _prepared(volume: Volume) -> ModelInput:
    return prepare(volume, small_network(), TaskContext())


def _noisy(volume: Volume, seed: int) -> Volume:
    noise = np.random.default_rng(seed).normal(0.0, 30.0, volume.stored.shape)
    return replace(volume, stored=(volume.stored + noise).astype(np.float32))


@pytest.fixture(scope="module")
def familiar() -> Familiar:
    """Of a few noisy copies of the head."""
    rows = np.array([image_features(_prepared(_noisy(head()[0], seed)).values, 4.0) for seed in range(6)])
    deviation = np.maximum(rows.std(axis=0), 0.03)
    return Familiar(tuple(rows.mean(axis=0)), tuple(deviation), 1.5, (900.0, 1500.0), 2.0)


def _ball_of(width_mm: float, grid: Geometry) -> ProbabilityMap:
    """A ball of 60 mm whose probabilities fall over that width."""
    z, y, x = np.meshgrid(*(np.arange(float(n)) for n in grid.shape), indexing="ij")
    middle = (np.array(grid.shape) - 1) / 2
    radius = 4.0 * np.sqrt((x - middle[2]) ** 2 + (y - middle[1]) ** 2 + (z - middle[0]) ** 2)
    return ProbabilityMap(np.clip(0.5 - (radius - 60.0) / width_mm, 0, 1).astype(np.float32), grid)


def test_another_scan_of_the_same_kind_raises_no_doubt(familiar: Familiar) -> None:
    prepared = _prepared(_noisy(head()[0], 99))
    assert doubts(prepared.values, _ball_of(8.0, prepared.geometry), 1200.0, familiar) == ()


def test_a_scan_stored_another_way_is_no_less_familiar(familiar: Familiar) -> None:
    prepared = _prepared(reoriented(_noisy(head()[0], 98), (2, 0, 1), (True, False, True)))
    assert unfamiliarity(image_features(prepared.values, 4.0), familiar) < familiar.limit


def _odd(kind: str) -> Volume:
    volume, brain = head()
    random = np.random.default_rng(5)
    if kind == "noise":
        return replace(volume, stored=random.normal(500.0, 100.0, volume.stored.shape).astype(np.float32))
    if kind == "upside down":
        return replace(volume, stored=np.ascontiguousarray(volume.stored[::-1]))
    if kind == "brain alone":
        return replace(volume, stored=np.where(brain, volume.stored, 0).astype(np.int16))
    z, y, x = np.meshgrid(*(np.linspace(-1, 1, n) for n in volume.stored.shape), indexing="ij")
    return replace(volume, stored=np.where(x**2 + y**2 + z**2 < 0.5, 500, 0).astype(np.int16))


@pytest.mark.parametrize("kind", ["noise", "upside down", "brain alone", "even ball"])
def test_what_is_no_such_scan_raises_doubt(familiar: Familiar, kind: str) -> None:
    prepared = _prepared(_odd(kind))
    (doubt,) = doubts(prepared.values, _ball_of(8.0, prepared.geometry), 1200.0, familiar)
    assert "unlike those that the model learned from" in doubt
    assert "usual is up to 1.5" in doubt


def test_an_unusual_size_and_a_vague_border_are_said(familiar: Familiar) -> None:
    prepared = _prepared(_noisy(head()[0], 99))
    size, border = doubts(prepared.values, _ball_of(40.0, prepared.geometry), 310.0, familiar)
    assert size == "The region measures 310 ml; usual is 900 to 1500 ml."
    assert "The border is vague" in border


@pytest.mark.parametrize("width_mm", [12.0, 24.0])
def test_a_border_is_off_by_a_quarter_of_its_width(width_mm: float) -> None:
    grid = Geometry((48, 48, 48), np.diag([4.0, 4.0, 4.0, 1.0]))
    assert border_off_mm(_ball_of(width_mm, grid)) == pytest.approx(width_mm / 4, rel=0.2)


def test_features_are_finite_even_of_nothing() -> None:
    for values in (np.zeros((24, 24, 24), np.float32), np.ones((8, 8, 8), np.float32)):
        features = image_features(values, 2.0)
        assert features.shape == (len(FEATURES),)
        assert np.isfinite(features).all()
    grid = Geometry((8, 8, 8), np.eye(4))
    assert border_off_mm(ProbabilityMap(np.zeros(grid.shape, np.float32), grid)) == 0.0


def test_a_card_needs_all_features() -> None:
    with pytest.raises(CardError, match=r"familiarity\.features"):
        Familiar((0.0,), (1.0,), 1.0, (1.0, 2.0), 1.0)
