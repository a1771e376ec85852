"""Pixel samples: how they lie in memory, their digests, and the keystream on those of the ROI (format.md, 2.4, 2.5)."""

from __future__ import annotations

import hashlib
import os
import struct
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core import keystreams
from medcrypt_gui.core.keystreams.white import chacha20_bytes, xor_white
from medcrypt_gui.core.protect.set_keys import InstanceKeys

_BACKGROUND_SAMPLES = 1 << 20

Words = NDArray[np.unsignedinteger]
"""Samples as unsigned little-endian words of their own size, flat, frame by frame, row by row."""


@dataclass(frozen=True)
class SampleLayout:
    """The attributes that say what a sample is, as DICOM has them. NIfTI: a frame is one dim1 x dim2 slice."""

    frames: int
    rows: int
    columns: int
    bits_allocated: int
    bits_stored: int
    signed: bool
    samples_per_pixel: int = 1

    def __post_init__(self) -> None:
        if min(self.frames, self.rows, self.columns) < 1:
            raise ValueError("an image needs at least one pixel")
        if self.bits_allocated not in (8, 16, 32, 64) or not 1 <= self.bits_stored <= self.bits_allocated:
            raise ValueError(f"{self.bits_stored} of {self.bits_allocated} bits is no layout of this format")

    @property
    def high_bit(self) -> int:
        return self.bits_stored - 1

    @property
    def pixel_count(self) -> int:
        return self.frames * self.rows * self.columns

    @property
    def value_bytes(self) -> int:
        """Length of the pixel value."""
        return self.pixel_count * self.bits_allocated // 8

    @property
    def word_dtype(self) -> np.dtype[np.unsignedinteger]:
        return np.dtype(f"<u{self.bits_allocated // 8}")

    @property
    def in_place(self) -> bool:
        """Whether ROI samples are XORed where they are; otherwise they go to a words block and noise stands in."""
        return self.bits_allocated <= 16

    def encode(self) -> bytes:
        """Eight u32 for the tag."""
        return struct.pack(
            "<8I",
            self.frames,
            self.rows,
            self.columns,
            self.samples_per_pixel,
            self.bits_allocated,
            self.bits_stored,
            self.high_bit,
            int(self.signed),
        )

    def low_mask(self) -> int:
        """The bits that carry the value."""
        return (1 << self.bits_stored) - 1


def frame_digests(words: Words, layout: SampleLayout) -> bytes:
    """``D_1 ‖ ... ‖ D_F``: SHA-256 of each frame's value bits."""
    values = words if layout.bits_stored == layout.bits_allocated else words & words.dtype.type(layout.low_mask())
    frames = np.ascontiguousarray(values).reshape(layout.frames, -1)
    return b"".join(hashlib.sha256(frame.data).digest() for frame in frames)


def sign_extended(words: Words, layout: SampleLayout) -> Words:
    """The value bits alone, with zeros (unsigned) or the sign (signed) above them."""
    if layout.bits_stored == layout.bits_allocated:
        return words
    low = words & words.dtype.type(layout.low_mask())
    if not layout.signed:
        return low
    sign = words.dtype.type(1 << layout.high_bit)
    return (low ^ sign) - sign  # modulo the word size, as unsigned arithmetic has it


def keystream_xored(roi_words: Words, keystream_id: str, keys: InstanceKeys) -> Words:
    """The words XOR the instance's keystream: ChaCha20, and the chaotic layer above it."""
    data = np.ascontiguousarray(roi_words).view(np.uint8).copy()
    xor_white(keys.tier("white"), data)
    keystreams.get(keystream_id).xor_into(keys.tier(f"chaos/{keystream_id}"), data)
    return data.view(roi_words.dtype)


def xor_region(
    words: Words, mask: NDArray[np.bool_], layout: SampleLayout, keystream_id: str, keys: InstanceKeys
) -> Words:
    """A copy of ``words`` whose value bits are XORed with the keystream where ``mask`` is set; its own inverse."""
    changed = words.copy()
    if mask.any():
        changed[mask] = sign_extended(keystream_xored(words[mask], keystream_id, keys), layout)
    return changed


def background_range(values: NDArray[np.integer], mask: NDArray[np.bool_]) -> tuple[int, int]:
    """The 0.1 and 99.9 percentiles of the values outside the mask, from at most about a million of them.

    Without any value outside it is 0 to 1.
    """
    step = max(1, values.size // _BACKGROUND_SAMPLES)
    background = values[::step][~mask[::step]]
    if background.size == 0:
        background = values[~mask]
    if background.size == 0:
        return 0, 1
    ordered = np.sort(background)
    return int(ordered[round(0.001 * (ordered.size - 1))]), int(ordered[round(0.999 * (ordered.size - 1))])


def fill_words(count: int, low_high: tuple[int, int], layout: SampleLayout, *, big_endian: bool, key: bytes) -> Words:
    """Stand-ins for the samples of a words block: uniform whole numbers from low to high, both included."""
    low, high = low_high
    draws = np.frombuffer(chacha20_bytes(key, 8 * count), "<u8")
    span = high - low + 1
    if span < 1 << 64:
        draws = draws % np.uint64(span)
    numbers = draws + np.uint64(low % (1 << 64))
    bytes_each = layout.bits_allocated // 8
    return numbers.astype(f"{'>' if big_endian else '<'}u{bytes_each}").view(layout.word_dtype)


def noise_preview(values: NDArray[np.integer], mask: NDArray[np.bool_], bits_stored: int) -> NDArray[np.integer]:
    """What others will see of a slice ``(Y, X)``: uniform noise of ``bits_stored`` bits where ``mask`` is set."""
    shown = values.copy()
    key = os.urandom(32)
    draws = np.frombuffer(chacha20_bytes(key, 8 * int(mask.sum())), "<u8") & np.uint64((1 << bits_stored) - 1)
    words = draws.astype(f"u{values.dtype.itemsize}")
    if values.dtype.kind == "i" and bits_stored < values.dtype.itemsize * 8:
        sign = words.dtype.type(1 << (bits_stored - 1))
        words = (words ^ sign) - sign
    shown[mask] = words.view(values.dtype)
    return shown
