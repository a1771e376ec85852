"""The inside of the skull is found whole and does not flow out of its openings."""

from __future__ import annotations

import numpy as np
import pytest
from builders.ct_phantoms import skull, trunk
from builders.head import head, reorient_array, reoriented

from medcrypt_gui.core.errors import Cancelled, UnsupportedInputError
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.mask.dice import dice
from medcrypt_gui.core.segmentation.brain_ct import brain_ct
from medcrypt_gui.core.segmentation.proposal import Proposal
from medcrypt_gui.core.task import TaskContext


def _proposed(volume: Volume, modality: str = "CT") -> Proposal:
    return brain_ct(volume, modality, TaskContext(), lambda *_: pytest.fail("no other model is needed"))


@pytest.mark.parametrize("tilt_degrees", [0.0, 20.0, -20.0])
def test_the_inside_is_found_with_fluid_blood_and_calcification_in_a_tilted_head(tilt_degrees: float) -> None:
    volume, inside = skull(tilt_degrees=tilt_degrees)
    assert dice(_proposed(volume).mask.roi(), inside) > 0.97


@pytest.mark.parametrize("gap_mm", [12.0, 25.0])
def test_a_hole_in_the_skull_does_not_let_it_out(gap_mm: float) -> None:
    volume, inside = skull(gap_mm=gap_mm)
    assert dice(_proposed(volume).mask.roi(), inside) > 0.96


def test_a_cropped_vertex_costs_nothing_but_a_doubt() -> None:
    volume, inside = skull(cropped=True)
    proposal = _proposed(volume)
    assert dice(proposal.mask.roi(), inside) > 0.96
    assert "top of the head" in proposal.doubts[0]


def test_finer_voxels_give_the_same_region() -> None:
    volume, inside = skull(spacing_mm=1.0)
    assert dice(_proposed(volume).mask.roi(), inside) > 0.97


@pytest.mark.parametrize(("axes", "flips"), [((2, 0, 1), (True, False, True)), ((1, 0, 2), (True, True, False))])
def test_the_region_follows_the_image_through_every_orientation(axes, flips) -> None:
    volume, _ = skull()
    found = _proposed(reoriented(volume, axes, flips)).mask.roi()
    assert np.array_equal(found, reorient_array(_proposed(volume).mask.roi(), axes, flips))


def test_a_chest_has_no_skull() -> None:
    assert not _proposed(trunk().volume).mask.labels.any()


@pytest.mark.parametrize("value", [0.0, np.nan, -1000.0, 1000.0])
def test_an_image_without_contrast_has_no_skull(value: float) -> None:
    volume = Volume(np.full((9, 10, 11), value, np.float32), Geometry((9, 10, 11), np.eye(4)))
    assert not _proposed(volume).mask.labels.any()


def test_mr_is_refused() -> None:
    with pytest.raises(UnsupportedInputError, match="works on CT images; this is MR"):
        _proposed(head()[0], "MR")


def test_it_ends_when_cancelled() -> None:
    task = TaskContext()
    task.cancel()
    with pytest.raises(Cancelled):
        brain_ct(skull()[0], "CT", task, lambda *_: pytest.fail("no other model is needed"))
