"""Tiles cover every picture, and a detector's cores become boxes around the letters."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from medcrypt_gui.core.segmentation.text_boxes import (
    TILE,
    TextBox,
    boxes_in,
    is_plausible,
    network_input,
    paint,
    tiles_of,
)


@pytest.mark.parametrize("shape", [(8, 8), (110, 110), (60, 2000), (768, 1024), (1955, 1841), (5000, 30), (3000, 4000)])
def test_tiles_cover_the_picture_and_stay_within_the_networks_size(shape: tuple[int, int]) -> None:
    covered = np.zeros(shape, bool)
    for tile in tiles_of(shape):
        covered[tile.top : tile.top + tile.height, tile.left : tile.left + tile.width] = True
        assert max(tile.height, tile.width) * tile.zoom <= TILE + 1
    assert covered.all()


def test_neighbouring_tiles_share_a_strip_wide_enough_for_a_letter() -> None:
    lefts = sorted({tile.left for tile in tiles_of((500, 3000))})
    assert all(right - left <= TILE - 100 for left, right in pairwise(lefts))


def test_small_pictures_are_enlarged_and_large_ones_are_not() -> None:
    assert tiles_of((110, 110))[0].zoom == 4.0
    assert [tile.zoom for tile in tiles_of((768, 1024))] == [1.0]


@pytest.mark.parametrize("shape", [(8, 8), (100, 37), (480, 640, 3)])
def test_the_network_is_given_multiples_of_32_in_the_range_it_was_trained_with(shape: tuple[int, ...]) -> None:
    picture = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    values = network_input(picture, tiles_of((shape[0], shape[1]))[0])
    assert values.shape[:2] == (1, 3)
    assert all(side % 32 == 0 for side in values.shape[2:])
    assert values.min() == pytest.approx(-0.485 / 0.229, abs=0.1)
    assert values.max() == pytest.approx((1 - 0.406) / 0.225, abs=0.1)


def test_letters_at_the_border_get_ground_around_them() -> None:
    picture = np.zeros((480, 480, 3), np.uint8)
    picture[:, :, 2] = 255
    values = network_input(picture, tiles_of((480, 480))[0])
    assert values.shape == (1, 3, 512, 512)
    assert all(len(np.unique(channel)) == 1 for channel in values[0])


def rimmed(probability: np.ndarray) -> np.ndarray:
    """The network's answer for a picture and the sixteen pixels put around it."""
    return np.pad(probability, 16)


def core(score: float) -> np.ndarray:
    """A line of text 200 x 12 pixels large at (40, 60), shrunken as the network marks it."""
    probability = np.zeros((128, 320), np.float32)
    probability[60:72, 40:240] = score
    return probability


def test_a_core_grows_to_a_box_around_its_line() -> None:
    tile = tiles_of((480, 480))[0]
    whole = np.zeros((480, 480), np.float32)
    whole[:128, :320] = core(0.9)
    (box,) = boxes_in(rimmed(whole), tile)
    corners = np.array(box.corners)
    assert box.score == pytest.approx(0.9, abs=0.01)
    assert (corners.min(axis=0) < (36, 56)).all()
    assert (corners.max(axis=0) > (243, 75)).all()
    assert (corners.min(axis=0) > (20, 40)).all()


def test_a_faint_core_is_no_text() -> None:
    assert not boxes_in(rimmed(core(0.4)), tiles_of((480, 480))[0])


def test_lines_that_touch_are_parted() -> None:
    probability = np.zeros((480, 480), np.float32)
    probability[60:70, 100:300] = 0.95  # a long line, a short one under its end, and what the blur between them leaves
    probability[74:84, 240:300] = 0.95
    probability[70:74, 240:300] = 0.4
    boxes = boxes_in(rimmed(probability), tiles_of((480, 480))[0])
    assert sorted(round(max(y for _, y in box.corners)) < 80 for box in boxes) == [False, True]
    assert all(is_plausible(box, (480, 480)) for box in boxes)


def test_a_speck_is_no_text() -> None:
    speck = np.zeros((480, 480), np.float32)
    speck[10:12, 10:12] = 1.0
    assert not boxes_in(rimmed(speck), tiles_of((480, 480))[0])


def test_boxes_of_a_tile_lie_where_the_tile_lies() -> None:
    tile = next(tile for tile in tiles_of((480, 3000)) if tile.left > 500)
    probability = np.zeros((480, 1024), np.float32)
    probability[60:72, 40:240] = 0.9
    (box,) = boxes_in(rimmed(probability), tile)
    assert min(x for x, _ in box.corners) == pytest.approx(tile.left + 40, abs=20)


def test_boxes_are_painted_with_a_margin_and_cut_at_the_border() -> None:
    box = TextBox(((2.0, 2.0), (42.0, 2.0), (42.0, 22.0), (2.0, 22.0)), 0.9)
    region = paint([box], (40, 60), margin=0.25)
    assert region[:27, :47].all()
    assert not region[30:].any()
    assert not region[:, 50:].any()
    assert not paint([], (40, 60), margin=0.25).any()


def upright(length: float, height: float, score: float = 0.9) -> TextBox:
    return TextBox(((0.0, 0.0), (length, 0.0), (length, height), (0.0, height)), score)


def test_a_head_that_fills_the_picture_is_no_letter() -> None:
    assert not is_plausible(upright(100.0, 106.0), (110, 110))
    assert not is_plausible(upright(300.0, 320.0), (512, 512))


def test_large_lines_and_small_signs_are_text() -> None:
    assert is_plausible(upright(400.0, 100.0), (480, 640))
    assert is_plausible(upright(20.0, 24.0), (64, 64))
    assert is_plausible(upright(150.0, 200.0), (1760, 1760))


def test_a_faint_line_of_small_print_is_text_and_a_faint_sign_or_fold_is_not() -> None:
    assert is_plausible(upright(120.0, 14.0, 0.55), (256, 256))
    assert not is_plausible(upright(14.0, 14.0, 0.55), (256, 256))
    assert not is_plausible(upright(122.0, 60.0, 0.55), (256, 256))
