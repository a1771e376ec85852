"""What a mask covers and leaves open, in words, from what is known and no more."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from fakes.ball_segmenter import CARD
from numpy.typing import NDArray

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.series import ImageFormat, Series
from medcrypt_gui.core.mask.labels import COLOURS, Label, LabelTable
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.segmentation.mask_origin import MaskOrigin
from medcrypt_gui.core.segmentation.proposal import Proposal
from medcrypt_gui.services.describe_coverage import Coverage, describe_coverage
from medcrypt_gui.services.take_proposal import add_proposal, replace_by_proposal

GRID = Geometry((20, 30, 30), np.diag([1.0, 1.0, 1.0, 1.0]))
BRAIN = replace(CARD, id="brain-mr", title="Brain", labels=("brain",))
FACE = replace(CARD, id="face", title="Face", labels=("face",))
TEXT = replace(CARD, id="burned-in-text", title="Text", labels=("text",))


def series(modality: str = "MR", description: str = "", geometry: Geometry = GRID) -> Series:
    return Series("1", ImageFormat.DICOM, modality, description, 1, (), geometry)


def box(z0: int, z1: int) -> NDArray[np.bool_]:
    region = np.zeros(GRID.shape, np.bool_)
    region[z0:z1, 5:25, 5:25] = True
    return region


def proposed(region: NDArray[np.bool_], card=BRAIN) -> tuple[NDArray[np.bool_], MaskOrigin]:  # type: ignore[no-untyped-def]
    return replace_by_proposal(Proposal(RoiMask.from_bool(region, GRID)), card)


def coverage(region: NDArray[np.bool_], origin: MaskOrigin | None, about: Series | None = None) -> Coverage:
    return describe_coverage(about or series(), RoiMask.from_bool(region, GRID), origin)


def test_a_whole_proposal_is_named_by_its_label_and_its_model() -> None:
    said = coverage(*proposed(box(5, 15)))
    assert said.covered == ("brain, as “Brain” proposed it",)
    assert said.face_open


def test_what_was_taken_out_of_a_proposal_is_said_as_a_share() -> None:
    region, origin = proposed(box(5, 15))
    said = coverage(region & box(5, 13), origin)
    assert said.covered == ("brain, as “Brain” proposed it: 80.0% of that",)
    assert said.open[0] == "20.0% of what was proposed as brain"


def test_a_proposal_that_was_erased_is_not_called_covered() -> None:
    region, origin = proposed(box(5, 15))
    assert coverage(np.zeros_like(region), origin).covered == ()


def test_what_lies_beyond_the_proposal_is_said_in_millilitres() -> None:
    region, origin = proposed(box(5, 15))
    assert "0.8 ml beyond what was proposed" in coverage(region | box(15, 17), origin).covered


def test_of_a_mask_drawn_by_hand_nothing_is_claimed() -> None:
    said = coverage(box(5, 15), None)
    assert "marked by hand or read from a file" in said.covered[0]
    assert not said.face_open
    assert any("if this scan shows a head" in phrase for phrase in said.open)


def test_the_description_of_the_series_may_say_that_it_is_a_head() -> None:
    assert coverage(box(5, 15), None, series(description="t1 MPRAGE sag")).face_open


def test_a_face_that_was_added_is_covered_until_it_is_erased() -> None:
    region, origin = proposed(box(5, 10))
    both, origin = add_proposal(Proposal(RoiMask.from_bool(box(12, 18), GRID)), FACE, region, origin)
    assert not coverage(both, origin).face_open
    assert not any("face" in phrase for phrase in coverage(both, origin).open)
    assert coverage(both & ~box(12, 14), origin).face_open


def test_a_projection_has_no_face_to_reconstruct_but_may_hold_text() -> None:
    flat = Geometry((1, 30, 30), np.diag([1.0, 1.0, 1.0, 1.0]))
    mask = RoiMask.from_bool(np.ones(flat.shape, bool), flat)
    said = describe_coverage(series("DX", geometry=flat), mask, None)
    assert said.open == ("text burned into the picture: it was not looked for", "everything else in the picture")


def test_text_that_was_found_is_covered() -> None:
    region, origin = proposed(box(0, 20), TEXT)
    said = coverage(region, origin, series("US"))
    assert not any("text" in phrase for phrase in said.open)


def test_several_labels_are_named_and_those_left_readable_are_told_apart() -> None:
    mask = RoiMask.from_bool(box(5, 15), GRID)
    table = (
        LabelTable().with_label(Label(2, "Vessel", COLOURS[1])).with_label(Label(3, "Bone", COLOURS[2], in_roi=False))
    )
    mask.labels[6:8, 5:25, 5:25] = 2
    mask.labels[8:11, 5:25, 5:25] = 3
    said = describe_coverage(series(), replace(mask, table=table), None)
    assert said.covered[:2] == ("label “ROI”, 2.0 ml", "label “Vessel”, 0.8 ml")
    assert said.spared == ("label “Bone”, 1.2 ml",)
    assert said.open[0] == "label “Bone”, 1.2 ml: marked, but not protected"


def test_one_label_and_labels_without_voxels_need_no_words() -> None:
    table = LabelTable().with_label(Label(2, "Vessel", COLOURS[1], in_roi=False))
    said = describe_coverage(series(), replace(RoiMask.from_bool(box(5, 15), GRID), table=table), None)
    assert said.spared == ()
    assert not any("label" in text for text in (*said.covered, *said.open))
