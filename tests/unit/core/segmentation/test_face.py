from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
from builders.face import SPACING_MM, HeadWithFace, head_with_face
from builders.head import reorient_array, reoriented
from numpy.typing import NDArray
from scipy import ndimage

from medcrypt_gui.core.errors import Cancelled
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.segmentation.algorithm import FindRegion
from medcrypt_gui.core.segmentation.algorithms import algorithm_called
from medcrypt_gui.core.segmentation.face import face
from medcrypt_gui.core.segmentation.model_card import read_card
from medcrypt_gui.core.task import TaskContext

CARD = Path(__file__).resolve().parents[4] / "models" / "face.toml"
TURNS = [(0, 0, 0), (20, 0, 0), (-20, 0, 0), (0, 20, 0), (0, 0, -20)]


def _found(brain: NDArray[np.bool_]) -> FindRegion:
    return lambda model, volume, modality, task: brain


@lru_cache(maxsize=8)
def _region(head: HeadWithFace) -> NDArray[np.bool_]:
    return face(head.volume, "MR", TaskContext(), _found(head.brain)).mask.roi()


@pytest.mark.parametrize("turn", TURNS)
def test_eyes_nose_mouth_and_ears_of_a_turned_head_are_covered(turn: tuple[float, float, float]) -> None:
    head = head_with_face(turn)
    region = _region(head)
    off_brain = ndimage.distance_transform_edt(~head.brain) * SPACING_MM > 8.0
    for name, feature in head.features.items():
        assert region[feature & off_brain].all(), name


@pytest.mark.parametrize("turn", TURNS)
def test_no_voxel_comes_within_two_millimetres_of_the_brain(turn: tuple[float, float, float]) -> None:
    head = head_with_face(turn)
    assert (ndimage.distance_transform_edt(~head.brain) * SPACING_MM)[_region(head)].min() >= 2.0


def test_the_region_lies_three_millimetres_deep_under_the_skin() -> None:
    head = head_with_face()
    skin = head.head & ndimage.binary_dilation(~head.head)
    z, y, x = np.meshgrid(*(np.arange(n) for n in head.head.shape), indexing="ij")
    at = head.volume.geometry.to_mm(np.stack([x, y, z], axis=-1).astype(np.float64))
    of_the_face = skin & (at[..., 1] < -60) & (at[..., 2] < 5) & (at[..., 2] > -110)
    to_the_rest = ndimage.distance_transform_edt(~(head.head & ~_region(head))) * SPACING_MM
    assert of_the_face.sum() > 1000
    assert to_the_rest[of_the_face].min() > 3.0


def test_vertex_and_nape_stay() -> None:
    head = head_with_face()
    region = _region(head)
    z, y, _ = (
        axis * SPACING_MM + first
        for axis, first in zip(
            np.ogrid[tuple(slice(n) for n in region.shape)], head.volume.geometry.affine_lps[2::-1, 3], strict=True
        )
    )
    assert not (region & (z > 40)).any()
    assert not (region & (y > 60)).any()


def test_the_border_follows_no_feature() -> None:
    """Without nose, ears and chin the region is the same: neither border tells what was there."""
    head = head_with_face()
    plain = head.volume.stored.copy()
    for name in ("nose", "left ear", "right ear", "chin"):
        z, y, x = np.nonzero(head.features[name])
        alone = head.features[name] & ~ndimage.binary_erosion(head.features[name], iterations=1)
        assert alone.any()
        plain[z, y, x] = 5
    featureless = HeadWithFace(Volume(plain, head.volume.geometry), head.brain, head.head, head.features)
    assert (_region(head) != _region(featureless)).mean() < 0.002


@pytest.mark.parametrize(
    ("axes", "flips"),
    [((0, 1, 2), (True, False, False)), ((0, 1, 2), (False, True, True)), ((2, 0, 1), (True, False, True))],
)
def test_the_way_the_slices_are_stored_changes_nothing(
    axes: tuple[int, int, int], flips: tuple[bool, bool, bool]
) -> None:
    head = head_with_face((5, -5, 10))
    other = face(
        reoriented(head.volume, axes, flips), "MR", TaskContext(), _found(reorient_array(head.brain, axes, flips))
    ).mask.roi()
    assert (other != reorient_array(_region(head), axes, flips)).mean() < 0.002


def test_a_header_that_has_the_head_upside_down_moves_no_face() -> None:
    head = head_with_face()
    wrong = Geometry(head.volume.geometry.shape, np.diag([1.0, -1.0, -1.0, 1.0]) @ head.volume.geometry.affine_lps)
    region = face(Volume(head.volume.stored, wrong), "MR", TaskContext(), _found(head.brain)).mask.roi()
    assert (region != _region(head)).mean() < 0.01


def test_ct_asks_for_the_brain_of_a_ct() -> None:
    head = head_with_face()
    asked = []

    def find(model: str, volume: Volume, modality: str, task: TaskContext) -> NDArray[np.bool_]:
        asked.append(model)
        return head.brain

    for modality in ("CT", "MR", ""):
        face(head.volume, modality, TaskContext(), find)
    assert asked == ["brain-ct", "brain-mr", "brain-mr"]


def test_without_a_brain_nothing_is_proposed_and_it_says_so() -> None:
    head = head_with_face()
    proposal = face(head.volume, "MR", TaskContext(), _found(np.zeros_like(head.brain)))
    assert not proposal.mask.roi().any()
    assert "No brain" in proposal.doubts[0]


def test_a_picture_of_the_vertex_alone_has_no_face() -> None:
    head = head_with_face()
    first = 80  # slices of 2.5 mm: from 3 cm above the brain's middle
    affine = head.volume.geometry.affine_lps.copy()
    affine[:3, 3] = head.volume.geometry.to_mm((0.0, 0.0, float(first)))
    stored = head.volume.stored[first:]
    vertex = Volume(stored, Geometry(stored.shape, affine))
    proposal = face(vertex, "MR", TaskContext(), _found(head.brain[first:]))
    assert not proposal.mask.roi().any()


def test_something_shaped_unlike_a_brain_raises_a_doubt() -> None:
    head = head_with_face()
    box = np.zeros_like(head.brain)
    box[32:64, 32:80, 16:32] = True
    assert face(head.volume, "MR", TaskContext(), _found(box)).doubts
    assert not face(head.volume, "MR", TaskContext(), _found(head.brain)).doubts


def test_it_ends_when_cancelled_after_the_brain() -> None:
    head = head_with_face()
    task = TaskContext()

    def find(model: str, volume: Volume, modality: str, task_given: TaskContext) -> NDArray[np.bool_]:
        task.cancel()
        return head.brain

    with pytest.raises(Cancelled):
        face(head.volume, "MR", task, find)


def test_its_card_names_it() -> None:
    card = read_card(CARD)
    assert card.algorithm is not None
    assert algorithm_called(card.algorithm) is face
