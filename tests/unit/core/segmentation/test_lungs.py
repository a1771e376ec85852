"""The lungs are told from every other air in and around the patient."""

from __future__ import annotations

import numpy as np
import pytest
from builders.ct_phantoms import skull, trunk
from builders.head import head, reorient_array, reoriented

from medcrypt_gui.core.errors import Cancelled, UnsupportedInputError
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.mask.dice import dice
from medcrypt_gui.core.segmentation.lungs import lungs
from medcrypt_gui.core.segmentation.proposal import Proposal
from medcrypt_gui.core.task import TaskContext


def _proposed(volume: Volume, modality: str = "CT") -> Proposal:
    return lungs(volume, modality, TaskContext(), lambda *_: pytest.fail("no other model is needed"))


def test_both_lungs_are_found_without_trachea_and_stomach() -> None:
    chest = trunk()
    found = _proposed(chest.volume).mask.roi()
    assert dice(found, chest.lungs) > 0.97
    assert not (found & chest.gas).any()
    assert (found & chest.airway).sum() < 0.05 * chest.airway.sum()


def test_only_the_bases_are_found_in_an_abdomen() -> None:
    chest = trunk()
    abdomen = Volume(chest.volume.stored[:35], Geometry((35, *chest.volume.stored.shape[1:]), np.diag([3, 3, 3, 1.0])))
    found = _proposed(abdomen).mask.roi()
    assert found[30:].any()
    assert not (found & chest.gas[:35]).any()


def test_a_head_has_no_lungs() -> None:
    assert not _proposed(skull()[0]).mask.labels.any()


def test_a_lung_full_of_fluid_raises_a_doubt() -> None:
    chest = trunk()
    stored = chest.volume.stored.copy()
    stored[chest.lungs & (np.arange(stored.shape[2]) > stored.shape[2] / 2)] = 10
    assert _proposed(chest.volume).doubts == ()
    assert "much smaller" in _proposed(Volume(stored, chest.volume.geometry, unit="HU")).doubts[0]


@pytest.mark.parametrize(("axes", "flips"), [((2, 0, 1), (True, False, True)), ((0, 1, 2), (True, True, True))])
def test_the_lungs_follow_the_image_through_every_orientation(axes, flips) -> None:
    volume = trunk().volume
    found = _proposed(reoriented(volume, axes, flips)).mask.roi()
    assert np.array_equal(found, reorient_array(_proposed(volume).mask.roi(), axes, flips))


@pytest.mark.parametrize("value", [0.0, np.nan, -1000.0, -700.0])
def test_an_image_without_contrast_has_no_lungs(value: float) -> None:
    volume = Volume(np.full((9, 10, 11), value, np.float32), Geometry((9, 10, 11), np.eye(4)))
    assert not _proposed(volume).mask.labels.any()


@pytest.mark.parametrize("modality", ["MR", ""])
def test_what_is_not_ct_is_refused(modality: str) -> None:
    with pytest.raises(UnsupportedInputError, match="works on CT"):
        _proposed(head()[0], modality)


def test_it_ends_when_cancelled() -> None:
    task = TaskContext()
    task.cancel()
    with pytest.raises(Cancelled):
        lungs(trunk().volume, "CT", task, lambda *_: pytest.fail("no other model is needed"))
