"""The keystream on the samples of the region, and on nothing else."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medcrypt_gui.core import keystreams
from medcrypt_gui.core.keystreams.white import chacha20_bytes
from medcrypt_gui.core.protect.samples import (
    SampleLayout,
    background_range,
    fill_words,
    frame_digests,
    noise_preview,
    sign_extended,
    xor_region,
)
from medcrypt_gui.core.protect.set_keys import SetKeys

KEYS = SetKeys(bytes(16), bytes(range(32))).instance(bytes(24))


def layout_of(bits_stored: int, signed: bool, rows: int = 6, columns: int = 7, frames: int = 2) -> SampleLayout:
    return SampleLayout(frames, rows, columns, 8 if bits_stored <= 8 else 16, bits_stored, signed)


def random_words(layout: SampleLayout, seed: int) -> np.ndarray:
    draws = np.random.default_rng(seed).integers(0, 2**layout.bits_stored, layout.pixel_count)
    return sign_extended(draws.astype(layout.word_dtype), layout)


@settings(deadline=None)
@given(st.sampled_from([8, 10, 12, 16]), st.booleans(), st.integers(0, 2**32), st.floats(0, 1))
def test_the_keystream_applied_twice_is_the_identity(bits_stored, signed, seed, share):
    layout = layout_of(bits_stored, signed)
    words = random_words(layout, seed)
    mask = np.random.default_rng(seed + 1).random(words.size) < share
    changed = xor_region(words, mask, layout, "henon-w", KEYS)
    assert np.array_equal(xor_region(changed, mask, layout, "henon-w", KEYS), words)
    assert np.array_equal(changed[~mask], words[~mask])
    assert np.array_equal(sign_extended(changed, layout), changed)


@pytest.mark.parametrize("bits_stored", [8, 10, 12, 16])
def test_samples_differ_by_the_low_bits_of_both_keystreams(bits_stored):
    layout = layout_of(bits_stored, signed=False)
    words = random_words(layout, 5)
    mask = np.arange(words.size) % 3 == 0
    length = int(mask.sum()) * layout.bits_allocated // 8
    white = np.frombuffer(chacha20_bytes(KEYS.tier("white"), length), layout.word_dtype)
    chaos_bytes = keystreams.get("henon-w").reference(KEYS.tier("chaos/henon-w"), length)
    chaos = np.frombuffer(chaos_bytes, layout.word_dtype)
    changed = xor_region(words, mask, layout, "henon-w", KEYS)
    assert np.array_equal(changed[mask] ^ words[mask], (white ^ chaos) & layout.low_mask())


def test_the_source_array_is_left_alone():
    layout = layout_of(16, signed=False)
    words = random_words(layout, 1)
    before = words.copy()
    xor_region(words, np.ones(words.size, bool), layout, "henon-w", KEYS)
    assert np.array_equal(words, before)


def test_signs_are_extended_into_the_spare_bits():
    layout = layout_of(12, signed=True)
    assert sign_extended(np.array([0x0800, 0xF7FF, 0x07FF], "<u2"), layout).tolist() == [0xF800, 0x07FF, 0x07FF]


def test_a_digest_covers_the_value_bits_of_one_frame():
    layout = layout_of(12, signed=True, frames=2)
    words = random_words(layout, 3)
    first = hashlib.sha256((words[:42] & 0xFFF).astype("<u2").tobytes()).digest()
    assert frame_digests(words, layout)[:32] == first
    assert frame_digests(words ^ np.uint16(0x8000), layout) == frame_digests(words, layout)


def test_stand_ins_stay_within_the_range_of_the_background():
    layout = SampleLayout(1, 30, 30, 32, 32, signed=True)
    words = fill_words(900, (-5, 7), layout, big_endian=True, key=bytes(32))
    values = words.view(">i4")
    assert (values.min(), values.max()) == (-5, 7)


def test_the_background_is_what_lies_outside():
    values = np.r_[np.arange(1000), np.full(50, 10**6)]
    assert background_range(values, values > 1000) == (1, 998)
    assert background_range(values, np.ones(values.size, bool)) == (0, 1)


def test_a_preview_has_the_bit_width_of_the_image_and_changes_the_region_alone():
    values = np.zeros((40, 40), np.int16)
    mask = np.zeros((40, 40), bool)
    mask[10:30, 10:30] = True
    shown = noise_preview(values, mask, 12)
    assert -2048 <= shown.min() < -1500
    assert 1500 < shown.max() < 2048
    assert not shown[~mask].any()
    assert not values.any()
