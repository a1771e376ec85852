"""What counts as skin when the depth of a face region is measured."""

from __future__ import annotations

import numpy as np
import pytest
from builders.face import AIR, HeadWithFace, head_with_face
from numpy.typing import NDArray

from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.segmentation.face import face
from medcrypt_gui.core.task import TaskContext
from models.training.face_measures import FaceMeasures, measure


@pytest.fixture(scope="module")
def region() -> NDArray[np.bool_]:
    head = head_with_face()
    return face(head.volume, "MR", TaskContext(), lambda *_: head.brain).mask.roi()


def _measured(head: HeadWithFace, stored: NDArray[np.generic], region: NDArray[np.bool_]) -> FaceMeasures:
    return measure("", Volume(stored, head.volume.geometry), region, head.brain, 0.0)


def _at_mm(head: HeadWithFace) -> NDArray[np.float64]:
    z, y, x = np.meshgrid(*(np.arange(n) for n in head.head.shape), indexing="ij")
    return head.volume.geometry.to_mm(np.stack([x, y, z], axis=-1).astype(np.float64))


def test_the_far_wall_of_an_open_mouth_is_no_skin(region: NDArray[np.bool_]) -> None:
    head, stored = head_with_face(), head_with_face().volume.stored.copy()
    x, y, z = np.moveaxis(_at_mm(head), -1, 0)
    stored[(np.hypot(x, z + 80) < 14) & (y < -45)] = AIR  # ends where the region does
    measured = _measured(head, stored, region)
    assert measured.covered_face == 1.0
    assert measured.depth_mm >= 3.0


def test_a_spot_of_cheek_that_was_forgotten_is_seen(region: NDArray[np.bool_]) -> None:
    head, forgotten = head_with_face(), region.copy()
    forgotten[np.linalg.norm(_at_mm(head) - (45.0, -75.0, -60.0), axis=-1) < 12] = False
    measured = _measured(head, head.volume.stored, forgotten)
    assert measured.covered_face < 1.0
    assert measured.depth_mm < 3.0


def test_skin_in_a_shallow_hollow_counts(region: NDArray[np.bool_]) -> None:
    """An orbit without its eye: 9 mm deep and wide open."""
    head, stored = head_with_face(), head_with_face().volume.stored.copy()
    eye = head.features["left eye"]
    stored[eye & ~head.brain] = AIR
    thin = region & ~((np.linalg.norm(_at_mm(head) - (32.0, -78.0, -15.0), axis=-1) < 16) & (stored != AIR))
    assert _measured(head, stored, thin).depth_mm < 3.0
