"""Original DICOM images, taken apart for Protect (format.md, 4.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from medcrypt_gui.core.errors import UnreadableFileError, UnsupportedInputError
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.protect.dicom_elements import PIXEL_DATA, Element
from medcrypt_gui.core.protect.dicom_file import DicomEnvelope, private_block
from medcrypt_gui.core.protect.dicom_rules import VisibleChanges, visible_elements
from medcrypt_gui.core.protect.envelope import Source
from medcrypt_gui.core.protect.restore_record import Mode
from medcrypt_gui.core.protect.samples import SampleLayout, Words, sign_extended

_SAMPLES_PER_PIXEL, _PHOTOMETRIC, _FRAMES = 0x00280002, 0x00280004, 0x00280008
_ROWS, _COLUMNS = 0x00280010, 0x00280011
_ALLOCATED, _STORED, _HIGH_BIT, _REPRESENTATION = 0x00280100, 0x00280101, 0x00280102, 0x00280103
_FLOAT_PIXELS = (0x7FE00008, 0x7FE00009)
_MONOCHROME = ("MONOCHROME1", "MONOCHROME2")


@dataclass(frozen=True, eq=False)
class DicomOriginal:
    """An original file and its data set in Explicit VR Little Endian.

    ``value_start`` is where the pixel value lies in ``data`` if it lies there native and little-endian, else None.
    ``swapped`` says that the pixel value is made of big-endian words.
    """

    data: bytes
    data_set: Mapping[int, Element]
    value_start: int | None
    swapped: bool = False

    @cached_property
    def layout(self) -> SampleLayout:
        """How the samples will lie in the protected file. Raises `UnsupportedInputError` for what Protect refuses."""
        _refuse_unsupported(self.data_set)
        allocated, stored = self._number(_ALLOCATED), self._number(_STORED)
        if allocated not in (8, 16):
            raise UnsupportedInputError(
                tr("{allocated} bits allocated per sample; this version protects 8 and 16", allocated=allocated)
            )
        if not 1 <= stored <= self._number(_HIGH_BIT) + 1 <= allocated:
            raise UnreadableFileError(tr("bits allocated, bits stored and high bit contradict each other"))
        rows, columns, signed = self._number(_ROWS), self._number(_COLUMNS), self._number(_REPRESENTATION) == 1
        if not rows or not columns:
            raise UnreadableFileError(tr("the image has no rows or no columns"))
        return SampleLayout(1, rows, columns, allocated, stored, signed)

    @cached_property
    def words(self) -> Words:
        """The samples, value bits at the bottom and sign-extended. Raises `UnreadableFileError`."""
        stored = self._stored_words
        return sign_extended(stored >> stored.dtype.type(self._number(_HIGH_BIT) - self.layout.high_bit), self.layout)

    @cached_property
    def mode(self) -> Mode:
        """Patch only if original and visible pixel value differ in nothing but the ROI."""
        spare = self.data_set[PIXEL_DATA].raw[self.layout.value_bytes :]
        patch = (
            self.value_start is not None
            and spare in (b"", b"\0")
            and self._number(_HIGH_BIT) == self.layout.high_bit
            and np.array_equal(self.words, self._stored_words)
        )
        return Mode.PATCH if patch else Mode.WHOLE

    def source(self, changes: VisibleChanges) -> Source:
        """The original taken apart, with the visible header that its protected file will have."""
        envelope = DicomEnvelope(visible_elements(self.data_set, self.layout, changes), self.layout)
        return Source(self.data, self.mode, self._kept(), self.layout, self.words, envelope)

    def uid(self, tag: int) -> str:
        """A UID of the original; empty if it lacks it."""
        return self.data_set[tag].text if tag in self.data_set else ""

    @cached_property
    def _stored_words(self) -> Words:
        layout = self.layout
        element = self.data_set[PIXEL_DATA]
        value = element.raw
        if len(value) < layout.value_bytes:
            raise UnreadableFileError(tr("the pixel data are cut off"))
        if self.swapped and element.vr == b"OW":
            value = np.frombuffer(value[: len(value) & ~1], "<u2").byteswap().tobytes()
        return np.frombuffer(value, layout.word_dtype, layout.pixel_count)

    def _kept(self) -> tuple[bytes, ...]:
        if self.mode is Mode.WHOLE or self.value_start is None:
            return (self.data,)
        return self.data[: self.value_start], self.data[self.value_start + self.layout.value_bytes :]

    def _number(self, tag: int) -> int:
        if tag not in self.data_set:
            raise UnreadableFileError(
                tr("the image lacks element ({group:04x},{element:04x})", group=tag >> 16, element=tag & 0xFFFF)
            )
        return self.data_set[tag].u16()


def _refuse_unsupported(data_set: Mapping[int, Element]) -> None:
    if private_block(data_set.values()) is not None:
        raise UnsupportedInputError(tr("the image is already protected"))
    if any(tag in data_set for tag in _FLOAT_PIXELS):
        raise UnsupportedInputError(tr("floating-point pixels are not supported yet"))
    if PIXEL_DATA not in data_set:
        raise UnreadableFileError(tr("the file holds no pixels"))
    samples = data_set[_SAMPLES_PER_PIXEL].u16() if _SAMPLES_PER_PIXEL in data_set else 1
    photometric = data_set[_PHOTOMETRIC].text if _PHOTOMETRIC in data_set else "MONOCHROME2"
    if samples != 1 or photometric not in _MONOCHROME:
        raise UnsupportedInputError(tr("colour images are not supported yet"))
    if _FRAMES in data_set and data_set[_FRAMES].text not in ("", "1"):
        raise UnsupportedInputError(tr("multi-frame images are not supported yet"))
