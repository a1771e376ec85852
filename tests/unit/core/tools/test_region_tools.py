"""Lasso, fill and level tracing: regions in the slice that is shown."""

from __future__ import annotations

import numpy as np
import pytest
from fakes.hand import Hand

from medcrypt_gui.core.tools.base import Event
from medcrypt_gui.core.tools.level_trace import LevelTraceOptions, Side, trace


def _place(axis: int, u: float, v: float, n: float = 20.0) -> tuple[float, float, float]:
    place = [n, n, n]
    first, second = (one for one in range(3) if one != axis)
    place[first], place[second] = u, v
    return place[0], place[1], place[2]


def _square(axis: int, low: float, high: float) -> list[tuple[float, float, float]]:
    return [_place(axis, u, v) for u, v in ((low, low), (high, low), (high, high), (low, high))]


def _slice(hand: Hand, n: int = 20) -> np.ndarray:
    return hand.labels.take(n, axis=2 - hand.axis)


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_the_lasso_adds_what_it_encloses_in_one_slice_and_takes_it_away_again(axis: int) -> None:
    hand = Hand((40, 40, 40), axis=axis)
    hand.drag("lasso", _square(axis, 9.5, 20.5))
    assert _slice(hand).sum() == 121 == hand.labels.sum()
    assert hand.drafts == ()
    hand.drag("lasso", _square(axis, 12.5, 15.5), inverted=True)
    assert hand.labels.sum() == 112
    hand.drag("lasso", _square(axis, 0.0, 39.0), erasing=True)
    assert not hand.labels.any()


def test_while_the_lasso_is_drawn_it_shows_where() -> None:
    hand = Hand((40, 40, 40))
    seen = []
    hand.drawing = type(hand.drawing)(
        hand.editor, None, seen.append, hand.chosen.append, hand.said.append, hand.seeds.append
    )
    hand.drag("lasso", _square(2, 9.5, 20.5), inverted=True)
    assert len(seen[-2][0].points) == 4
    assert seen[-2][0].erases
    assert seen[-1] == ()


def test_turning_the_wheel_does_not_carry_the_lasso_into_another_slice() -> None:
    hand = Hand((40, 40, 40))
    hand.drag("lasso", [(5.0, 5.0, 20.0), (15.0, 5.0, 20.0), (15.0, 15.0, 22.0)])
    assert np.flatnonzero(hand.labels.any(axis=(1, 2))).tolist() == [20]


def _ring(axis: int) -> np.ndarray:
    labels = np.zeros((40, 40, 40), np.uint8)
    plane = np.zeros((40, 40), np.uint8)
    plane[10:20, 10:20] = 1
    plane[12:18, 12:18] = 0
    np.moveaxis(labels, 2 - axis, 0)[20] = plane
    return labels


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_fill_fills_a_ring_and_nothing_but_this_slice(axis: int) -> None:
    hand = Hand((40, 40, 40), axis=axis)
    hand.set_labels(_ring(axis))
    hand.click("fill", _place(axis, 15.0, 15.0))
    assert _slice(hand)[10:20, 10:20].all()
    assert hand.labels.sum() == 100


def test_fill_refuses_what_is_open_and_says_so() -> None:
    hand = Hand((40, 40, 40))
    labels = _ring(2)
    labels[20, 10:12, 15] = 0  # a gap
    hand.set_labels(labels)
    hand.click("fill", (15.0, 15.0, 20.0))
    assert hand.labels.sum() == labels.sum()
    assert "open" in hand.said[-1]


def test_a_diagonal_gap_does_not_leak() -> None:
    hand = Hand((40, 40, 40))
    labels = np.zeros((40, 40, 40), np.uint8)
    for n in range(6):
        labels[20, 10 + n, 16 - n] = labels[20, 10 + n, 16 + n] = 1
        labels[20, 22 - n, 16 - n] = labels[20, 22 - n, 16 + n] = 1
    labels[20, 16, 10] = labels[20, 16, 22] = 1
    hand.set_labels(labels)
    hand.click("fill", (16.0, 16.0, 20.0))
    assert hand.said == []
    assert hand.labels[20, 16, 11:22].all()


@pytest.mark.parametrize("flags", [{"inverted": True}, {"erasing": True}])
def test_with_ctrl_or_the_right_button_a_part_is_emptied(flags: dict[str, bool]) -> None:
    hand = Hand((40, 40, 40))
    labels = _ring(2)
    labels[20, 30:34, 30:34] = 1
    hand.set_labels(labels)
    hand.click("fill", (10.0, 15.0, 20.0), **flags)
    assert hand.labels.sum() == 16
    hand.click("fill", (2.0, 2.0, 20.0), **flags)
    assert hand.labels.sum() == 16
    assert "active label" in hand.said[-1]


def test_filling_what_is_full_says_so() -> None:
    hand = Hand((40, 40, 40))
    hand.set_labels(_ring(2))
    hand.click("fill", (11.0, 15.0, 20.0))
    assert "already" in hand.said[-1]


def test_fill_works_in_a_single_image() -> None:
    hand = Hand((1, 40, 40))
    hand.set_labels(_ring(2)[20:21])
    hand.click("fill", (15.0, 15.0, 0.0))
    assert hand.labels.sum() == 100


def _ball(noise: float = 0.0) -> np.ndarray:
    z, y, x = np.mgrid[:40, :40, :40]
    values = np.where((x - 20) ** 2 + (y - 20) ** 2 + (z - 20) ** 2 <= 100, 200.0, 0.0)
    return (values + np.random.default_rng(4).normal(0, noise, values.shape)).astype(np.int16)


@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.parametrize("noise", [0.0, 15.0])
def test_level_tracing_shows_the_line_under_the_pointer_and_a_click_takes_it(axis: int, noise: float) -> None:
    hand = Hand((40, 40, 40), values=_ball(noise), axis=axis)
    hand.tell("level_trace", Event.MOVE, _place(axis, 10.0, 20.0))
    assert hand.drafts[0].closed
    assert not hand.labels.any()
    hand.click("level_trace", _place(axis, 10.0, 20.0))
    assert _slice(hand).sum() == pytest.approx(np.pi * 100, rel=0.1) == hand.labels.sum()
    hand.click("level_trace", _place(axis, 10.0, 20.0), inverted=True)
    assert not hand.labels.any()
    hand.tell("level_trace", Event.LEAVE, _place(axis, 10.0, 20.0))
    assert hand.drafts == ()


def test_the_side_of_the_line_can_be_chosen() -> None:
    plane = np.zeros((30, 30), np.float32)
    plane[5:25, 5:25] = 100
    plane[10:20, 10:20] = 50
    dark = trace(plane, 10, 15, LevelTraceOptions(Side.DARKER, smoothing=0.0))
    assert dark is not None
    assert dark[0].sum() == 100
    bright = trace(plane, 5, 15, LevelTraceOptions(Side.BRIGHTER, smoothing=0.0))
    assert bright is not None
    assert bright[0].sum() == 400  # with the hole in it


def test_in_an_even_image_there_is_no_line() -> None:
    hand = Hand((4, 30, 30))
    hand.click("level_trace", (15.0, 15.0, 2.0))
    assert not hand.labels.any()
    assert "edge" in hand.said[-1]
