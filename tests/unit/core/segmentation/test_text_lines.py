"""A box that covers a part of a line grows to cover all of it, and not what lies beside."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from medcrypt_gui.core.segmentation.text_boxes import TextBox, paint
from medcrypt_gui.core.segmentation.text_lines import grown_along_line

WORDS = "1990-07-08 11:41:59"


def upright(left: float, top: float, right: float, bottom: float) -> TextBox:
    return TextBox(((left, top), (right, top), (right, bottom), (left, bottom)), 0.9)


def line(ink: int = 255, ground: int = 20) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """A picture with one line of print at (60, 100), and its ink."""
    picture = np.full((200, 500), ground, np.uint8)
    cv2.putText(picture, WORDS, (60, 100), cv2.FONT_HERSHEY_SIMPLEX, 0.8, ink, 2)
    return picture, picture == ink


def covered(box: TextBox, ink: NDArray[np.bool_]) -> float:
    return float(paint([box], (ink.shape[0], ink.shape[1]), 0.15)[ink].mean())


@pytest.mark.parametrize("found", [(60, 200), (150, 240), (200, 330)])
@pytest.mark.parametrize(("ink_grey", "ground"), [(255, 20), (130, 60), (0, 200)])
def test_half_a_line_becomes_the_whole_line(found: tuple[int, int], ink_grey: int, ground: int) -> None:
    picture, ink = line(ink_grey, ground)
    part = upright(found[0], 78, found[1], 106)
    assert covered(part, ink) < 0.7
    assert covered(grown_along_line(part, picture), ink) > 0.98


def test_a_line_that_runs_upwards_grows_upwards() -> None:
    picture, ink = line()
    turned, turned_ink = np.ascontiguousarray(np.rot90(picture)), np.ascontiguousarray(np.rot90(ink))
    part = upright(78, 300, 106, 420)
    assert covered(part, turned_ink) < 0.7
    assert covered(grown_along_line(part, turned), turned_ink) > 0.98


def test_what_is_far_taller_or_of_another_grey_is_left_alone() -> None:
    picture, ink = line()
    columns = np.flatnonzero(ink.any(axis=0))
    whole = upright(columns[0] - 2, 78, columns[-1] + 2, 106)
    picture[20:180, columns[-1] + 8 : columns[-1] + 30] = 255
    picture[84:100, columns[0] - 20 : columns[0] - 8] = 110
    assert grown_along_line(whole, picture) == whole


def test_it_ends_where_the_picture_ends_and_where_there_is_no_ink() -> None:
    picture, ink = line()
    right = int(np.flatnonzero(ink.any(axis=0))[-1])
    cut, cut_ink = np.ascontiguousarray(picture[:, : right - 40]), np.ascontiguousarray(ink[:, : right - 40])
    assert covered(grown_along_line(upright(60, 78, 200, 106), cut), cut_ink) > 0.98
    flat = upright(10, 10, 60, 30)
    assert grown_along_line(flat, np.full((200, 500), 90, np.uint8)) == flat
