from __future__ import annotations

import numpy as np
import pytest
from builders.face import head_with_face
from builders.head import reoriented
from scipy.spatial.transform import Rotation

from medcrypt_gui.core.errors import Cancelled
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.segmentation.brain_pose import BrainPose, brain_pose
from medcrypt_gui.core.task import TaskContext


def _degrees_between(pose: BrainPose, turn: np.ndarray) -> float:
    return float(np.degrees(Rotation.from_matrix(pose.axes.T @ turn).magnitude()))


@pytest.mark.parametrize(
    "turn", [(0, 0, 0), (20, 0, 0), (-20, 0, 0), (0, 20, 0), (0, -20, 0), (0, 0, 20), (15, -15, 30)]
)
def test_a_turned_head_is_found_turned(turn: tuple[float, float, float]) -> None:
    head = head_with_face(turn)
    pose = brain_pose(head.brain, head.volume.geometry, TaskContext())
    assert _degrees_between(pose, Rotation.from_euler("xyz", turn, degrees=True).as_matrix()) < 1.5
    assert np.abs(pose.origin_mm).max() < 1.5
    assert pose.scale == pytest.approx(1.0, abs=0.02)
    assert pose.misfit_mm < 1.5


def test_a_header_that_has_the_axes_wrong_is_not_believed() -> None:
    head = head_with_face()
    upside_down = Geometry(
        head.volume.geometry.shape, np.diag([1.0, -1.0, -1.0, 1.0]) @ head.volume.geometry.affine_lps
    )
    pose = brain_pose(head.brain, upside_down, TaskContext())
    assert _degrees_between(pose, np.diag([1.0, -1.0, -1.0])) < 1.5


def test_an_image_that_does_not_say_how_it_lies_is_tried_every_way() -> None:
    head = head_with_face()
    lying = reoriented(Volume(head.brain.astype(np.uint8), head.volume.geometry), (1, 2, 0), (True, False, False))
    unknown = Geometry(lying.stored.shape, np.diag([2.5, 2.5, 2.5, 1.0]), oriented=False)
    pose = brain_pose(lying.stored > 0, unknown, TaskContext())
    true_axes = lying.geometry.affine_lps[:3, :3].T / 2.5  # along the file's axes: x, y and z of the unknown image
    assert pose.misfit_mm < 1.5
    assert np.abs(np.abs(pose.axes) - np.abs(true_axes)).max() < 0.05


def test_the_way_the_slices_are_stored_changes_nothing() -> None:
    head = head_with_face((10, 5, -5))
    stored = reoriented(Volume(head.brain.astype(np.uint8), head.volume.geometry), (2, 0, 1), (True, False, True))
    plain = brain_pose(head.brain, head.volume.geometry, TaskContext())
    other = brain_pose(stored.stored > 0, stored.geometry, TaskContext())
    assert _degrees_between(other, plain.axes) < 0.5
    assert np.abs(other.origin_mm - plain.origin_mm).max() < 0.5


def test_a_piece_missing_from_the_brain_does_not_turn_the_head() -> None:
    head = head_with_face()
    z, y, x = np.ogrid[tuple(slice(n) for n in head.brain.shape)]
    bitten = head.brain & ~((x > 54) & (y < 52) & (z < 76))
    pose = brain_pose(bitten, head.volume.geometry, TaskContext())
    assert bitten.sum() < 0.97 * head.brain.sum()
    assert _degrees_between(pose, np.eye(3)) < 6.0
    assert np.abs(pose.origin_mm).max() < 4.0


def test_head_coordinates_go_there_and_back() -> None:
    pose = BrainPose(np.array([3.0, -8.0, 20.0]), Rotation.from_euler("xyz", (0.1, 0.2, 0.3)).as_matrix(), 1.1, 0.0)
    points = np.array([[0.0, 0.0, 0.0], [10.0, -80.0, -30.0]])
    assert np.allclose(pose.to_head(pose.to_mm(points)), points)


def test_it_ends_when_cancelled() -> None:
    head = head_with_face()
    task = TaskContext()
    task.cancel()
    with pytest.raises(Cancelled):
        brain_pose(head.brain, head.volume.geometry, task)
