"""Masks as run lengths."""

from __future__ import annotations

import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from medcrypt_gui.core.errors import IntegrityError
from medcrypt_gui.core.protect.run_lengths import decode_mask, encode_mask


@settings(deadline=None)
@given(arrays(bool, st.integers(1, 400)))
def test_any_mask_comes_back(mask):
    assert np.array_equal(decode_mask(encode_mask(mask), mask.size), mask)


@pytest.mark.parametrize("value", [True, False])
def test_a_mask_of_one_value_comes_back(value):
    mask = np.full(300_000, value)
    assert np.array_equal(decode_mask(encode_mask(mask), mask.size), mask)


def test_runs_are_leb128_outside_first():
    mask = np.array([False] * 300 + [True] * 2 + [False])
    assert zlib.decompress(encode_mask(mask)) == bytes([0xAC, 0x02, 2, 1])
    assert zlib.decompress(encode_mask(mask[300:])) == bytes([0, 2, 1])


@pytest.mark.parametrize(
    "runs",
    [b"", b"\x80", bytes([5]), bytes([11]), bytes([0xFF] * 12 + [1]), bytes([1] * 11), bytes(50)],
    ids=["empty", "cut", "too short", "too long", "huge run", "too many", "endless zeros"],
)
def test_runs_that_do_not_fit_ten_pixels_are_refused(runs):
    with pytest.raises(IntegrityError):
        decode_mask(zlib.compress(runs), 10)


def test_a_bomb_is_not_inflated():
    with pytest.raises(IntegrityError, match="longer"):
        decode_mask(zlib.compress(bytes(10_000_000)), 10)


def test_what_is_no_zlib_stream_is_refused():
    with pytest.raises(IntegrityError):
        decode_mask(b"\x01\x02", 10)
