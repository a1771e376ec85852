"""Brushes that go by the values of the image, erasers of all labels, and pens that press."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from fakes.hand import Hand
from hypothesis import given, settings
from hypothesis import strategies as st

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.mask.labels import COLOURS, Label
from medcrypt_gui.core.mask.round_tip import Tip, capsule
from medcrypt_gui.core.tools.base import TipShape
from medcrypt_gui.core.tools.brush import BrushOptions
from medcrypt_gui.core.tools.eraser import ErasedLabels, EraserOptions
from medcrypt_gui.core.tools.round_stroke import Paints

_SHAPE = (10, 40, 40)


def _step_image() -> np.ndarray:
    """0 left of column 20, 100 from there on."""
    return np.broadcast_to(np.where(np.arange(40) < 20, 0, 100).astype(np.int16), _SHAPE)


@given(
    st.tuples(st.floats(0.4, 1.2), st.floats(0.4, 1.2), st.floats(0.4, 3.0)),
    st.tuples(*[st.floats(-0.5, 0.5)] * 3),
)
@settings(max_examples=30, deadline=None)
def test_a_sphere_has_its_volume_whatever_the_spacing(
    spacing: tuple[float, float, float], off: tuple[float, float, float]
) -> None:
    radius = 24.0
    sizes = [int(2 * radius / step) + 6 for step in spacing]
    geometry = Geometry((sizes[2], sizes[1], sizes[0]), np.diag([*spacing, 1.0]))
    centre = tuple(n / 2 + o for n, o in zip(sizes, off, strict=True))
    covered = capsule(geometry, centre, centre, Tip(radius))
    assert covered is not None
    volume = covered[0].sum() * float(np.prod(spacing))
    assert volume == pytest.approx(4 / 3 * np.pi * radius**3, rel=0.02)


@pytest.mark.parametrize("shape", list(TipShape))
def test_only_values_in_the_range_are_painted(shape: TipShape) -> None:
    hand = Hand(_SHAPE, values=_step_image())
    options = BrushOptions(12.0, shape, Paints.IN_RANGE, picks=False, lower=50.0, upper=150.0)
    hand.drag("brush", [(18.0, 20.0, 5.0), (22.0, 20.0, 5.0)], options)
    assert hand.labels[..., 20:].any()
    assert not hand.labels[..., :20].any()


def test_the_first_press_takes_the_range_from_what_lies_under_the_tip_and_says_so() -> None:
    values = np.random.default_rng(1).normal(100, 10, _SHAPE).astype(np.int16)
    values[:, :, 25:] = 400
    hand = Hand(_SHAPE, values=values)
    hand.drag("brush", [(12.0, 20.0, 5.0), (30.0, 20.0, 5.0)], BrushOptions(10.0, paints=Paints.IN_RANGE))
    found = hand.chosen[0]
    assert (found.lower, found.upper) == (pytest.approx(80, abs=8), pytest.approx(120, abs=8))
    assert not found.picks
    assert str(round(found.lower)) in hand.said[0]
    assert hand.labels[5, 20, 8:25].mean() > 0.85
    assert not hand.labels[..., 25:].any()


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_the_edge_aware_tip_paints_what_its_centre_lies_in(axis: int) -> None:
    hand = Hand((40, 40, 40), values=np.broadcast_to(_step_image()[:1], (40, 40, 40)), axis=axis)
    along = (14.0, 20.0, 20.0), (14.0, 22.0, 22.0)
    hand.drag("brush", along, BrushOptions(20.0, TipShape.SPHERE, Paints.LIKE_CENTRE))
    assert hand.labels[20, 20, 6:19].all()
    assert not hand.labels[..., 21:].any()


def test_a_fast_edge_aware_stroke_leaves_no_gap() -> None:
    hand = Hand(_SHAPE, values=np.zeros(_SHAPE, np.int16))
    hand.drag("brush", [(3.0, 20.0, 5.0), (36.0, 20.0, 5.0)], BrushOptions(4.0, paints=Paints.LIKE_CENTRE))
    assert hand.labels[5, 20, 3:37].all()


@pytest.mark.parametrize("paints", [Paints.IN_RANGE, Paints.LIKE_CENTRE])
def test_without_values_nothing_is_painted(paints: Paints) -> None:
    hand = Hand(_SHAPE)
    hand.drawing = type(hand.drawing)(hand.editor, None, *[lambda _any: None] * 4)
    hand.drag("brush", [(20.0, 20.0, 5.0)], BrushOptions(10.0, paints=paints))
    assert not hand.labels.any()


def _with_three_labels() -> Hand:
    hand = Hand(_SHAPE)
    table = hand.editor.table
    for number in (2, 3):
        table = table.with_label(Label(number, f"Part {number}", COLOURS[number]))
    hand.editor.change_labels(table, "Labels")
    labels = np.zeros(_SHAPE, np.uint8)
    labels[:, :, :14], labels[:, :, 14:26], labels[:, :, 26:] = 1, 2, 3
    hand.set_labels(labels)
    hand.editor.set_table(table.with_label(replace(table[3], locked=True)))
    return hand


@pytest.mark.parametrize(
    ("erased", "gone"), [(ErasedLabels.ACTIVE, {1}), (ErasedLabels.ALL, {1, 2})], ids=lambda one: str(one)
)
def test_the_eraser_takes_the_active_label_or_all_that_are_not_locked(erased: ErasedLabels, gone: set[int]) -> None:
    hand = _with_three_labels()
    hand.drag("eraser", [(3.0, 20.0, 5.0), (36.0, 20.0, 5.0)], EraserOptions(6.0, erased=erased))
    row = hand.labels[5, 20, 3:37]
    assert set(range(1, 4)) - set(row.tolist()) == gone
    hand.editor.undo()
    assert (hand.labels[5, 20] > 0).all()


def test_with_ctrl_the_eraser_of_all_labels_adds_to_the_active_one() -> None:
    hand = _with_three_labels()
    hand.drag("eraser", [(20.0, 20.0, 5.0)], EraserOptions(6.0, erased=ErasedLabels.ALL), inverted=True)
    assert hand.labels[5, 20, 20] == 1


@pytest.mark.parametrize(("pressed", "sizes", "reach"), [(1.0, True, 6), (0.5, True, 3), (0.5, False, 6)])
def test_a_pens_pressure_sizes_the_tip_where_that_is_asked_for(pressed: float, sizes: bool, reach: int) -> None:
    hand = Hand(_SHAPE)
    hand.drag("brush", [(20.0, 20.0, 5.0)], BrushOptions(12.0, pressure=sizes), pressure=pressed)
    assert np.flatnonzero(hand.labels[5, 20])[-1] == 20 + reach


_STROKES = st.lists(
    st.tuples(
        st.sampled_from(["brush", "eraser"]),
        st.sampled_from(list(Paints)),
        st.sampled_from(list(TipShape)),
        st.lists(st.tuples(st.floats(-4, 44), st.floats(-4, 44), st.floats(0, 9)), min_size=1, max_size=4),
        st.booleans(),
    ),
    max_size=6,
)


@given(_STROKES)
@settings(max_examples=40, deadline=None)
def test_whatever_is_drawn_undo_gives_the_exact_bytes_back(strokes: list[tuple[Any, ...]]) -> None:
    hand = Hand(_SHAPE, values=np.random.default_rng(2).integers(0, 100, _SHAPE).astype(np.int16))
    states = [hand.labels.copy()]
    for tool_id, paints, shape, places, inverted in strokes:
        kind = BrushOptions if tool_id == "brush" else EraserOptions
        hand.drag(tool_id, places, kind(8.0, shape, paints), inverted=inverted)
        if not np.array_equal(states[-1], hand.labels):
            states.append(hand.labels.copy())
    for before in states[-2::-1]:
        hand.editor.undo()
        assert np.array_equal(hand.labels, before)
    assert hand.editor.undo_name is None
    for after in states[1:]:
        hand.editor.redo()
        assert np.array_equal(hand.labels, after)


def _half_without_values(axis_shape: tuple[int, int, int] = _SHAPE) -> np.ndarray:
    values = np.random.default_rng(1).normal(100, 10, axis_shape).astype(np.float32)
    values[:, :, 20:] = np.nan
    values[:, 0, :] = np.inf
    return values


def test_the_range_is_taken_from_the_values_there_are() -> None:
    hand = Hand(_SHAPE, values=_half_without_values())
    hand.drag("brush", [(19.0, 20.0, 5.0)], BrushOptions(10.0, paints=Paints.IN_RANGE))
    found = hand.chosen[0]
    assert (found.lower, found.upper) == (pytest.approx(80, abs=8), pytest.approx(120, abs=8))
    assert hand.labels[..., :20].any()
    assert not hand.labels[..., 20:].any()


def test_where_there_are_no_values_the_range_is_still_to_be_taken() -> None:
    hand = Hand(_SHAPE, values=_half_without_values())
    hand.drag("brush", [(32.0, 20.0, 5.0)], BrushOptions(4.0, paints=Paints.IN_RANGE))
    assert not hand.chosen
    assert not hand.labels.any()
    assert "no values" in hand.said[-1]


@pytest.mark.parametrize("shape", list(TipShape))
def test_the_edge_aware_tip_leaves_out_what_has_no_value(shape: TipShape) -> None:
    hand = Hand(_SHAPE, values=_half_without_values())
    options = BrushOptions(10.0, shape, paints=Paints.LIKE_CENTRE, tolerance=4.0)
    hand.drag("brush", [(17.0, 20.0, 5.0)], options)
    assert hand.labels[5, 20, 14:20].mean() > 0.8
    assert not hand.labels[..., 20:].any()
    hand.drag("brush", [(30.0, 20.0, 5.0)], options)
    assert not hand.labels[..., 20:].any()
