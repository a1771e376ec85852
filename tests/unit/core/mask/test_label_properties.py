"""Whatever is done with several labels in whatever order: undo gives the exact bytes back, and locks hold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.mask import sink
from medcrypt_gui.core.mask.editor import MaskEditor
from medcrypt_gui.core.mask.labels import COLOURS, ROI, Label, LabelTable, Overwrite
from medcrypt_gui.core.mask.part import Part
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.mask.sink import SinkMode

_SHAPE = (4, 12, 14)
_BUDGET = 40_000
_NUMBERS = (1, 2, 3, 200)
_TABLE = LabelTable((Label(1, "ROI", COLOURS[0]), Label(2, "Left", COLOURS[1]), Label(3, "Right", COLOURS[2])))

Action = Callable[[MaskEditor], object]


def _editor(seed: int = 0) -> MaskEditor:
    labels = np.random.default_rng(seed).choice(np.array([0, 0, 1, 2, 3], np.uint8), _SHAPE)
    return MaskEditor(RoiMask(labels, Geometry(_SHAPE, np.eye(4)), _TABLE), _BUDGET)


def _stroke(editor: MaskEditor, dabs: list[tuple[int, int, int]], how: SinkMode, cancelled: bool) -> None:
    editor.begin_gesture("Brush")
    for z, y, x in dabs:
        editor.extend(np.ones((1, 3, 4), bool), (slice(z, z + 1), slice(y, y + 3), slice(x, x + 4)), how)
    if cancelled:
        editor.cancel_stroke()
    else:
        editor.end_gesture()


def _random(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).random(_SHAPE) < 0.4


def _number_in(editor: MaskEditor, pick: int) -> int:
    numbers = [label.number for label in editor.table]
    return numbers[pick % len(numbers)]


def _remove(editor: MaskEditor, pick: int) -> None:
    number = _number_in(editor, pick)
    if number != ROI and not editor.table[number].locked:
        editor.change_labels(editor.table.without(number), "Remove")


def _change(editor: MaskEditor, pick: int, **what: object) -> None:
    label = replace(editor.table[_number_in(editor, pick)], **what)  # type: ignore[arg-type]
    editor.change_labels(editor.table.with_label(label), "Change")


def _replace_labels(editor: MaskEditor, seed: int) -> None:
    other = np.random.default_rng(seed).choice(np.array([0, 1, 4], np.uint8), _SHAPE)
    editor.replace_labels(RoiMask(other, editor.geometry, LabelTable().naming(frozenset({4}))), "Load mask")


_PLACES = st.tuples(st.integers(0, 3), st.integers(0, 9), st.integers(0, 10))
_PICKS = st.integers(0, 5)
_SEEDS = st.integers(0, 1000)
_HOW = st.sampled_from(list(SinkMode))
_EDITS: st.SearchStrategy[Action] = st.one_of(
    st.builds(
        lambda dabs, how, cancelled: lambda e: _stroke(e, dabs, how, cancelled),
        st.lists(_PLACES, min_size=1, max_size=4), _HOW, st.booleans(),
    ),
    st.builds(lambda seed: lambda e: e.apply_whole(_random(seed), "Whole"), _SEEDS),
    st.builds(
        lambda seed, how, pick: lambda e: e.apply_parts(
            [Part(_random(seed), (slice(0, 4), slice(0, 12), slice(0, 14)), how, _number_in(e, pick))], "Part"
        ),
        _SEEDS, _HOW, _PICKS,
    ),
    st.builds(lambda seed: lambda e: _replace_labels(e, seed), _SEEDS),
    st.just(lambda e: e.change_labels(e.table.with_label(e.table.next_label()), "Add")),
    st.builds(lambda pick: lambda e: _remove(e, pick), _PICKS),
    st.builds(lambda pick, name: lambda e: _change(e, pick, name=name), _PICKS, st.sampled_from(("A", "B"))),
    st.builds(lambda pick, counted: lambda e: _change(e, pick, in_roi=counted), _PICKS, st.booleans()),
)  # fmt: skip
_LOOKS: st.SearchStrategy[Action] = st.one_of(
    st.builds(lambda pick, locked: lambda e: _change(e, pick, locked=locked), _PICKS, st.booleans()),
    st.builds(lambda pick, shown: lambda e: _change(e, pick, visible=shown), _PICKS, st.booleans()),
    st.builds(lambda pick, colour: lambda e: _change(e, pick, colour=colour), _PICKS, st.sampled_from(COLOURS)),
    st.builds(lambda pick: lambda e: e.set_table(e.table.with_active(_number_in(e, pick))), _PICKS),
    st.builds(lambda rule: lambda e: e.set_table(replace(e.table, overwrite=rule)), st.sampled_from(list(Overwrite))),
)

State = tuple[bytes, tuple[tuple[int, str, bool], ...]]


def _state(editor: MaskEditor) -> State:
    return editor.labels.tobytes(), tuple((one.number, one.name, one.in_roi) for one in editor.table)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(_EDITS, _LOOKS), max_size=12))
def test_undo_gives_back_every_earlier_state_and_redo_every_later_one(actions: list[Action]) -> None:
    editor = _editor()
    editor._history._budget_bytes = 1 << 30
    states = [_state(editor)]
    for action in actions:
        action(editor)
        if _state(editor) != states[-1]:
            states.append(_state(editor))
    for state in reversed(states[:-1]):
        assert editor.undo() is not None
        assert _state(editor) == state
    assert editor.undo() is None
    for state in states[1:]:
        assert editor.redo() is not None
        assert _state(editor) == state
    assert editor.redo() is None


@settings(max_examples=200, deadline=None)
@given(st.lists(st.one_of(_EDITS, _LOOKS), max_size=12))
def test_labels_look_after_redo_as_they_did_when_they_were_undone(actions: list[Action]) -> None:
    editor = _editor()
    for action in actions:
        action(editor)
    before, table = editor.labels.copy(), editor.table
    steps = 0
    while editor.undo_name is not None:
        editor.undo()
        steps += 1
    for _ in range(steps):
        editor.redo()
    assert np.array_equal(editor.labels, before)
    assert tuple(editor.table) == tuple(table)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from((1, 2, 3)), st.lists(_EDITS, max_size=10))
def test_a_locked_label_keeps_its_voxels_whatever_is_done(locked: int, actions: list[Action]) -> None:
    editor = _editor()
    editor.set_table(editor.table.with_label(replace(editor.table[locked], locked=True)))
    before = editor.labels == locked
    for action in actions:
        action(editor)
    assert np.array_equal(editor.labels == locked, before)
    assert editor.table[locked].locked


@settings(max_examples=100, deadline=None)
@given(_SEEDS, _SEEDS, st.sampled_from(_NUMBERS), st.sampled_from((None, 1, 2, 3)))
def test_adding_a_region_and_removing_it_is_the_identity_outside_it_and_outside_locks(
    mask_seed: int, seed: int, number: int, locked: int | None
) -> None:
    mask = _editor(mask_seed).mask
    table = mask.table.naming(frozenset({number}))
    if locked is not None:
        table = table.with_label(replace(table[locked], locked=True))
    mask = replace(mask, table=table)
    empty = mask.labels == 0
    region = _random(seed) & (empty | (mask.labels == locked))
    before, box = mask.labels.copy(), (slice(0, 4), slice(0, 12), slice(0, 14))
    sink.apply(mask, region, box, SinkMode.ADD, number)
    sink.apply(mask, region, box, SinkMode.REMOVE, number)
    if number != locked:
        assert np.array_equal(mask.labels[before != number], before[before != number])
    else:
        assert np.array_equal(mask.labels, before)


@settings(max_examples=100, deadline=None)
@given(_SEEDS, _SEEDS, st.sampled_from(list(Overwrite)), st.booleans(), st.booleans(), _HOW)
def test_the_overwrite_rule_says_what_may_become_a_label(
    mask_seed: int, seed: int, rule: Overwrite, hidden: bool, locked: bool, how: SinkMode
) -> None:
    mask = _editor(mask_seed).mask
    second = replace(mask.table[2], visible=not hidden, locked=locked)
    mask = replace(mask, table=replace(mask.table.with_label(second), overwrite=rule))
    before, region = mask.labels.copy(), _random(seed)
    sink.apply(mask, region, (slice(0, 4), slice(0, 12), slice(0, 14)), how, 1)
    spared = {2: locked or rule is Overwrite.NOTHING or (rule is Overwrite.VISIBLE and hidden),
              3: rule is Overwrite.NOTHING}  # fmt: skip
    for number, stays in spared.items():
        painted = (before == number) & region
        wanted = number if stays or how is SinkMode.REMOVE else 1
        assert (mask.labels[painted] == wanted).all()
        assert (mask.labels[(before == number) & ~region] == number).all()


@settings(max_examples=100, deadline=None)
@given(st.lists(st.one_of(_EDITS, _LOOKS), max_size=25))
def test_the_history_keeps_within_its_budget_but_for_the_newest_step(actions: list[Action]) -> None:
    editor = _editor()
    for action in actions:
        action(editor)
    history = editor._history
    newest = history._done[-1].size_bytes if history._done else 0
    assert history.size_bytes <= max(_BUDGET, newest)
    assert history.size_bytes == sum(entry.size_bytes for entry in (*history._done, *history._undone))


@settings(max_examples=100, deadline=None)
@given(st.lists(_LOOKS, max_size=10))
def test_looks_are_no_undo_steps_and_keep_redo(looks: list[Action]) -> None:
    editor = _editor()
    editor.apply_whole(_random(1), "Whole")
    editor.undo()
    before = _state(editor)
    for look in looks:
        look(editor)
    assert editor.undo_name is None
    assert editor.redo_name == "Whole"
    assert _state(editor) == before


@settings(max_examples=100, deadline=None)
@given(st.lists(_EDITS, min_size=1, max_size=6), st.integers(1, 4))
def test_what_was_done_twice_to_the_same_end_is_remembered_once(actions: list[Action], times: int) -> None:
    """An edit that leaves all as it is, is no step: undo never seems to do nothing."""
    editor = _editor()
    for action in actions:
        action(editor)
    while editor.undo_name is not None:
        before = _state(editor)
        editor.undo()
        assert _state(editor) != before
