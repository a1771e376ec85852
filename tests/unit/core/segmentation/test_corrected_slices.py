"""The slices in which a person drew are told from the voxels that changed; the order of a review from the doubt."""

from __future__ import annotations

import numpy as np
import pytest

from medcrypt_gui.core.segmentation.corrected_slices import corrected_slices
from medcrypt_gui.core.segmentation.review_order import slices_to_review


def test_nothing_changed_is_nothing_corrected() -> None:
    assert corrected_slices(np.zeros((5, 6, 7), bool)) == ()


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_a_stroke_counts_for_the_slice_it_was_drawn_in_whatever_its_plane(axis: int) -> None:
    changed = np.zeros((20, 22, 24), bool)
    changed[(slice(None),) * axis + (7,)][3:15, 5:9] = True
    assert corrected_slices(changed) == ((axis, 7),)


def test_strokes_in_two_planes_are_both_found() -> None:
    changed = np.zeros((20, 22, 24), bool)
    changed[4, 2:12, 3:15] = True
    changed[2:18, 5:8, 20] = True
    assert corrected_slices(changed) == ((0, 4), (2, 20))


def test_a_voxel_or_two_are_a_slip_of_the_hand() -> None:
    changed = np.zeros((20, 22, 24), bool)
    changed[4, 4, 4:6] = True
    assert corrected_slices(changed) == ()


def test_the_most_doubtful_slice_comes_first_and_its_neighbours_not_at_all() -> None:
    doubt = np.zeros(40)
    doubt[10:15] = (1.0, 2.0, 3.0, 2.0, 1.0)
    doubt[30] = 2.5
    assert slices_to_review(doubt, 4.0)[:2] == (12, 30)
    assert 13 not in slices_to_review(doubt, 4.0)


def test_slices_with_little_doubt_need_no_look() -> None:
    assert slices_to_review(np.array([10.0, 0.0, 0.0, 0.0, 0.0, 1.0]), 4.0) == (0,)
    assert slices_to_review(np.zeros(8), 4.0) == ()


def test_no_more_than_twelve_slices_are_named() -> None:
    assert len(slices_to_review(np.ones(400), 1.0)) == 12
