"""henon-w is the same on every path: plain integers, NumPy, compiled, in one thread or several."""

from __future__ import annotations

import struct
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from medcrypt_gui.core.keystreams import henon, warm_up
from medcrypt_gui.core.keystreams.henon import EPOCH_BYTES, KEYSTREAM
from medcrypt_gui.core.keystreams.white import chacha20_bytes, xor_white

KEY = bytes(range(32))
keys = st.binary(min_size=32, max_size=32)


def lane_words(key: bytes, lane: int, count: int) -> list[int]:
    """The words of one lane of the first epoch, in plain Python integers, straight from the specification."""
    s0, s1, s2, s3 = struct.unpack_from("<4Q", chacha20_bytes(key, 64 * (lane + 1)), 64 * lane)
    x, y, w, d = s0 % 2**30 - 2**29, s1 % 2**28 - 2**27, s2, s3 | 1
    words = []
    for step in range(64 + 2 * count):
        w = (w + d) % 2**64
        x, y = 2**30 - ((1503238554 * (x * x >> 30)) >> 30) + y, (322122547 * x >> 30) + (w >> 49) - 16384
        if step >= 64 and step % 2:
            words.append(((x >> 2) ^ (y << 3) ^ (x >> 13)) & 0xFFFF)
    return words


def kernel_bytes(key: bytes, length: int) -> bytes:
    data = np.zeros(length, np.uint8)
    KEYSTREAM.xor_into(key, data)
    return data.tobytes()


@pytest.mark.parametrize("lane", [0, 1, 63])
def test_the_reference_does_what_the_specification_says(lane: int) -> None:
    words = np.frombuffer(KEYSTREAM.reference(KEY, EPOCH_BYTES), "<u2").reshape(2048, 64)
    assert words[:, lane].tolist() == lane_words(KEY, lane, 2048)


@settings(deadline=None, max_examples=30)
@given(key=keys, length=st.integers(0, 3 * EPOCH_BYTES))
@example(key=KEY, length=0)
@example(key=KEY, length=1)
@example(key=KEY, length=127)
@example(key=KEY, length=129)
@example(key=KEY, length=EPOCH_BYTES - 1)
@example(key=KEY, length=EPOCH_BYTES)
@example(key=KEY, length=EPOCH_BYTES + 1)
@example(key=b"\xff" * 32, length=2 * EPOCH_BYTES + 3)
def test_the_kernel_equals_the_reference_at_any_length(key: bytes, length: int) -> None:
    assert kernel_bytes(key, length) == KEYSTREAM.reference(key, length)


def test_groups_of_epochs_join_without_a_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = KEYSTREAM.reference(KEY, 3 * EPOCH_BYTES + 5)
    monkeypatch.setattr(henon, "_REFERENCE_EPOCHS", 2)
    assert KEYSTREAM.reference(KEY, 3 * EPOCH_BYTES + 5) == whole


def test_a_part_of_an_array_is_changed_there_only() -> None:
    data = np.zeros(1001, np.uint8)
    KEYSTREAM.xor_into(KEY, data[1:1000])
    assert data[1:1000].tobytes() == KEYSTREAM.reference(KEY, 999)
    assert data[0] == data[1000] == 0


def test_several_threads_do_not_disturb_each_other() -> None:
    expected = [KEYSTREAM.reference(bytes([n] * 32), 300_000) for n in range(6)]
    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(lambda n: kernel_bytes(bytes([n] * 32), 300_000), range(6))) == expected


@pytest.mark.parametrize(
    "data",
    [np.zeros((2, 2), np.uint8), np.zeros(4, np.uint16), np.zeros(8, np.uint8)[::2]],
    ids=["2d", "words", "strided"],
)
def test_data_that_cannot_be_changed_in_place_are_refused(data: np.ndarray) -> None:
    with pytest.raises(ValueError, match="one-dimensional"):
        KEYSTREAM.xor_into(KEY, data)


def test_without_numba_the_reference_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "medcrypt_gui.core.keystreams.kernels.henon", None)
    monkeypatch.delattr("medcrypt_gui.core.keystreams.kernels.henon", raising=False)
    henon._load_kernel.cache_clear()
    try:
        assert kernel_bytes(KEY, 1000) == KEYSTREAM.reference(KEY, 1000)
    finally:
        henon._load_kernel.cache_clear()


def test_warming_up_ends() -> None:
    thread = warm_up()
    thread.join(60)
    assert not thread.is_alive()


def test_white_is_the_chacha20_of_rfc_8439() -> None:
    block = (
        "76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7"
        "da41597c5157488d7724e03fb8d84a376a43b8f41518a11cc387b669b2ee6586"
    )
    assert chacha20_bytes(bytes(32), 64).hex() == block


@settings(deadline=None, max_examples=20)
@given(key=keys, length=st.integers(0, (1 << 21) + 7))
def test_white_is_xored_in_place_without_seams(key: bytes, length: int) -> None:
    data = np.full(length, 0x5A, np.uint8)
    xor_white(key, data)
    assert (data ^ np.uint8(0x5A)).tobytes() == chacha20_bytes(key, length)
