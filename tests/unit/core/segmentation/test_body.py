"""The body is the patient: whole, closed, and without what he lies on."""

from __future__ import annotations

import numpy as np
import pytest
from builders.ct_phantoms import trunk
from builders.head import head, reorient_array, reoriented

from medcrypt_gui.core.errors import Cancelled, UnsupportedInputError
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.segmentation.body import body
from medcrypt_gui.core.task import TaskContext


def _found(volume: Volume, modality: str = "CT") -> np.ndarray:
    return body(volume, modality, TaskContext(), _no_other_model).mask.roi()


def _no_other_model(*_: object) -> np.ndarray:
    raise AssertionError("the body is found without another model")


@pytest.mark.parametrize("touching", [True, False])
def test_the_patient_is_found_with_lungs_gas_and_arm(touching: bool) -> None:
    chest = trunk(touching=touching)
    found = _found(chest.volume)
    for part in (chest.patient, chest.lungs, chest.gas, chest.airway):
        assert (found & part).sum() >= 0.999 * part.sum()


def test_a_table_that_does_not_touch_stays_outside() -> None:
    chest = trunk(touching=False)
    assert not (_found(chest.volume) & chest.table).any()


def test_a_table_that_touches_the_back_stays_outside_but_where_it_touches() -> None:
    chest = trunk(touching=True)
    kept = (_found(chest.volume) & chest.table).sum() / chest.table.sum()
    assert kept < 0.1


def test_voxels_of_another_size_give_the_same_body() -> None:
    chest = trunk(spacing_mm=2.0, touching=False)
    found = _found(chest.volume)
    assert 2 * (found & chest.patient).sum() / (found.sum() + chest.patient.sum()) > 0.99


@pytest.mark.parametrize(("axes", "flips"), [((2, 0, 1), (True, False, True)), ((1, 2, 0), (False, True, False))])
def test_the_body_follows_the_image_through_every_orientation(axes, flips) -> None:
    volume = trunk().volume
    assert np.array_equal(_found(reoriented(volume, axes, flips)), reorient_array(_found(volume), axes, flips))


def test_a_file_that_lost_its_offset_gives_the_same_body() -> None:
    volume = trunk().volume
    shifted = Volume((volume.stored + 1024).astype(np.uint16), volume.geometry)
    assert np.array_equal(_found(shifted), _found(volume))


def test_a_head_in_mr_is_found_through_noise_and_bias() -> None:
    volume, brain = head()
    rng = np.random.default_rng(1)
    bias = np.linspace(0.5, 1.5, volume.stored.shape[0])[:, None, None]
    noisy = np.hypot(volume.stored * bias + rng.normal(0, 15, brain.shape), rng.normal(0, 15, brain.shape))
    truth = volume.stored > 100
    found = _found(Volume(noisy.astype(np.float32), volume.geometry), "MR")
    assert (found & truth).sum() >= 0.99 * truth.sum()
    assert 2 * (found & truth).sum() / (found.sum() + truth.sum()) > 0.95


def test_a_body_with_hot_organs_in_pet_is_found_whole() -> None:
    chest = trunk()
    activity = np.where(chest.patient, 1.0, 0.0) + np.where(chest.gas, 60.0, 0.0)
    activity = np.random.default_rng(2).poisson(activity * 40) / 40
    found = _found(Volume(activity.astype(np.float32), chest.volume.geometry), "PT")
    assert 2 * (found & chest.patient).sum() / (found.sum() + chest.patient.sum()) > 0.95


@pytest.mark.parametrize("modality", ["CT", "MR", ""])
@pytest.mark.parametrize("value", [0.0, np.nan, -1000.0])
def test_an_image_without_contrast_holds_no_body_or_nothing_else(modality: str, value: float) -> None:
    volume = Volume(np.full((9, 10, 11), value, np.float32), Geometry((9, 10, 11), np.eye(4)))
    found = _found(volume, modality)
    assert found.all() or not found.any()


def test_voxels_that_are_no_numbers_are_air() -> None:
    chest = trunk(touching=False)
    stored = np.where(chest.patient, chest.volume.stored, np.nan).astype(np.float32)
    found = _found(Volume(stored, chest.volume.geometry, unit="HU"))
    assert 2 * (found & chest.patient).sum() / (found.sum() + chest.patient.sum()) > 0.99


def test_other_modalities_are_refused() -> None:
    with pytest.raises(UnsupportedInputError, match="this is US"):
        _found(trunk().volume, "US")


@pytest.mark.parametrize("modality", ["CT", "MR"])
def test_it_ends_when_cancelled(modality: str) -> None:
    task = TaskContext()
    task.cancel()
    with pytest.raises(Cancelled):
        body(trunk().volume, modality, task, _no_other_model)
