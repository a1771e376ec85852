"""What each operation does to a mask, told by plain numpy; locks hold, and one undo gives every byte back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medcrypt_gui.core.errors import EmptyLabelError
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.mask.editor import MaskEditor
from medcrypt_gui.core.mask.effect import effect_of, labels_after
from medcrypt_gui.core.mask.labels import COLOURS, Label, LabelTable, Overwrite
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.operations.base import Change, Operation, Subject
from medcrypt_gui.core.operations.clear import ClearOptions, Which
from medcrypt_gui.core.operations.combine_labels import CombineOptions, How
from medcrypt_gui.core.operations.hollow import HollowOptions, Side
from medcrypt_gui.core.operations.invert import InvertOptions, Within
from medcrypt_gui.core.operations.keep_largest import KeepLargestOptions
from medcrypt_gui.core.operations.keep_selected import Fate, KeepSelectedOptions
from medcrypt_gui.core.operations.margin import Direction, MarginOptions
from medcrypt_gui.core.operations.registry import all_operations, operation
from medcrypt_gui.core.operations.remove_small import RemoveSmallOptions
from medcrypt_gui.core.operations.smooth import Method, SmoothOptions
from medcrypt_gui.core.options import LabelNumber
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.core.tools.base import PointerSample

SHAPE = (10, 24, 26)
GEOMETRY = Geometry(SHAPE, np.diag([1.0, 1.0, 2.0, 1.0]))
TABLE = LabelTable((Label(1, "ROI", COLOURS[0]), Label(2, "Left", COLOURS[1]), Label(3, "Right", COLOURS[2])))


def _labels(seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    labels = np.zeros(SHAPE, np.uint8)
    for number in (1, 2, 3, 1):
        z, y, x = (int(rng.integers(0, n - 6)) for n in SHAPE)
        labels[z : z + 5, y : y + 6, x : x + 6] = number
    labels[rng.random(SHAPE) < 0.02] = 1
    return labels


def _subject(labels: np.ndarray, table: LabelTable = TABLE, seed: tuple[float, float, float] = (5, 5, 5)) -> Subject:
    stored = np.random.default_rng(1).integers(0, 200, SHAPE).astype(np.int16)
    mask = RoiMask(labels, GEOMETRY, table)
    return Subject(mask, Volume(stored, GEOMETRY), 0, 4, PointerSample(seed, 2))


def _after(labels: np.ndarray, operation_id: str, options: Any, table: LabelTable = TABLE, **where: Any) -> np.ndarray:
    """The labels once the operation was done."""
    editor = MaskEditor(RoiMask(labels.copy(), GEOMETRY, table))
    change = operation(operation_id).run(_subject(labels, table, **where), options, TaskContext())
    editor.apply_parts(change.parts, "done")
    return editor.labels


EVERY = pytest.mark.parametrize("one", all_operations(), ids=lambda one: one.id)


def _change(one: Operation, subject: Subject) -> Change:
    if one.why_not(subject):
        return Change(())
    try:
        return one.run(subject, one.suggested(subject, TaskContext()), TaskContext())
    except EmptyLabelError:
        return Change(())


@EVERY
@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 1000))
def test_one_undo_gives_every_byte_back_and_redo_does_it_again(one: Operation, seed: int) -> None:
    labels = _labels(seed)
    editor = MaskEditor(RoiMask(labels.copy(), GEOMETRY, TABLE))
    edit = editor.apply_parts(_change(one, _subject(labels)).parts, one.title)
    after = editor.labels.copy()
    if edit is None:
        assert np.array_equal(after, labels)
        return
    editor.undo()
    assert np.array_equal(editor.labels, labels)
    assert editor.undo_name is None
    editor.redo()
    assert np.array_equal(editor.labels, after)


@EVERY
@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 1000))
def test_what_is_shown_beforehand_is_what_is_done(one: Operation, seed: int) -> None:
    labels = _labels(seed)
    mask = RoiMask(labels.copy(), GEOMETRY, TABLE)
    parts = _change(one, _subject(labels)).parts
    effect = effect_of(mask, parts, TaskContext())
    assert np.array_equal(mask.labels, labels)
    editor = MaskEditor(mask)
    editor.apply_parts(parts, one.title)
    shown = labels.copy()
    shown[effect.box] = labels_after(RoiMask(labels, GEOMETRY, TABLE), parts, effect.box)
    assert np.array_equal(editor.labels, shown)
    changed = (shown != labels)[effect.box]
    assert np.array_equal(effect.added, changed & (shown[effect.box] != 0))
    assert np.array_equal(effect.removed, changed & (shown[effect.box] == 0))
    assert effect.by_slice.tolist() == np.count_nonzero(changed, axis=(1, 2)).tolist()
    assert effect.is_nothing is np.array_equal(shown, labels)


@EVERY
@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 1000))
def test_locked_labels_stay_as_they_are(one: Operation, seed: int) -> None:
    labels = _labels(seed)
    table = TABLE.with_label(replace(TABLE[2], locked=True)).with_label(replace(TABLE[3], locked=True))
    editor = MaskEditor(RoiMask(labels.copy(), GEOMETRY, table))
    editor.apply_parts(_change(one, _subject(labels, table)).parts, one.title)
    for number in (2, 3):
        assert np.array_equal(editor.labels == number, labels == number)


@EVERY
def test_a_locked_active_label_is_refused_in_words_or_stays(one: Operation) -> None:
    labels = _labels()
    table = TABLE.with_label(replace(TABLE[1], locked=True))
    subject = _subject(labels, table)
    if not one.why_not(subject):
        editor = MaskEditor(RoiMask(labels.copy(), GEOMETRY, table))
        editor.apply_parts(_change(one, subject).parts, one.title)
        assert np.array_equal(editor.labels == 1, labels == 1)


class TestParts:
    def labels(self) -> np.ndarray:
        labels = np.zeros(SHAPE, np.uint8)
        labels[1:5, 2:10, 2:10] = labels[6:8, 14:18, 14:18] = labels[9, 20, 20] = 1
        return labels

    def test_the_largest_stay_and_the_others_go(self) -> None:
        expected = self.labels()
        expected[9] = 0
        assert np.array_equal(_after(self.labels(), "keep_largest", KeepLargestOptions(2)), expected)
        expected[6:8] = 0
        assert np.array_equal(_after(self.labels(), "keep_largest", KeepLargestOptions(1)), expected)

    def test_what_is_smaller_than_a_volume_goes(self) -> None:
        expected = self.labels()
        expected[9] = 0
        assert np.array_equal(_after(self.labels(), "remove_small", RemoveSmallOptions(0.064)), expected)
        expected[6:8] = 0
        assert np.array_equal(_after(self.labels(), "remove_small", RemoveSmallOptions(0.065)), expected)

    @pytest.mark.parametrize("fate", list(Fate))
    def test_the_part_at_the_crosshair_is_kept_or_removed(self, fate: Fate) -> None:
        labels = self.labels()
        part = np.zeros(SHAPE, bool)
        part[6:8, 14:18, 14:18] = True
        after = _after(labels, "keep_selected", KeepSelectedOptions(fate), seed=(15.0, 15.2, 6.8))
        assert np.array_equal(after == 1, part if fate is Fate.KEEP else (labels == 1) & ~part)

    def test_outside_the_label_it_says_why_not(self) -> None:
        selected = operation("keep_selected")
        assert "crosshair is not in ROI" in selected.why_not(_subject(self.labels(), seed=(0.0, 0.0, 0.0)))
        assert "crosshair is not in ROI" in selected.why_not(_subject(self.labels(), seed=(-9.0, 99.0, 0.0)))
        assert selected.why_not(_subject(self.labels(), seed=(15.0, 15.0, 7.0))) == ""


class TestShape:
    def ball(self) -> np.ndarray:
        z, y, x = np.ogrid[:10, :24, :26]
        return np.where(((z - 5) * 2) ** 2 + (y - 12) ** 2 + (x - 12) ** 2 <= 36, 1, 0).astype(np.uint8)

    def test_a_margin_grows_and_shrinks_and_says_what_it_came_to(self) -> None:
        labels = self.ball()
        assert (_after(labels, "margin", MarginOptions(Direction.GROW, 2.0)) == 1).sum() > labels.sum()
        smaller = _after(labels, "margin", MarginOptions(Direction.SHRINK, 2.0))
        assert 0 < smaller.sum() < labels.sum()
        assert not (smaller & ~labels).any()
        change = operation("margin").run(_subject(labels), MarginOptions(Direction.GROW, 3.5), TaskContext())
        assert "3.0 mm along the rows" in change.note
        assert "2.0 mm through the slices" in change.note

    def test_the_edge_of_the_image_is_no_surface(self) -> None:
        labels = np.ones(SHAPE, np.uint8)
        assert np.array_equal(_after(labels, "margin", MarginOptions(Direction.SHRINK, 3.0)), labels)

    @pytest.mark.parametrize("side", list(Side))
    def test_a_shell_is_left(self, side: Side) -> None:
        labels = self.ball()
        shell = _after(labels, "hollow", HollowOptions(side, 2.0)) == 1
        assert not shell[5, 12, 12]
        inside, outside = (shell & (labels == 1)).any(), (shell & (labels == 0)).any()
        assert (inside, outside) == (side is not Side.OUTSIDE, side is not Side.INSIDE)

    @pytest.mark.parametrize("method", list(Method))
    def test_smoothing_removes_a_spur_and_leaves_other_labels(self, method: Method) -> None:
        labels = self.ball()
        labels[5, 12, 18:26] = 1
        labels[5, 16:20, 8:16] = 2
        after = _after(labels, "smooth", SmoothOptions(method, 3.0))
        assert not after[5, 12, 22:].any()
        assert np.array_equal(after == 2, labels == 2)

    def test_labels_that_touch_are_smoothed_without_a_gap(self) -> None:
        labels = np.zeros(SHAPE, np.uint8)
        labels[:, 4:20, 4:13], labels[:, 4:20, 13:22] = 1, 2
        labels[:, 10, 13:18] = 1
        after = _after(labels, "smooth", SmoothOptions(Method.MEDIAN, 5.0, True))
        assert (after[:, 6:18, 6:20] != 0).all()
        assert (after[:, 10, 15:] != 1).all()

    @settings(max_examples=10, deadline=None)
    @given(seed=st.integers(0, 1000), rule=st.sampled_from(list(Overwrite)))
    def test_together_no_rule_about_painting_over_tears_a_hole(self, seed: int, rule: Overwrite) -> None:
        labels = _labels(seed)
        options = SmoothOptions(Method.MEDIAN, 3.0, True)
        free, ruled = (
            _after(labels, "smooth", options, replace(TABLE, overwrite=o)) for o in (Overwrite.EVERYTHING, rule)
        )
        assert np.array_equal(free, ruled)


class TestLabels:
    @settings(max_examples=10, deadline=None)
    @given(seed=st.integers(0, 1000), rule=st.sampled_from(list(Overwrite)))
    def test_voxels_are_added_copied_given_and_exchanged_whatever_the_rule(self, seed: int, rule: Overwrite) -> None:
        labels = _labels(seed)
        if not ((labels == 1).any() and (labels == 2).any()):
            return
        table = replace(TABLE, overwrite=rule)

        def after(how: How) -> np.ndarray:
            return _after(labels, "combine_labels", CombineOptions(how, LabelNumber(2)), table)

        assert np.array_equal(after(How.ADD), np.where(labels == 2, 1, labels))
        assert np.array_equal(after(How.COPY), np.where(labels == 1, 0, np.where(labels == 2, 1, labels)))
        assert np.array_equal(after(How.GIVE), np.where(labels == 1, 2, labels))
        assert np.array_equal(after(How.EXCHANGE), np.where(labels == 1, 2, np.where(labels == 2, 1, labels)))

    def test_near_the_other_is_taken_away_or_kept(self) -> None:
        labels = np.zeros(SHAPE, np.uint8)
        labels[:, 4:20, 2:12], labels[:, 4:20, 12:22] = 1, 2
        gone = _after(labels, "combine_labels", CombineOptions(How.SUBTRACT, LabelNumber(2), 3.0)) == 1
        kept = _after(labels, "combine_labels", CombineOptions(How.INTERSECT, LabelNumber(2), 3.0)) == 1
        assert np.array_equal(np.flatnonzero(gone.any((0, 1))), np.arange(2, 9))
        assert np.array_equal(np.flatnonzero(kept.any((0, 1))), np.arange(9, 12))
        assert np.array_equal(gone | kept, labels == 1)

    def test_without_another_label_it_says_why_not(self) -> None:
        alone = _subject(np.zeros(SHAPE, np.uint8), LabelTable())
        assert "only one label" in operation("combine_labels").why_not(alone)
        change = operation("combine_labels").run(_subject(_labels()), CombineOptions(), TaskContext())
        assert not change.parts
        assert change.note == "Choose another label first."

    def test_inverting_takes_what_is_empty(self) -> None:
        labels = _labels()
        expected = np.where(labels == 0, 1, np.where(labels == 1, 0, labels))
        assert np.array_equal(_after(labels, "invert", InvertOptions()), expected)
        few = np.zeros(SHAPE, np.uint8)
        few[3:5, 2:4, 2:4] = 1
        after = _after(few, "invert", InvertOptions(Within.SLICES))
        assert not after[:3].any()
        assert (after[3:5] == 1 - few[3:5]).all()

    def test_clearing_empties_the_active_label_or_all(self) -> None:
        labels = _labels()
        assert np.array_equal(_after(labels, "clear", ClearOptions()), np.where(labels == 1, 0, labels))
        assert not _after(labels, "clear", ClearOptions(Which.ALL)).any()


class TestCopy:
    @pytest.mark.parametrize("axis", [0, 1, 2])
    @pytest.mark.parametrize(("name", "step"), [("copy_to_next", 1), ("copy_to_previous", -1)])
    def test_a_slice_becomes_its_neighbour_and_is_gone_to(self, axis: int, name: str, step: int) -> None:
        labels = np.zeros(SHAPE, np.uint8)
        labels[2:7, 3:9, 4:8] = 1
        subject = replace(_subject(labels), slice_axis=axis, slice_number=5)
        change = operation(name).run(subject, operation(name).options_type(), TaskContext())
        editor = MaskEditor(RoiMask(labels.copy(), GEOMETRY, TABLE))
        editor.apply_parts(change.parts, name)
        after = np.moveaxis(editor.labels, axis, 0)
        assert np.array_equal(after[5 + step], np.moveaxis(labels, axis, 0)[5])
        assert change.look_at == (2 - axis, 5 + step)

    def test_where_there_is_nothing_to_copy_or_nowhere_it_says_so(self) -> None:
        labels = np.zeros(SHAPE, np.uint8)
        labels[9, 3:5, 3:5] = 1
        subject = _subject(labels)
        assert "not in this slice" in operation("copy_to_next").why_not(subject)
        assert "last slice" in operation("copy_to_next").why_not(replace(subject, slice_number=9))
        assert "first slice" in operation("copy_to_previous").why_not(replace(subject, slice_number=0))
