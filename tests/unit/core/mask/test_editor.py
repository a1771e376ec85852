"""Gestures are whole: one undo step each, cancelled without trace, and undone exactly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.mask.box import Box, bounding_box
from medcrypt_gui.core.mask.editor import MaskEditor
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.mask.sink import SinkMode

_SHAPE = (7, 60, 80)


def _editor(seed: int = 0, budget_bytes: int = 1 << 20) -> MaskEditor:
    labels = (np.random.default_rng(seed).random(_SHAPE) < 0.3).astype(np.uint8)
    return MaskEditor(RoiMask(labels, Geometry(_SHAPE, np.eye(4))), budget_bytes)


def _dab(editor: MaskEditor, z: int, y: int, x: int, how: SinkMode = SinkMode.ADD) -> None:
    box = (slice(z, z + 1), slice(y, y + 4), slice(x, x + 5))
    editor.extend(np.ones((1, 4, 5), bool), box, how)


_DABS = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 56), st.integers(0, 75), st.sampled_from(list(SinkMode))),
    min_size=1,
    max_size=8,
)


@given(st.lists(_DABS, min_size=1, max_size=4))
def test_undo_gives_back_every_earlier_state_and_redo_every_later_one(
    gestures: list[list[tuple[int, int, int, SinkMode]]],
) -> None:
    editor = _editor()
    states = [editor.mask.labels.copy()]
    for gesture in gestures:
        editor.begin_gesture("Brush")
        for z, y, x, how in gesture:
            _dab(editor, z, y, x, how)
        if editor.end_gesture() is not None:
            states.append(editor.mask.labels.copy())
    for state in reversed(states[:-1]):
        assert editor.undo() is not None
        assert np.array_equal(editor.mask.labels, state)
    assert editor.undo() is None
    for state in states[1:]:
        assert editor.redo() is not None
        assert np.array_equal(editor.mask.labels, state)
    assert editor.redo() is None


@given(_DABS)
def test_a_cancelled_stroke_leaves_no_trace(dabs: list[tuple[int, int, int, SinkMode]]) -> None:
    editor = _editor(1)
    before = editor.mask.labels.copy()
    editor.begin_gesture("Brush")
    for dab in dabs:
        _dab(editor, *dab)
    editor.cancel_stroke()
    assert np.array_equal(editor.mask.labels, before)
    assert editor.undo_name is None


def test_a_gesture_that_changes_nothing_is_not_remembered_and_keeps_redo() -> None:
    editor = _editor()
    editor.apply_whole(np.zeros(_SHAPE, bool), "Clear")
    editor.undo()
    editor.begin_gesture("Brush")
    editor.extend(np.zeros((1, 4, 5), bool), (slice(0, 1), slice(0, 4), slice(0, 5)), SinkMode.ADD)
    assert editor.end_gesture() is None
    assert editor.redo_name == "Clear"


def test_listeners_hear_the_box_of_each_change_until_they_leave() -> None:
    editor = _editor()
    heard: list[Box] = []
    leave = editor.on_changed(heard.append)
    editor.begin_gesture("Brush")
    _dab(editor, 2, 3, 4)
    editor.end_gesture()
    editor.undo()
    leave()
    editor.redo()
    assert heard == [(slice(2, 3), slice(3, 7), slice(4, 9))] * 2


def test_a_whole_change_is_cropped_to_what_differs() -> None:
    editor = MaskEditor(RoiMask.empty(Geometry(_SHAPE, np.eye(4))))
    region = np.zeros(_SHAPE, bool)
    region[2:4, 10:20, 30:31] = True
    edit = editor.apply_whole(region, "Proposed ROI")
    assert edit is not None
    assert edit.box == (slice(2, 4), slice(10, 20), slice(30, 31))
    assert editor.apply_whole(region, "Proposed ROI") is None
    assert editor.undo_name == "Proposed ROI"


def test_the_oldest_gestures_are_forgotten_when_the_budget_is_spent_but_never_the_newest() -> None:
    editor = _editor(budget_bytes=12)
    for n in range(6):
        editor.begin_gesture(f"{n}")
        _dab(editor, n, 5, 5, SinkMode.REMOVE)
        editor.end_gesture()
    undone = []
    while editor.undo_name is not None:
        undone.append(editor.undo_name)
        editor.undo()
    assert undone
    assert undone[0] == "5"
    assert len(undone) < 6


def test_several_labels_survive_undo() -> None:
    editor = _editor()
    editor.mask.labels[0, 0, :3] = (5, 6, 7)
    before = editor.mask.labels.copy()
    editor.begin_gesture("Brush")
    _dab(editor, 0, 0, 0)
    editor.end_gesture()
    editor.undo()
    assert np.array_equal(editor.mask.labels, before)


def test_undo_in_mid_stroke_cancels_the_stroke() -> None:
    editor = _editor()
    before = editor.mask.labels.copy()
    editor.begin_gesture("Brush")
    _dab(editor, 1, 1, 1)
    assert editor.undo() is None
    assert np.array_equal(editor.mask.labels, before)
    assert not editor.in_gesture


def test_extending_without_a_gesture_is_an_error() -> None:
    with pytest.raises(RuntimeError, match="no gesture"):
        _dab(_editor(), 0, 0, 0)


def test_the_bounding_box_is_tight_and_none_for_nothing() -> None:
    region = np.zeros((3, 4, 5), bool)
    assert bounding_box(region) is None
    region[1, 2, 3] = region[2, 0, 4] = True
    assert bounding_box(region) == (slice(1, 3), slice(0, 3), slice(3, 5))


@dataclass(frozen=True)
class _Made:
    """An origin of that name."""

    name: str
    size_bytes: int = 0


def _mark(editor: MaskEditor, z: int, origin: _Made | None = None) -> None:
    region = editor.mask.roi()
    region[z] = True
    editor.apply_whole(region, "Mark", origin=origin)


def test_the_origin_is_that_of_the_newest_edit_that_has_one_and_follows_undo_and_redo() -> None:
    editor = MaskEditor(RoiMask.empty(Geometry(_SHAPE, np.eye(4))))
    assert editor.origin is None
    _mark(editor, 0, _Made("first"))
    _mark(editor, 1, _Made("second"))
    _mark(editor, 2)
    assert editor.origin == _Made("second")
    editor.undo()
    editor.undo()
    assert editor.origin == _Made("first")
    editor.redo()
    assert editor.origin == _Made("second")


def test_a_whole_change_to_what_is_there_already_only_says_where_it_is_from() -> None:
    editor = MaskEditor(RoiMask.empty(Geometry(_SHAPE, np.eye(4))))
    _mark(editor, 0)
    _mark(editor, 0, _Made("again"))
    assert editor.origin == _Made("again")
    editor.undo()
    assert editor.origin is None
    assert editor.undo_name is None


def test_the_origin_outlives_the_edit_that_can_no_longer_be_undone() -> None:
    editor = MaskEditor(RoiMask.empty(Geometry(_SHAPE, np.eye(4))), budget_bytes=1)
    _mark(editor, 0, _Made("first"))
    _mark(editor, 1)
    editor.undo()
    assert editor.undo_name is None
    assert editor.origin == _Made("first")


def test_what_an_origin_takes_counts_against_the_budget() -> None:
    editor = MaskEditor(RoiMask.empty(Geometry(_SHAPE, np.eye(4))), budget_bytes=100_000)
    for z in range(4):
        _mark(editor, z, _Made(f"{z}", size_bytes=60_000))
    editor.undo()
    assert editor.undo_name is None
