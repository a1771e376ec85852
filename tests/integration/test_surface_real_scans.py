"""The skin of a real head, by what is known of it: which way up it is, and on which side the marker sticks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from medcrypt_gui.bootstrap import build_workbench
from medcrypt_gui.core.imaging.camera import Camera, Side
from medcrypt_gui.core.imaging.render_surface import Layer, SurfacePicture, render
from medcrypt_gui.core.imaging.surface import Surface
from medcrypt_gui.core.segmentation.skin import skin
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.open_study import find_series, load_volume

_MARKER = (-83.3, 18.9)  # posterior and superior mm of the capsule over the left temple, read in the slices


@pytest.fixture(scope="module")
def head(shared_data: Path) -> Surface:
    readers = build_workbench().readers
    series = find_series([shared_data / "dicom" / "trio-mprage"], readers, TaskContext()).series[0]
    found = skin(load_volume(series, readers, TaskContext()), series.modality, TaskContext())
    assert found is not None
    return found


def seen(head: Surface, side: Side) -> SurfacePicture:
    camera = Camera.around(np.array([0.0, *_MARKER]), 130.0, side)
    return render([Layer(head, (200, 200, 200))], camera, 401, 401)


def bump(picture: SurfacePicture) -> float:
    """How many mm the middle of the picture stands out above what lies 12 mm above and below it."""
    step = round(12 * picture.camera.pixels_per_mm(401, 401))
    middle, above, below = picture.nearness[[200, 200 - step, 200 + step], 200]
    return float(middle - (above + below) / 2)


def test_the_marker_is_on_the_left_temple_and_not_on_the_right(head: Surface) -> None:
    assert bump(seen(head, Side.LEFT)) > 4.0
    assert bump(seen(head, Side.RIGHT)) < 2.0


def test_the_nose_points_forwards_and_the_crown_upwards(head: Surface) -> None:
    nose = head.vertices[head.vertices[:, 1].argmin()]
    crown = head.vertices[head.vertices[:, 2].argmax()]
    assert abs(nose[0]) < 15
    assert 60 < crown[2] - nose[2] < 170
    assert crown[1] > nose[1] + 50


def test_a_head_has_the_size_of_a_head(head: Surface) -> None:
    assert 4000 < head.volume_ml < 6000
