"""Colour maps have the colours they are named for, and leave what is no grey level alone."""

from __future__ import annotations

import numpy as np
import pytest

from medcrypt_gui.core.imaging.colour_maps import ColourMap, colours_of
from medcrypt_gui.core.imaging.compose import compose_view
from medcrypt_gui.core.imaging.view_frame import ViewFrame
from medcrypt_gui.core.imaging.volume import Window

RAMP = np.tile(np.arange(256, dtype=np.uint8), (40, 1))
FULL = Window(127.5, 255)


def composed(
    plane: np.ndarray, colour_map: ColourMap, size: tuple[int, int] = (256, 40), scale: float = 1.0
) -> np.ndarray:
    frame = ViewFrame(*size, scale, ((plane.shape[1] - 1) / 2, (plane.shape[0] - 1) / 2), (1.0, 1.0))
    return compose_view(plane, 1.0, 0.0, FULL, frame, colour_map=colour_map)


@pytest.mark.parametrize("colour_map", list(ColourMap))
def test_every_grey_level_becomes_the_colour_of_the_table(colour_map: ColourMap) -> None:
    assert np.array_equal(composed(RAMP, colour_map)[20], colours_of(colour_map)[:, 0])


def test_hot_iron_is_the_palette_of_the_standard() -> None:
    table = colours_of(ColourMap.HOT_IRON)[:, 0].astype(int)
    assert table[0].tolist() == [0, 0, 0]
    assert table[64].tolist() == [128, 0, 0]
    assert table[128].tolist() == [255, 0, 0]
    assert table[192].tolist() == [255, 128, 0]
    assert table[255].tolist() == [255, 254, 252]


def test_red_green_and_blue_are_in_their_places() -> None:
    rainbow, viridis = colours_of(ColourMap.RAINBOW)[:, 0], colours_of(ColourMap.VIRIDIS)[:, 0]
    assert rainbow[10][2] > rainbow[10][0], "low is blue"
    assert rainbow[245][0] > rainbow[245][2], "high is red"
    assert viridis[0].tolist() == pytest.approx([68, 1, 84], abs=2)
    assert viridis[255].tolist() == pytest.approx([253, 231, 37], abs=2)


def test_viridis_grows_lighter_from_step_to_step() -> None:
    light = colours_of(ColourMap.VIRIDIS)[:, 0] @ np.array([0.2126, 0.7152, 0.0722])
    assert (np.diff(light) > -0.5).all()
    rainbow = colours_of(ColourMap.RAINBOW)[:, 0] @ np.array([0.2126, 0.7152, 0.0722])
    assert (np.diff(rainbow) < -0.5).any()


@pytest.mark.parametrize("scale", [0.37, 1.0, 3.3])
def test_what_lies_outside_the_slice_is_black_whatever_the_lowest_colour_is(scale: float) -> None:
    white = composed(np.full((30, 40), 255, np.uint8), ColourMap.INVERTED_GREY, (200, 150), scale)
    lowest = composed(np.zeros((30, 40), np.uint8), ColourMap.VIRIDIS, (200, 150), scale)
    assert not white.any()
    inside = lowest.any(axis=2)
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    assert abs(rows.size - 30 * scale) <= 1
    assert abs(columns.size - 40 * scale) <= 1
    assert inside[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1].all()


def test_a_slice_that_is_scrolled_out_of_the_view_leaves_it_black() -> None:
    frame = ViewFrame(50, 50, 1.0, (500.0, 500.0), (1.0, 1.0))
    plane = np.zeros((30, 40), np.uint8)
    assert not compose_view(plane, 1.0, 0.0, FULL, frame, colour_map=ColourMap.VIRIDIS).any()


def test_colour_images_stay_as_they_are() -> None:
    coloured = np.random.default_rng(2).integers(0, 255, (40, 256, 3)).astype(np.uint8)
    assert np.array_equal(composed(coloured, ColourMap.HOT), composed(coloured, ColourMap.GREY))


def test_the_mask_lies_over_the_colours_in_its_own() -> None:
    frame = ViewFrame(256, 40, 1.0, (127.5, 19.5), (1.0, 1.0))
    mask = np.ones(RAMP.shape, np.uint8)
    rgb = compose_view(RAMP, 1.0, 0.0, FULL, frame, mask_plane=mask, opacity=1.0, colour_map=ColourMap.VIRIDIS)
    assert (rgb == (255, 140, 0)).all()


@pytest.mark.parametrize("lean_mm", [(0.0, 0.35), (0.35, 0.0), (0.0, -0.35), (-0.35, 0.0)])
def test_a_slanted_slice_is_coloured_where_it_lies_and_black_elsewhere(lean_mm: tuple[float, float]) -> None:
    plane = np.full((60, 80), 200, np.uint8)
    frame = ViewFrame(200, 160, 1.5, (39.5, 29.5), (1.0, 1.0), lean_mm)
    grey = compose_view(plane, 1.0, 0.0, FULL, frame, smooth=False)
    coloured = compose_view(plane, 1.0, 0.0, FULL, frame, smooth=False, colour_map=ColourMap.HOT_IRON)
    assert 5_000 < np.count_nonzero(grey.any(axis=-1)) < 30_000
    assert np.array_equal(coloured.any(axis=-1), grey.any(axis=-1))


@pytest.mark.parametrize("colour_map", [ColourMap.RAINBOW, ColourMap.INVERTED_GREY])
def test_padding_is_black_in_every_colour(colour_map: ColourMap) -> None:
    plane = np.full((20, 30), 100, np.int16)
    plane[:, :10] = -2000
    frame = ViewFrame(30, 20, 1.0, (14.5, 9.5), (1.0, 1.0))
    rgb = compose_view(plane, 1.0, 0.0, FULL, frame, smooth=False, colour_map=colour_map, padding=(-2000, -2000))
    assert not rgb[:, :10].any()
    assert rgb[:, 10:].any(axis=-1).all()
