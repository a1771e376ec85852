"""The polygon: placed by clicks and drags, closed, edited before and after, taken along to other slices, never lost."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from fakes.hand import Hand
from hypothesis import given, settings
from hypothesis import strategies as st

from medcrypt_gui.core.mask.labels import Overwrite
from medcrypt_gui.core.tools.base import Event
from medcrypt_gui.core.tools.registry import tool

Place = tuple[float, float, float]
_SHAPE = (40, 40, 40)


def _place(u: float, v: float, n: float = 20.0, axis: int = 2) -> Place:
    place = [n, n, n]
    first, second = (one for one in range(3) if one != axis)
    place[first], place[second] = u, v
    return place[0], place[1], place[2]


def _square(low: float = 9.5, high: float = 20.5, n: float = 20.0, axis: int = 2) -> list[Place]:
    return [_place(u, v, n, axis) for u, v in ((low, low), (high, low), (high, high), (low, high))]


def _drawn(axis: int = 2, **flags: bool) -> Hand:
    """With a square of 11 x 11 voxels completed in slice 20."""
    hand = Hand(_SHAPE, axis=axis)
    hand.click("polygon", *_square(axis=axis), **flags)
    hand.tell("polygon", Event.CLOSE, _square(axis=axis)[-1])
    return hand


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_clicks_and_a_close_fill_the_polygon_in_one_step(axis: int) -> None:
    hand = _drawn(axis)
    assert hand.labels.sum() == 121
    assert hand.labels.take(20, axis=2 - axis).sum() == 121
    hand.editor.undo()
    assert not hand.labels.any()
    assert hand.editor.undo_name is None


def test_a_click_on_the_first_point_closes() -> None:
    hand = Hand(_SHAPE)
    hand.click("polygon", *_square(), _square()[0])
    assert hand.labels.sum() == 121


@pytest.mark.parametrize("flags", [{"inverted": True}, {"erasing": True}])
def test_a_polygon_that_was_begun_with_ctrl_or_the_right_button_takes_away(flags: dict[str, bool]) -> None:
    hand = Hand(_SHAPE)
    hand.set_labels(np.ones(_SHAPE))
    hand.click("polygon", _square()[0], **flags)
    assert hand.drafts[0].erases
    hand.click("polygon", *_square()[1:])
    hand.tell("polygon", Event.CLOSE, _square()[-1])
    assert hand.labels.sum() == 40**3 - 121


def test_dragging_draws_a_line_of_as_few_points_as_it_needs() -> None:
    hand = Hand(_SHAPE)
    hand.drag("polygon", [(5.0 + n / 4, 5.0, 20.0) for n in range(60)])
    assert len(hand.drafts[0].handles) == 2
    hand.drag("polygon", [(19.75, 5.0 + n / 4, 20.0) for n in range(60)])
    hand.tell("polygon", Event.CLOSE, (20.0, 20.0, 20.0))
    assert hand.labels[20, 8, 18] == 1
    assert hand.labels[20, 18, 8] == 0


def test_backspace_drops_the_last_point_and_escape_all_of_them() -> None:
    hand = Hand(_SHAPE)
    hand.click("polygon", *_square())
    assert hand.tell("polygon", Event.DROP, _square()[0])
    assert len(hand.drafts[0].handles) == 3
    assert hand.tell("polygon", Event.CANCEL, _square()[0])
    assert hand.drafts == ()
    assert not hand.tell("polygon", Event.CANCEL, _square()[0])
    assert not hand.tell("polygon", Event.DROP, _square()[0])
    assert not hand.tell("polygon", Event.CLOSE, _square()[0])
    assert not hand.labels.any()


def test_two_points_are_no_polygon() -> None:
    hand = Hand(_SHAPE)
    hand.click("polygon", *_square()[:2])
    hand.tell("polygon", Event.CLOSE, _square()[1])
    assert "three" in hand.said[-1]
    assert len(hand.drafts[0].handles) == 2


def test_a_half_drawn_polygon_stays_in_its_slice_while_others_are_looked_at() -> None:
    hand = Hand(_SHAPE)
    hand.click("polygon", *_square()[:3])
    hand.tell("polygon", Event.MOVE, _place(5, 5, 23))
    assert [one.slice_number for one in hand.drafts] == [20]
    assert len(hand.drafts[0].points) == 3  # no line leads into another slice
    assert not hand.tell("polygon", Event.CLOSE, _place(5, 5, 23))
    hand.click("polygon", *_square(n=23.0))
    hand.tell("polygon", Event.CLOSE, _square(n=23.0)[-1])
    hand.click("polygon", _square()[3])
    hand.tell("polygon", Event.CLOSE, _square()[3])
    assert hand.labels[20].sum() == hand.labels[23].sum() == 121


def test_a_point_can_be_moved_before_the_polygon_is_complete() -> None:
    hand = Hand(_SHAPE)
    hand.click("polygon", *_square())
    hand.drag("polygon", [_square()[2], _place(25, 25), _place(30.5, 30.5)])
    hand.tell("polygon", Event.CLOSE, _place(30.5, 30.5))
    assert hand.labels[20, 25, 25] == 1
    assert hand.labels.sum() > 121


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_a_point_can_be_moved_afterwards_and_the_mask_follows(axis: int) -> None:
    hand = _drawn(axis)
    hand.drag("polygon", [_place(20.5, 20.5, axis=axis), _place(15.0, 15.0, axis=axis), _place(12.5, 12.5, axis=axis)])
    assert hand.labels.sum() == 33  # two thin arms are left
    hand.editor.undo()
    assert hand.labels.sum() == 121


def test_a_click_on_an_edge_adds_a_point_that_can_be_dragged_at_once() -> None:
    hand = _drawn()
    hand.drag("polygon", [_place(15.0, 9.5), _place(15.0, 5.0), _place(15.0, 1.5)])
    assert hand.labels[20, 4, 15] == 1
    assert hand.labels.sum() > 121


def test_a_point_can_be_taken_out() -> None:
    hand = _drawn()
    assert hand.tell("polygon", Event.REMOVE, _place(20.5, 20.5))
    assert hand.labels.sum() < 121
    hand.tell("polygon", Event.REMOVE, _place(20.5, 9.5))
    assert "three" in hand.said[-1]
    assert not hand.tell("polygon", Event.REMOVE, _place(30.0, 30.0))


def test_what_other_labels_and_later_edits_made_of_it_stays_when_a_polygon_is_changed() -> None:
    hand = Hand(_SHAPE)
    table = hand.editor.table.with_label(hand.editor.table.next_label("Vessel"))
    hand.editor.change_labels(table, "Labels")
    before = np.zeros(_SHAPE)
    before[20, 10:15, 10:15] = 2
    hand.set_labels(before)
    hand.click("polygon", *_square())
    hand.tell("polygon", Event.CLOSE, _square()[-1])
    assert not (hand.labels == 2).any()
    hand.drag("polygon", [_place(9.5, 9.5), _place(16.0, 16.0), _place(20.0, 20.0)])
    assert (hand.labels[20, 10:14, 10:14] == 2).all()


def _two_labels() -> Hand:
    """With a second label, and the first one active."""
    hand = Hand(_SHAPE)
    table = hand.editor.table.with_label(hand.editor.table.next_label("Vessel")).with_active(1)
    hand.editor.change_labels(table, "Labels")
    return hand


def _square_in(hand: Hand) -> None:
    hand.click("polygon", *_square())
    hand.tell("polygon", Event.CLOSE, _square()[-1])


_MOVED = [_place(20.5, 20.5), _place(20.0, 20.0), _place(14.5, 14.5)]


def test_a_polygon_that_was_undone_does_not_come_back() -> None:
    hand = _drawn()
    hand.editor.undo()
    hand.click("polygon", _place(20.5, 20.5))
    hand.tell("polygon", Event.DROP, _place(20.5, 20.5))  # the click began another one
    hand.drag("polygon", _MOVED)
    hand.tell("polygon", Event.REMOVE, _place(9.5, 9.5))
    assert not hand.labels.any()


def test_a_polygon_that_was_undone_and_done_again_can_be_changed_again() -> None:
    hand = _drawn()
    hand.editor.undo()
    hand.editor.redo()
    hand.drag("polygon", _MOVED)
    assert 0 < hand.labels.sum() < 121


def test_a_polygon_of_which_something_was_erased_is_not_taken_hold_of() -> None:
    hand = _drawn()
    hand.drag("eraser", [_place(15.0, 15.0)])
    left = hand.labels.copy()
    hand.tell("polygon", Event.MOVE, _place(20.5, 20.5))
    assert not hand.drafts
    hand.drag("polygon", _MOVED)
    assert np.array_equal(hand.labels, left)


def test_what_is_painted_beside_a_polygon_leaves_it_as_it_is() -> None:
    hand = _drawn()
    hand.drag("brush", [_place(26.0, 26.0)], tool("brush").options_type(size_mm=2.0))
    beside = int(hand.labels.sum()) - 121
    assert beside > 0
    hand.drag("polygon", _MOVED)
    assert hand.labels[20, 26, 26] == 1
    assert hand.labels.sum() < 121


@pytest.mark.parametrize("place", [(20.5, 20.5), (15.0, 15.0)])
def test_a_click_on_a_completed_polygon_changes_nothing(place: tuple[float, float]) -> None:
    hand = _drawn()
    before = hand.labels.copy()
    hand.drag("polygon", [_place(*place), _place(place[0] + 0.1, place[1])])
    assert np.array_equal(hand.labels, before)
    hand.editor.undo()
    assert hand.editor.undo_name is None


@pytest.mark.parametrize("place", [(20.5, 20.5), (15.0, 9.5)])
@pytest.mark.parametrize("flags", [{"erasing": True}, {"inverted": True}])
def test_on_a_completed_polygon_the_right_button_begins_one_that_takes_away(
    place: tuple[float, float], flags: dict[str, bool]
) -> None:
    hand = _drawn()
    hand.click("polygon", _place(*place), _place(14.5, 18.5), _place(18.5, 14.5), **flags)
    hand.tell("polygon", Event.CLOSE, _place(18.5, 14.5))
    assert hand.labels.sum() < 121


def test_a_point_is_dragged_from_where_it_is_and_not_from_where_the_pointer_took_hold() -> None:
    hand = _drawn()
    hand.drag("polygon", [_place(20.9, 20.9), _place(22.0, 22.0), _place(22.9, 22.9)])
    points = next(iter(hand.drafts)).points
    assert any(np.allclose(point, _place(22.5, 22.5)) for point in points)


def test_a_polygon_keeps_its_label_when_another_one_is_active() -> None:
    hand = _two_labels()
    hand.editor.set_table(hand.editor.table.with_active(2))
    _square_in(hand)
    hand.editor.set_table(hand.editor.table.with_active(1))
    hand.drag("polygon", [_place(20.5, 20.5), _place(22.0, 22.0), _place(24.5, 24.5)])
    assert not (hand.labels == 1).any()
    assert (hand.labels == 2).sum() > 121


def test_a_polygon_whose_label_is_locked_stays_and_says_so() -> None:
    hand = _two_labels()
    _square_in(hand)
    table = hand.editor.table
    hand.editor.set_table(table.with_label(replace(table[1], locked=True)).with_active(2))
    before = hand.labels.copy()
    hand.drag("polygon", _MOVED)
    assert np.array_equal(hand.labels, before)
    assert "locked" in hand.said[-1]


def test_what_a_polygon_gives_back_of_a_label_that_is_gone_is_empty() -> None:
    hand = _two_labels()
    hand.set_labels(np.full(_SHAPE, 2))
    _square_in(hand)
    hand.editor.change_labels(hand.editor.table.without(2), "Remove")
    hand.drag("polygon", _MOVED)
    assert set(np.unique(hand.labels).tolist()) == {0, 1}
    assert hand.labels.sum() < 121


def test_a_polygon_gives_back_what_it_covered_though_labels_now_spare_each_other() -> None:
    hand = _two_labels()
    hand.set_labels(np.full(_SHAPE, 2))
    _square_in(hand)
    hand.editor.set_table(replace(hand.editor.table, overwrite=Overwrite.NOTHING))
    hand.drag("polygon", _MOVED)
    assert hand.labels.all()
    assert 0 < (hand.labels == 1).sum() < 121


@pytest.mark.parametrize("tool_id", ["polygon", "scissors"])
def test_what_is_held_can_be_let_go_of_without_a_release(tool_id: str) -> None:
    hand = _drawn()
    before = hand.labels.copy()
    hand.tell(tool_id, Event.PRESS, _place(20.5, 20.5))
    hand.tell(tool_id, Event.MOVE, _place(14.0, 14.0))
    hand.tell(tool_id, Event.MOVE, _place(14.0, 20.0))
    assert hand.let_go(tool_id)
    assert not hand.let_go(tool_id)
    hand.tell(tool_id, Event.MOVE, _place(3.0, 3.0))
    hand.tell(tool_id, Event.RELEASE, _place(3.0, 3.0))
    assert np.array_equal(hand.labels, before)


def test_the_last_polygon_is_pasted_into_another_slice_edited_and_taken() -> None:
    hand = _drawn()
    hand.tell("polygon", Event.PASTE, _place(5, 5, 21))
    assert hand.drafts[-1].slice_number == 21
    assert hand.labels[21].sum() == 0
    hand.drag("polygon", [_place(15, 15, 21), _place(16, 15, 21), _place(17, 15, 21)])  # all of it, from within
    hand.drag("polygon", [_place(27.5, 9.5, 21)])  # nothing there
    assert "Enter" in hand.said[-1]
    hand.tell("polygon", Event.CLOSE, _place(5, 5, 21))
    assert hand.labels[21].sum() == 121
    assert hand.labels[21, 15, 22] == 1
    assert hand.labels[21, 15, 11] == 0


def test_a_pasted_polygon_can_be_dropped() -> None:
    hand = _drawn()
    hand.tell("polygon", Event.PASTE, _place(5, 5, 21))
    hand.tell("polygon", Event.CANCEL, _place(5, 5, 21))
    assert hand.labels.sum() == 121
    assert not any(one.slice_number == 21 for one in hand.drafts)


def test_what_cannot_be_pasted_is_said() -> None:
    hand = Hand(_SHAPE)
    hand.tell("polygon", Event.PASTE, _place(5, 5))
    assert "no polygon" in hand.said[-1]
    hand = _drawn()
    hand.click("polygon", *_square(n=22.0)[:2])
    hand.tell("polygon", Event.PASTE, _place(5, 5, 22))
    assert "first" in hand.said[-1]
    assert len(hand.drafts[0].handles) == 2


def test_a_polygon_outside_the_image_says_so() -> None:
    hand = Hand(_SHAPE)
    hand.click("polygon", *_square(-20.0, -10.0))
    hand.tell("polygon", Event.CLOSE, _place(-20, -20))
    assert "outside" in hand.said[-1]


def test_the_point_under_the_pointer_is_shown_as_held() -> None:
    hand = Hand(_SHAPE)
    hand.click("polygon", *_square())
    hand.tell("polygon", Event.MOVE, _square()[2])
    assert hand.drafts[0].held == 2
    hand.tell("polygon", Event.LEAVE, _square()[2])
    assert hand.drafts[0].held is None


_COORDINATE = st.floats(-5, 44).map(lambda value: round(value, 3))  # a click on the first point would close it


@given(st.lists(st.tuples(_COORDINATE, _COORDINATE), min_size=3, max_size=9, unique=True))
@settings(max_examples=60, deadline=None)
def test_adding_and_taking_away_the_same_polygon_is_nothing(corners: list[tuple[float, float]]) -> None:
    hand = Hand(_SHAPE)
    for erases in (False, True):
        # Each in its own hand: the points of a polygon just drawn would be taken hold of.
        other = Hand(_SHAPE)
        other.set_labels(hand.labels)
        for u, v in corners:
            other.drag("polygon", [_place(u, v)], inverted=erases, pixel_mm=1e-6)
        other.tell("polygon", Event.CLOSE, _place(*corners[0]))
        hand = other
    assert not hand.labels.any()
