"""The picture that others will see."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from builders.protection import plain_series

from medcrypt_gui.services.preview_protection import preview_slice


@pytest.mark.parametrize("kind", ["u1", "i2", "u2", "i4", "u8", "f4"])
def test_the_region_is_noise_and_the_rest_as_it_was(kind):
    stored = np.arange(1600).reshape(40, 40).astype(kind)
    before = stored.copy()
    mask = np.zeros((40, 40), bool)
    mask[5:30, 5:30] = True
    shown = preview_slice(plain_series([Path("a.nii")], (1, 40, 40)), stored, mask)
    assert shown.dtype == stored.dtype
    assert np.array_equal(shown[~mask], stored[~mask])
    assert (shown[mask] != stored[mask]).mean() > 0.9
    assert np.array_equal(stored, before)


def test_wide_numbers_stay_within_the_range_of_the_background():
    stored = np.full((30, 30), 100, np.int32)
    stored[0] = 200
    mask = np.zeros((30, 30), bool)
    mask[10:20, 10:20] = True
    stored[mask] = 10**6
    shown = preview_slice(plain_series([Path("a.nii")], (1, 30, 30)), stored, mask)
    assert shown.min() >= 100
    assert shown.max() <= 200
