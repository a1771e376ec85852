"""A picture of which only a part was composed anew is the one that is composed as a whole.

But for the pixels that lie on the border of two voxels to a thousandth: OpenCV rounds them one way or the other.
"""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.planes import Plane, plane_view
from medcrypt_gui.core.imaging.view_frame import ViewFrame
from medcrypt_gui.core.imaging.volume import Volume, Window
from medcrypt_gui.core.mask.box import Box
from medcrypt_gui.core.mask.editor import MaskEditor
from medcrypt_gui.core.mask.labels import Label, LabelTable
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.mask.sink import SinkMode
from medcrypt_gui.core.tools.registry import tool
from medcrypt_gui.ui.viewer import plane_picture
from medcrypt_gui.ui.viewer.plane_picture import PlanePicture
from medcrypt_gui.ui.viewer.view_state import ViewState

_ROUNDED = 0.004  # of the pixels, about one line of them; the boxes take several times that
_SHAPE = (40, 44, 48)
_SHEARED = np.array([[0.7, 0.0, 0.2, 0], [0.1, 0.8, 0.0, 0], [0.0, 0.1, 1.3, 0], [0, 0, 0, 1]])
_AFFINES = {"upright": np.diag([0.7, 0.8, 1.3, 1.0]), "flipped": np.diag([-0.7, 0.8, -1.3, 1.0]), "sheared": _SHEARED}


def _editing(affine: np.ndarray, outline: bool) -> ViewState:
    rng = np.random.default_rng(4)
    geometry = Geometry(_SHAPE, affine)
    volume = Volume(rng.integers(-500, 500, _SHAPE).astype(np.int16), geometry)
    table = LabelTable().with_label(Label(2, "Vessel", (200, 80, 40)))
    labels = (rng.random(_SHAPE) < 0.4).astype(np.uint8)
    labels[10:30, 5:30, 20:40] = 2
    state = ViewState(volume, editor=MaskEditor(RoiMask(labels, geometry, table)), tool=tool("brush"))
    state.window, state.outline = Window(0, 1000), outline
    return state


def _boxes(rng: np.random.Generator) -> list[Box]:
    """All over the grid, and at its corners."""
    boxes: list[Box] = [(slice(0, 40), slice(0, 3), slice(0, 4)), (slice(0, 40), slice(40, 44), slice(44, 48))]
    for _ in range(4):
        low = [int(rng.integers(0, n - 6)) for n in _SHAPE[1:]]
        boxes.append((slice(0, 40), slice(low[0], low[0] + 5), slice(low[1], low[1] + 6)))
    return boxes


@pytest.mark.parametrize("outline", [False, True])
@pytest.mark.parametrize("grid", list(_AFFINES))
def test_mending_gives_what_composing_gives(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch, grid: str, outline: bool
) -> None:
    state, rng = _editing(_AFFINES[grid], outline), np.random.default_rng(2)
    editor = state.editor
    assert editor is not None
    whole = plane_picture.compose_view
    composed = []
    monkeypatch.setattr(plane_picture, "compose_view", lambda *a, **k: composed.append(1) or whole(*a, **k))
    for plane, zoom in product(Plane, (1.03, 2.37, 6.13)):
        view = plane_view(editor.geometry, plane)
        frame = ViewFrame.fit(view, 317, 290)
        frame = ViewFrame(frame.width, frame.height, frame.scale * zoom, frame.centre, frame.pixel_mm, frame.lean_mm)
        mended = PlanePicture()
        mended.of(state, view, 20, frame, 1.0)
        composed.clear()
        for box in _boxes(rng):
            region = rng.random(editor.labels[box].shape) < 0.6
            editor.begin_gesture("dab")
            editor.extend(region, box, SinkMode.ADD if rng.random() < 0.5 else SinkMode.REMOVE)
            editor.end_gesture()
            mended.mask_changed(view.place_of(box))
            pixels = _pixels(mended, state, view, frame)
            assert not composed
            expected = _pixels(PlanePicture(), state, view, frame)
            composed.clear()
            assert (pixels != expected).any(axis=2).mean() <= _ROUNDED


def _pixels(picture: PlanePicture, state: ViewState, view: object, frame: ViewFrame) -> np.ndarray:
    image = picture.of(state, view, 20, frame, 1.0)  # type: ignore[arg-type]
    return np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4).copy()
