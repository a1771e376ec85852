"""A guard before every change: where it says no, the mask, its history and its labels are as they were."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.mask.box import whole_box
from medcrypt_gui.core.mask.editor import MaskEditor
from medcrypt_gui.core.mask.labels import ROI
from medcrypt_gui.core.mask.part import Part
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.mask.sink import SinkMode

_SHAPE = (3, 4, 5)
_BOX = whole_box(_SHAPE)
_ALL = np.ones(_SHAPE, np.bool_)


def _gesture(editor: MaskEditor) -> None:
    editor.begin_gesture("Brush")
    editor.extend(_ALL, _BOX, SinkMode.ADD)
    editor.end_gesture()


def _without_roi(editor: MaskEditor) -> None:
    labels = tuple(replace(label, in_roi=False) for label in editor.table)
    editor.change_labels(replace(editor.table, labels=labels), "Spare")


def _renamed(editor: MaskEditor) -> None:
    labels = tuple(replace(label, name="other") for label in editor.table)
    editor.change_labels(replace(editor.table, labels=labels), "Rename")


_CHANGES: dict[str, Callable[[MaskEditor], object]] = {
    "a gesture": _gesture,
    "parts": lambda editor: editor.apply_parts([Part(_ALL, _BOX, SinkMode.ADD, ROI)], "Grow"),
    "the whole": lambda editor: editor.apply_whole(_ALL, "Fill"),
    "other labels": lambda editor: editor.replace_labels(RoiMask.from_bool(_ALL, editor.geometry), "Load"),
    "undo": lambda editor: editor.undo(),
    "redo": lambda editor: editor.redo(),
    "a label less in the ROI": _without_roi,
    "a label's name": _renamed,
}


@pytest.fixture
def editor() -> MaskEditor:
    """With something to undo and something to redo."""
    made = MaskEditor(RoiMask.empty(Geometry(_SHAPE, np.eye(4))))
    for n in (1, 2):
        some = np.zeros(_SHAPE, np.bool_)
        some[:n] = True
        made.apply_whole(some, f"Step {n}")
    made.undo()
    return made


@pytest.mark.parametrize("name", _CHANGES)
def test_where_the_guard_says_no_nothing_changes(editor: MaskEditor, name: str) -> None:
    before = editor.labels.copy(), editor.table, editor.undo_name, editor.redo_name, editor.revision
    asked: list[int] = []
    editor.set_guard(lambda: bool(asked.append(1)))
    _CHANGES[name](editor)
    assert np.array_equal(editor.labels, before[0])
    assert (editor.table, editor.undo_name, editor.redo_name, editor.revision) == before[1:]
    assert len(asked) == 1
    assert not editor.in_gesture


@pytest.mark.parametrize("name", _CHANGES)
def test_where_it_says_yes_they_do(editor: MaskEditor, name: str) -> None:
    before, table = editor.labels.copy(), editor.table
    editor.set_guard(lambda: True)
    _CHANGES[name](editor)
    assert not np.array_equal(editor.labels, before) or editor.table != table


def test_looks_are_nobodys_concern(editor: MaskEditor) -> None:
    editor.set_guard(lambda: pytest.fail("asked for a colour"))
    labels = tuple(replace(label, visible=False) for label in editor.table)
    editor.set_table(replace(editor.table, labels=labels))
    assert not next(iter(editor.table)).visible
