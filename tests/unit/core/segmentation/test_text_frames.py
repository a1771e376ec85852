"""Every frame that shows something new at rest is looked at; one between two of those takes their boxes."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from medcrypt_gui.core.errors import Cancelled
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.segmentation.text_frames import (
    MOST_FRAMES,
    first_frames,
    frames_that_inherit,
    pictures_of,
    survey,
    unlike_frames,
    usual_window,
)
from medcrypt_gui.core.task import TaskContext


def volume_of(stored: NDArray[np.generic], inverted: bool = False) -> Volume:
    return Volume(stored, Geometry(stored.shape, np.eye(4)), inverted=inverted)


def cine(count: int = 40) -> NDArray[np.uint8]:
    """A moving middle and a border at rest."""
    stored = np.zeros((count, 96, 128), np.uint8)
    stored[:, 30:70, 40:90] = np.random.default_rng(0).integers(0, 256, (count, 40, 50))
    return stored


def new_ones(stored: NDArray[np.uint8]) -> list[int]:
    named, left_over = unlike_ones(stored)
    assert not left_over
    return named


def unlike_ones(stored: NDArray[np.uint8]) -> tuple[list[int], list[int]]:
    volume = volume_of(stored)
    glance = survey(volume, usual_window(volume), TaskContext())
    return unlike_frames(glance.halves, first_frames(len(stored)), TaskContext())


def test_all_frames_of_a_short_stack_are_looked_at() -> None:
    assert first_frames(16) == list(range(16))


def test_of_a_long_stack_every_sixteenth_and_the_last_are_looked_at() -> None:
    assert first_frames(40) == [0, 16, 32, 39]


@pytest.mark.parametrize("count", [17, 120, 256, 257, 5000])
def test_however_long_a_stack_is_its_ends_and_few_frames_between_are_looked_at(count: int) -> None:
    frames = first_frames(count)
    assert (frames[0], frames[-1]) == (0, count - 1)
    assert len(frames) <= 17


def test_when_too_many_frames_show_something_new_the_rest_is_named() -> None:
    stored = cine(400)
    looked = first_frames(400)
    places = [(y, x) for y in range(4, 26, 12) for x in range(4, 120, 16)]
    others = [z for z in range(400) if z not in looked][: 3 * len(places)]
    for z, (y, x) in zip(others[1::2], places * 2, strict=False):
        stored[z, y : y + 8, x : x + 12 : 4] = stored[z, y : y + 8, x + 1 : x + 12 : 4] = 255
    named, left_over = unlike_ones(stored)
    assert 10 < len(looked) + len(named) <= MOST_FRAMES
    assert left_over
    assert not set(named) & set(left_over)


def test_brightness_that_drifts_at_rest_is_nothing_new() -> None:
    stored = cine()
    stored[5:12, 72:, :] = 90
    assert new_ones(stored) == []


def test_a_moving_picture_alone_is_nothing_new() -> None:
    assert new_ones(cine()) == []


def test_something_new_at_rest_is_looked_at_once() -> None:
    stored = cine()
    stored[20:24, 5:15, 5:60:6] = stored[20:24, 5:15, 6:60:6] = 255
    assert new_ones(stored) == [20]


def test_a_speck_of_noise_is_nothing_new() -> None:
    stored = cine()
    stored[20, 5, 5] = 255
    assert new_ones(stored) == []


def test_a_frame_takes_the_boxes_of_its_neighbours_that_were_looked_at() -> None:
    assert frames_that_inherit([0, 3, 5], 6) == [(0,), (0, 3), (0, 3), (3,), (3, 5), (5,)]


def test_the_mean_keeps_what_stands_still() -> None:
    stored = cine()
    stored[:, 40:50, 50:80:2] = 255
    volume = volume_of(stored)
    mean = survey(volume, usual_window(volume), TaskContext()).mean
    assert mean[45, 50] - int(mean[45, 51]) > 80


def test_comparing_frames_can_be_cancelled() -> None:
    task = TaskContext()
    task.cancel()
    with pytest.raises(Cancelled):
        survey(volume_of(cine()), usual_window(volume_of(cine())), task)


def pictures(stored: NDArray[np.generic], inverted: bool = False) -> list[NDArray[np.uint8]]:
    volume = volume_of(stored, inverted)
    return pictures_of(volume, 0, usual_window(volume))


def test_eight_bits_are_one_picture_from_black_to_white() -> None:
    (picture,) = pictures(np.linspace(40, 90, 4096).reshape(1, 64, 64).astype(np.uint8))
    assert (picture.min(), picture.max()) == (0, 255)


def test_text_of_the_highest_value_gets_a_picture_in_which_bone_is_not_white() -> None:
    stored = np.random.default_rng(0).normal(300, 80, (1, 200, 200)).astype(np.int16)
    stored[0, 80:120, 80:120] = 1200
    stored[0, 90:92, 90:92] = 4095
    shown = pictures(stored)
    assert len(shown) == 2
    assert shown[0][90, 90] == shown[0][85, 85]
    assert int(shown[1][90, 90]) - int(shown[1][85, 85]) > 100


def test_monochrome1_is_shown_as_it_is_read() -> None:
    stored = np.linspace(0, 4000, 4096).reshape(1, 64, 64).astype(np.uint16)
    assert pictures(stored, inverted=True)[0][0, 0] == 255


@pytest.mark.parametrize("value", [0, 1000])
def test_a_blank_frame_shows_nothing(value: int) -> None:
    assert pictures(np.full((1, 32, 32), value, np.int16)) == []


def test_frames_without_any_number_show_nothing() -> None:
    assert pictures(np.full((1, 32, 32), np.nan, np.float32)) == []


def test_infinite_values_do_not_hide_the_others() -> None:
    stored = np.random.default_rng(0).normal(0, 1, (1, 64, 64)).astype(np.float32)
    stored[0, 0, 0], stored[0, 0, 1], stored[0, 0, 2] = np.inf, -np.inf, np.nan
    assert pictures(stored)[0].std() > 20


def test_a_colour_image_is_looked_at_in_its_colours() -> None:
    rgb = np.random.default_rng(1).integers(0, 256, (2, 8, 9, 3), dtype=np.uint8)
    rgb[1] = 0
    volume = Volume(rgb[..., 0].copy(), Geometry((2, 8, 9), np.eye(4)), rgb=rgb)
    (picture,) = pictures_of(volume, 0, usual_window(volume))
    np.testing.assert_array_equal(picture, rgb[0])
    assert not pictures_of(volume, 1, usual_window(volume))
