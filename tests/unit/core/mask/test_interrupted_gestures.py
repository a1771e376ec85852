"""What comes into an open gesture ends it as one undo step, and what its tool goes on to send does no harm."""

from __future__ import annotations

import numpy as np

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.mask.box import whole_box
from medcrypt_gui.core.mask.editor import MaskEditor
from medcrypt_gui.core.mask.labels import COLOURS, Label
from medcrypt_gui.core.mask.part import Part
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.mask.sink import SinkMode

_SHAPE = (4, 8, 8)
_ALL = np.ones(_SHAPE, np.bool_)


def _editor() -> MaskEditor:
    editor = MaskEditor(RoiMask.empty(Geometry(_SHAPE, np.eye(4))))
    editor.change_labels(editor.table.with_label(Label(2, "Vessel", COLOURS[2])).with_active(1), "Labels")
    return editor


def _dab(editor: MaskEditor, z: int, label: int | None = None) -> None:
    editor.extend(_ALL[:1], (slice(z, z + 1), slice(0, 8), slice(0, 8)), SinkMode.ADD, label)


def test_what_is_broken_off_is_one_undo_step_and_what_follows_is_ignored() -> None:
    editor = _editor()
    editor.begin_gesture("Brush")
    _dab(editor, 0)
    editor.break_off()
    assert editor.undo_name == "Brush"
    _dab(editor, 1)
    assert editor.end_gesture() is None
    assert np.flatnonzero(editor.labels.any(axis=(1, 2))).tolist() == [0]


def test_parts_that_are_applied_in_mid_gesture_are_a_step_of_their_own() -> None:
    editor = _editor()
    editor.begin_gesture("Brush")
    _dab(editor, 0)
    assert editor.apply_parts((Part(_ALL, whole_box(_SHAPE), SinkMode.ADD, 2),), "Fill") is not None
    _dab(editor, 1)
    editor.end_gesture()
    assert (editor.labels == 2).all()
    editor.undo()
    assert editor.undo_name == "Brush"


def test_parts_that_are_applied_after_undo_in_mid_gesture_leave_its_tool_ignored() -> None:
    editor = _editor()
    editor.begin_gesture("Brush")
    _dab(editor, 0)
    editor.undo()
    editor.apply_parts((Part(_ALL, whole_box(_SHAPE), SinkMode.ADD, 2),), "Fill")
    _dab(editor, 1)
    assert (editor.labels == 2).all()


def test_a_gesture_keeps_the_label_it_began_with_and_says_so() -> None:
    editor = _editor()
    editor.begin_gesture("Brush")
    editor.set_table(editor.table.with_active(2))
    assert editor.label == 1
    _dab(editor, 0)
    editor.end_gesture()
    assert set(np.unique(editor.labels).tolist()) == {0, 1}
    assert editor.label == 2


def test_a_label_that_is_not_in_the_table_is_not_painted() -> None:
    editor = _editor()
    editor.begin_gesture("Brush")
    _dab(editor, 0, 9)
    assert editor.end_gesture() is None
    assert not editor.labels.any()


def test_the_guard_is_asked_before_the_first_change_and_once() -> None:
    editor, asked = _editor(), []

    def refuse() -> bool:
        asked.append(editor.in_gesture)
        _dab(editor, 3)  # what comes while the question is shown
        return False

    editor.set_guard(refuse)
    editor.begin_gesture("Brush")
    editor.end_gesture()
    assert not asked
    editor.begin_gesture("Brush")
    _dab(editor, 0)
    _dab(editor, 1)
    editor.end_gesture()
    assert len(asked) == 1
    assert not editor.labels.any()


def test_a_gesture_that_ended_while_the_guard_asked_changes_nothing() -> None:
    editor = _editor()

    def end_it() -> bool:
        editor.break_off()
        return True

    editor.set_guard(end_it)
    editor.begin_gesture("Brush")
    _dab(editor, 0)
    _dab(editor, 1)
    assert not editor.labels.any()
