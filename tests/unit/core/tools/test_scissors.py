"""Scissors: an outline cuts through the slices, straight away from the viewer."""

from __future__ import annotations

import numpy as np
import pytest
from fakes.hand import Hand

from medcrypt_gui.core.tools.base import Event
from medcrypt_gui.core.tools.scissors import Cut, Reach, ScissorsOptions, Shape

Place = tuple[float, float, float]
_SHAPE = (20, 20, 20)


def _place(u: float, v: float, n: float = 10.0, axis: int = 2) -> Place:
    place = [n, n, n]
    first, second = (one for one in range(3) if one != axis)
    place[first], place[second] = u, v
    return place[0], place[1], place[2]


def _square(axis: int = 2) -> list[Place]:
    return [_place(u, v, axis=axis) for u, v in ((4.5, 4.5), (9.5, 4.5), (9.5, 9.5), (4.5, 9.5))]


def _full(axis: int = 2) -> Hand:
    hand = Hand(_SHAPE, axis=axis)
    hand.set_labels(np.ones(_SHAPE))
    return hand


@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.parametrize(
    ("cut", "left"), [(Cut.ERASE_INSIDE, 8000 - 500), (Cut.ERASE_OUTSIDE, 500), (Cut.FILL_INSIDE, 8000)]
)
def test_a_drawn_outline_cuts_through_all_slices_in_one_step(axis: int, cut: Cut, left: int) -> None:
    hand = _full(axis)
    hand.drag("scissors", _square(axis), ScissorsOptions(cut))
    assert hand.labels.sum() == left
    assert hand.drafts == ()
    if left < 8000:
        hand.editor.undo()
        assert hand.labels.sum() == 8000


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_inside_can_be_filled(axis: int) -> None:
    hand = Hand(_SHAPE, axis=axis)
    hand.drag("scissors", _square(axis), ScissorsOptions(Cut.FILL_INSIDE))
    assert hand.labels.sum() == 500
    assert np.moveaxis(hand.labels, 2 - axis, 0)[:, 5:10, 5:10].all()


@pytest.mark.parametrize("flags", [{"inverted": True}, {"erasing": True}])
def test_ctrl_and_the_right_button_turn_the_cut_round(flags: dict[str, bool]) -> None:
    hand = _full()
    hand.drag("scissors", _square(), **flags)
    assert hand.labels.sum() == 500
    hand.drag("scissors", _square(), ScissorsOptions(Cut.FILL_INSIDE), **flags)
    assert hand.labels.sum() == 0


@pytest.mark.parametrize(
    ("options", "slices"),
    [
        (ScissorsOptions(reach=Reach.NEAR, depth_mm=4.0), range(8, 13)),
        (ScissorsOptions(reach=Reach.NEAR, depth_mm=1.0), range(10, 11)),
        (ScissorsOptions(reach=Reach.ONWARDS), range(10, 20)),
        (ScissorsOptions(reach=Reach.BACKWARDS), range(11)),
    ],
    ids=str,
)
def test_the_cut_goes_as_far_as_it_is_told(options: ScissorsOptions, slices: range) -> None:
    hand = _full()
    hand.drag("scissors", _square(), options)
    cut = np.flatnonzero((hand.labels == 0).any(axis=(1, 2)))
    assert cut.tolist() == list(slices)


@pytest.mark.parametrize("reach", [Reach.NEAR, Reach.ONWARDS])
def test_erasing_outside_leaves_the_slices_beyond_its_reach_alone(reach: Reach) -> None:
    hand = _full()
    hand.drag("scissors", _square(), ScissorsOptions(Cut.ERASE_OUTSIDE, reach=reach, depth_mm=4.0))
    assert hand.labels[0].all()
    assert hand.labels[10].sum() == 25


def test_a_rectangle_is_drawn_from_corner_to_corner() -> None:
    hand = _full()
    hand.drag("scissors", [_place(4.5, 4.5), _place(7, 6), _place(9.5, 9.5)], ScissorsOptions(shape=Shape.RECTANGLE))
    assert hand.labels.sum() == 8000 - 500


def test_a_polygon_is_clicked_and_stays_while_slices_are_turned() -> None:
    hand, options = _full(), ScissorsOptions(shape=Shape.POLYGON)
    hand.click("scissors", *_square()[:2], options=options)
    hand.click("scissors", (9.5, 9.5, 3.0), (4.5, 9.5, 3.0), options=options)
    hand.tell("scissors", Event.MOVE, (6.0, 12.0, 3.0), options)
    assert hand.drafts[0].through
    assert len(hand.drafts[0].points) == 5
    hand.click("scissors", (12.0, 12.0, 3.0), options=options)
    assert hand.tell("scissors", Event.DROP, (12.0, 12.0, 3.0), options)
    assert hand.labels.sum() == 8000
    assert hand.tell("scissors", Event.CLOSE, (4.5, 9.5, 3.0), options)
    assert hand.labels.sum() == 8000 - 500


def test_escape_gives_the_outline_up_and_a_click_alone_does_nothing() -> None:
    hand, options = _full(), ScissorsOptions(shape=Shape.POLYGON)
    hand.click("scissors", *_square()[:2], options=options)
    assert hand.tell("scissors", Event.CANCEL, _place(4, 4), options)
    assert not hand.tell("scissors", Event.CANCEL, _place(4, 4), options)
    assert not hand.tell("scissors", Event.CLOSE, _place(4, 4), options)
    hand.click("scissors", _place(5, 5))
    assert hand.labels.all()
    assert hand.drafts == ()


def test_with_nothing_to_cut_it_says_so() -> None:
    hand = Hand(_SHAPE)
    hand.drag("scissors", _square())
    assert "nothing" in hand.said[-1]
    assert hand.editor.undo_name is None


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_on_a_sheared_grid_the_cut_is_straight_in_the_patient(axis: int) -> None:
    steps = np.column_stack([[1.0, 0, 0], [0, 0.95, 0.3], [0, 0, 2.0]])
    hand = Hand(_SHAPE, steps=steps, axis=axis)
    hand.set_labels(np.ones(_SHAPE))
    hand.drag("scissors", _square(axis))
    gone = np.argwhere(hand.labels == 0)[:, ::-1]
    columns = hand.geometry.affine_lps[:3, :3]
    first, second = (columns[:, one] for one in range(3) if one != axis)
    normal = np.cross(first, second)
    normal /= np.linalg.norm(normal)
    mm = gone @ columns.T
    flat = mm - np.outer(mm @ normal, normal)  # along the line of sight all of the cut lies on one patch
    assert np.ptp(flat @ (first / np.linalg.norm(first))) <= 5.2 * np.linalg.norm(first) + np.linalg.norm(columns)
    slices = np.unique(gone[:, axis])
    middles = np.array([flat[gone[:, axis] == n].mean(axis=0) for n in slices[2:-2]])
    assert np.abs(middles - np.median(middles, axis=0)).max() < 1.2


def test_only_the_box_that_changes_is_written() -> None:
    hand = Hand(_SHAPE)
    labels = np.zeros(_SHAPE)
    labels[8:12, 6:9, 5:8] = 1
    hand.set_labels(labels)
    boxes = []
    hand.editor.on_changed(boxes.append)
    hand.drag("scissors", _square())
    assert boxes == [(slice(8, 12), slice(6, 9), slice(5, 8))]
    assert not hand.labels.any()
