"""Doubt is judged by whether it names the slices that are most in error."""

from __future__ import annotations

import numpy as np
import pytest

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.segmentation.proposal import ProbabilityMap, Proposal
from models.training.evaluate_doubt import judge_doubt, share_named, slice_errors

IMAGE = Geometry((20, 64, 64), np.diag([2.0, 2.0, 2.0, 1.0]))


def _squares(reach: np.ndarray) -> np.ndarray:
    """In each slice a square whose half side is ``reach`` (Z,) voxels."""
    far = np.maximum(*(np.abs(grid - 31.5) for grid in np.indices((64, 64))))
    return np.stack([far < one for one in reach])


def test_a_square_that_is_a_voxel_too_large_is_off_by_about_a_voxel() -> None:
    off, area = slice_errors(_squares(np.full(20, 21)), _squares(np.full(20, 20)), IMAGE)
    assert area == pytest.approx(np.full(20, (42**2 - 40**2) * 4.0))
    assert off == pytest.approx(np.full(20, 2.0 / (np.pi / 4)), rel=0.01)


def test_worst_slices_count_as_named_when_they_are_among_the_fifth_of_greatest_doubt() -> None:
    error = np.arange(20.0)
    assert share_named(error, error) == 1.0
    assert share_named(-error, error) == 0.0
    assert share_named(np.where(error == 19, 9.0, -error), error) == 0.5


def test_doubt_that_grows_with_the_error_is_found_to_do_so() -> None:
    far = np.maximum(*(np.abs(grid - 31.5) for grid in np.indices((64, 64))))
    width = 1.0 + np.arange(20.0)
    values = np.stack([np.clip(0.5 + (20 - far) / (2 * one), 0, 1) for one in width]).astype(np.float32)
    mask = RoiMask.from_bool(values > 0.5, IMAGE)
    reference = _squares(20 - width / 4)
    outcome = judge_doubt("one", Proposal(mask, ProbabilityMap(values, IMAGE)), IMAGE, reference)
    assert outcome.slices == 20
    assert outcome.by_mm > 0.9
    assert outcome.worst_mm == 1.0
