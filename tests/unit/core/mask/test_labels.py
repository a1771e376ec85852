"""The label table: names, colours, the active label, and what undo does with it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.mask.editor import MaskEditor
from medcrypt_gui.core.mask.labels import COLOURS, MOST_LABELS, ROI, Label, LabelTable
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.mask.sink import SinkMode

_SHAPE = (3, 8, 9)
_BOX = (slice(0, 1), slice(2, 5), slice(2, 6))
_DAB = np.ones((1, 3, 4), bool)


@pytest.fixture
def editor() -> MaskEditor:
    """An empty mask with two labels, of which the second is active."""
    made = MaskEditor(RoiMask.empty(Geometry(_SHAPE, np.eye(4))))
    made.change_labels(_with_second(made.table), "Add")
    return made


def _with_second(table: LabelTable) -> LabelTable:
    label = table.next_label("Vessel")
    return table.with_label(label).with_active(label.number)


def _lock(editor: MaskEditor, number: int) -> None:
    editor.set_table(editor.table.with_label(replace(editor.table[number], locked=True)))


def test_a_new_label_has_the_lowest_free_number_and_a_colour_of_its_own() -> None:
    table = LabelTable()
    for _ in range(7):
        table = table.with_label(table.next_label())
    assert [label.number for label in table] == list(range(1, 9))
    assert len({label.colour for label in table}) == 8
    assert table.without(4).next_label().number == 4


def test_a_mask_has_255_labels_at_most() -> None:
    table = LabelTable().naming(frozenset(range(1, MOST_LABELS + 1)))
    with pytest.raises(ValueError, match="at most"):
        table.next_label()


def test_the_roi_is_always_there() -> None:
    with pytest.raises(ValueError, match="ROI"):
        LabelTable().without(ROI)
    with pytest.raises(ValueError):
        LabelTable((Label(2, "Vessel", COLOURS[1]),))


def test_there_is_no_label_beyond_255_and_no_active_one_that_does_not_exist() -> None:
    with pytest.raises(ValueError, match="number"):
        Label(256, "Too many", COLOURS[0])
    with pytest.raises(ValueError):
        LabelTable().with_active(7)
    with pytest.raises(KeyError):
        LabelTable()[7]


def test_the_next_label_comes_after_the_last_again() -> None:
    table = LabelTable().naming(frozenset({1, 5, 9}))
    assert [table.with_active(n).next_number() for n in (1, 5, 9)] == [5, 9, 1]
    assert table.next_number(-1) == 9


def test_tools_write_into_the_active_label(editor: MaskEditor) -> None:
    editor.begin_gesture("Brush")
    editor.extend(_DAB, _BOX, SinkMode.ADD)
    editor.end_gesture()
    assert (editor.labels[_BOX] == 2).all()


def test_a_gesture_stays_with_the_label_it_began_with(editor: MaskEditor) -> None:
    editor.begin_gesture("Brush")
    editor.extend(_DAB, _BOX, SinkMode.ADD)
    editor.set_table(editor.table.with_active(ROI))
    editor.extend(_DAB, (slice(1, 2), *_BOX[1:]), SinkMode.ADD)
    editor.end_gesture()
    assert set(np.unique(editor.labels)) == {0, 2}


def test_a_label_locked_in_mid_gesture_takes_nothing_more_and_the_stroke_can_be_taken_back(editor: MaskEditor) -> None:
    editor.begin_gesture("Brush")
    editor.extend(_DAB, _BOX, SinkMode.ADD)
    _lock(editor, 2)
    editor.extend(_DAB, (slice(1, 2), *_BOX[1:]), SinkMode.ADD)
    assert np.count_nonzero(editor.labels) == _DAB.size
    editor.cancel_stroke()
    assert not editor.labels.any()


def test_changing_labels_in_mid_gesture_ends_the_gesture_as_a_step_of_its_own(editor: MaskEditor) -> None:
    editor.begin_gesture("Brush")
    editor.extend(_DAB, _BOX, SinkMode.ADD)
    editor.change_labels(_with_second(editor.table), "Add")
    assert not editor.in_gesture
    assert len(editor.table) == 3
    editor.undo()
    assert len(editor.table) == 2
    assert editor.undo_name == "Brush"


@pytest.mark.parametrize("what", ["undo", "change_labels", "apply_whole"])
def test_what_a_tool_sends_after_its_gesture_was_ended_by_something_else_is_ignored(
    editor: MaskEditor, what: str
) -> None:
    editor.begin_gesture("Brush")
    editor.extend(_DAB, _BOX, SinkMode.ADD)
    if what == "undo":
        editor.undo()
    elif what == "change_labels":
        editor.change_labels(_with_second(editor.table), "Add")
    else:
        editor.apply_whole(editor.mask.region(ROI), "Proposed ROI")
    before = editor.labels.copy()
    editor.extend(_DAB, (slice(1, 2), *_BOX[1:]), SinkMode.ADD)
    assert editor.end_gesture() is None
    assert np.array_equal(editor.labels, before)
    with pytest.raises(RuntimeError, match="no gesture"):
        editor.extend(_DAB, _BOX, SinkMode.ADD)
    editor.begin_gesture("Brush")
    editor.extend(_DAB, (slice(2, 3), *_BOX[1:]), SinkMode.ADD)
    assert editor.end_gesture() is not None


def test_a_cancelled_stroke_keeps_the_table_that_came_meanwhile(editor: MaskEditor) -> None:
    editor.begin_gesture("Brush")
    editor.extend(_DAB, _BOX, SinkMode.ADD)
    editor.set_table(editor.table.with_label(replace(editor.table[2], colour=(1, 2, 3))))
    editor.cancel_stroke()
    assert editor.table[2].colour == (1, 2, 3)
    assert not editor.labels.any()


def test_erasing_with_a_locked_label_changes_nothing_and_is_no_step(editor: MaskEditor) -> None:
    editor.mask.labels[_BOX] = 2
    _lock(editor, 2)
    before = editor.undo_name
    editor.begin_gesture("Eraser")
    editor.extend(_DAB, _BOX, SinkMode.REMOVE)
    assert editor.end_gesture() is None
    assert (editor.labels[_BOX] == 2).all()
    assert editor.undo_name == before


def test_undo_of_adding_a_label_makes_another_one_active(editor: MaskEditor) -> None:
    editor.undo()
    assert editor.table.active_number == ROI
    editor.redo()
    assert 2 in editor.table


def test_a_label_comes_back_with_its_voxels_its_name_and_its_colour(editor: MaskEditor) -> None:
    editor.mask.labels[_BOX] = 2
    editor.set_table(editor.table.with_label(replace(editor.table[2], colour=(9, 8, 7))))
    editor.change_labels(editor.table.without(2), "Remove")
    assert not editor.labels.any()
    assert editor.table.active_number == ROI
    editor.undo()
    assert (editor.labels[_BOX] == 2).all()
    assert (editor.table[2].name, editor.table[2].colour) == ("Vessel", (9, 8, 7))


def test_undo_never_changes_back_in_secret_how_other_labels_look(editor: MaskEditor) -> None:
    editor.set_table(editor.table.with_label(replace(editor.table[ROI], colour=(1, 1, 1), visible=False)))
    editor.undo()
    assert (editor.table[ROI].colour, editor.table[ROI].visible) == ((1, 1, 1), False)


def test_what_protect_encrypts_is_undone_and_not_a_look(editor: MaskEditor) -> None:
    spared = editor.table.with_label(replace(editor.table[2], in_roi=False))
    with pytest.raises(ValueError, match="change_labels"):
        editor.set_table(spared)
    editor.change_labels(spared, "Not encrypted")
    assert not editor.table[2].in_roi
    editor.undo()
    assert editor.table[2].in_roi


def test_a_locked_label_is_not_removed(editor: MaskEditor) -> None:
    _lock(editor, 2)
    with pytest.raises(ValueError, match="locked"):
        editor.change_labels(editor.table.without(2), "Remove")


def test_nothing_is_proposed_into_a_locked_roi(editor: MaskEditor) -> None:
    _lock(editor, ROI)
    heard = []
    editor.on_changed(heard.append)
    assert editor.apply_whole(np.ones(_SHAPE, bool), "Proposed ROI", origin=_Made()) is None
    assert not editor.labels.any()
    assert editor.origin is None
    assert not heard


def test_a_proposal_goes_around_a_locked_label(editor: MaskEditor) -> None:
    editor.mask.labels[_BOX] = 2
    _lock(editor, 2)
    editor.apply_whole(np.ones(_SHAPE, bool), "Proposed ROI", origin=_Made())
    assert (editor.labels[_BOX] == 2).all()
    assert np.count_nonzero(editor.labels == ROI) == editor.labels.size - _DAB.size


def test_a_loaded_mask_brings_its_labels_and_leaves_locked_ones_as_they_are(editor: MaskEditor) -> None:
    editor.mask.labels[_BOX] = 2
    _lock(editor, 2)
    loaded = RoiMask(np.full(_SHAPE, 3, np.uint8), editor.geometry, LabelTable().naming(frozenset({2, 3})))
    loaded.labels[2] = 2
    editor.replace_labels(loaded, "Load mask")
    assert (editor.labels[_BOX] == 2).all()
    assert np.count_nonzero(editor.labels == 2) == _DAB.size
    assert editor.table[2] == Label(2, "Vessel", COLOURS[1], locked=True)
    assert 3 in editor.table
    editor.undo()
    assert 3 not in editor.table


def test_who_listens_to_the_table_hears_of_changes_only(editor: MaskEditor) -> None:
    heard: list[int] = []
    leave = editor.on_table_changed(lambda: heard.append(len(editor.table)))
    editor.set_table(editor.table)
    assert heard == []
    editor.set_table(editor.table.with_active(ROI))
    editor.undo()
    leave()
    editor.redo()
    assert heard == [2, 1]


class _Made:
    size_bytes = 0
