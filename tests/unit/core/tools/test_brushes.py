"""Brush and eraser: a drag is one undo step, Ctrl and the right button do what hands expect."""

from __future__ import annotations

import numpy as np
import pytest

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.mask.editor import MaskEditor
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.tools.base import PointerSample, TipShape, resized
from medcrypt_gui.core.tools.brush import BrushOptions
from medcrypt_gui.core.tools.registry import tool

_SHAPE = (10, 40, 40)


def _editor(fill: int) -> MaskEditor:
    return MaskEditor(RoiMask(np.full(_SHAPE, fill, np.uint8), Geometry(_SHAPE, np.eye(4))))


def _draw(editor: MaskEditor, tool_id: str, *samples: PointerSample, shape: TipShape = TipShape.DISC) -> None:
    chosen = tool(tool_id)
    editor.begin_gesture(chosen.title)
    drag = chosen.drag(editor, samples[0], chosen.options_type(size_mm=6.0, shape=shape))
    next(drag)
    for sample in samples[1:]:
        drag.send(sample)
    with pytest.raises(StopIteration):
        drag.send(None)
    editor.end_gesture()


def _at(x: float, z: float = 5.0, **flags: bool) -> PointerSample:
    return PointerSample((x, 20.0, z), 2, **flags)


def test_a_fast_stroke_is_unbroken_and_one_undo_step() -> None:
    editor = _editor(0)
    _draw(editor, "brush", _at(5), _at(35))
    assert (editor.mask.labels[5, 20, 5:36] == 1).all()
    editor.undo()
    assert editor.mask.labels.sum() == 0
    assert editor.undo_name is None


@pytest.mark.parametrize(
    ("tool_id", "flags", "adds"),
    [
        ("brush", {}, True),
        ("brush", {"inverted": True}, False),
        ("brush", {"erasing": True}, False),
        ("brush", {"erasing": True, "inverted": True}, True),
        ("eraser", {}, False),
        ("eraser", {"erasing": True}, False),
        ("eraser", {"inverted": True}, True),
    ],
)
def test_ctrl_swaps_adding_and_erasing_and_the_right_button_erases(
    tool_id: str, flags: dict[str, bool], adds: bool
) -> None:
    editor = _editor(0 if adds else 1)
    _draw(editor, tool_id, _at(20, **flags))
    assert editor.mask.labels[5, 20, 20] == (1 if adds else 0)
    assert editor.undo_name == tool(tool_id).title


def test_a_sphere_reaches_into_neighbouring_slices_and_a_disc_does_not() -> None:
    disc, sphere = _editor(0), _editor(0)
    _draw(disc, "brush", _at(20))
    _draw(sphere, "brush", _at(20), shape=TipShape.SPHERE)
    assert np.flatnonzero(disc.mask.labels.any(axis=(1, 2))).tolist() == [5]
    assert np.flatnonzero(sphere.mask.labels.any(axis=(1, 2))).tolist() == [2, 3, 4, 5, 6, 7, 8]


def test_turning_the_wheel_in_mid_stroke_goes_on_in_the_new_slice_only_there() -> None:
    editor = _editor(0)
    _draw(editor, "brush", _at(5), _at(20, z=6.0))
    assert editor.mask.labels[6, 20, 20] == 1
    assert editor.mask.labels[6, 20, 10] == 0


def test_resizing_stays_within_the_limits() -> None:
    options = BrushOptions(size_mm=10.0)
    assert resized(options, 1).size_mm == 11.0
    assert resized(options, -1).size_mm == 9.0
    assert resized(options, 100).size_mm == 150.0
    assert resized(options, -100).size_mm == 0.5
