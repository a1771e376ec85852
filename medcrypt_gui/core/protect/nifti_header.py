"""NIfTI headers as bytes: the few fields that Protect reads and changes (nifti1.h, nifti2.h)."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from medcrypt_gui.core.errors import UnreadableFileError, UnsupportedInputError
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.protect.samples import SampleLayout

_FLAG_BYTES = 4
# Field -> (offset, struct format), for NIfTI-1 (348 bytes) and NIfTI-2 (540 bytes).
_FIELDS: Mapping[int, Mapping[str, tuple[int, str]]] = {
    348: {
        "dim": (40, "8h"),
        "datatype": (70, "h"),
        "vox_offset": (108, "f"),
        "scl_slope": (112, "f"),
        "scl_inter": (116, "f"),
        "cal_max": (124, "f"),
        "cal_min": (128, "f"),
        "descrip": (148, "80s"),
        "magic": (344, "4s"),
    },
    540: {
        "magic": (4, "4s"),
        "datatype": (12, "h"),
        "dim": (16, "8q"),
        "vox_offset": (168, "q"),
        "scl_slope": (176, "d"),
        "scl_inter": (184, "d"),
        "cal_max": (192, "d"),
        "cal_min": (200, "d"),
        "descrip": (240, "80s"),
    },
}
_SINGLE_FILE = {348: b"n+1\0", 540: b"n+2\0"}
_PAIRED = (b"ni1\0", b"ni2\0")
_INTEGERS = {2: "u1", 256: "i1", 4: "i2", 512: "u2", 8: "i4", 768: "u4", 1024: "i8", 1280: "u8"}


@dataclass(frozen=True)
class NiftiHeader:
    """A header's bytes (348 or 540) and its byte order (``<`` or ``>``)."""

    data: bytes
    order: str

    @classmethod
    def parse(cls, file: bytes | memoryview) -> NiftiHeader:
        """The header at the start of a single NIfTI file. Raises `UnreadableFileError` or `UnsupportedInputError`."""
        order, size = _order_and_size(file)
        header = cls(bytes(file[:size]), order)
        magic = header.field("magic")[0]
        if magic in _PAIRED:
            raise UnsupportedInputError(tr("NIfTI pairs (.hdr and .img) are not supported yet"))
        if magic != _SINGLE_FILE[size] or len(file) < size + _FLAG_BYTES:
            raise UnreadableFileError(tr("the NIfTI header is damaged or cut off"))
        return header

    def field(self, name: str) -> tuple[Any, ...]:
        offset, code = _FIELDS[len(self.data)][name]
        return struct.unpack_from(self.order + code, self.data, offset)

    def changed(self, **values: float) -> NiftiHeader:
        """This header with other values in some one-number fields."""
        data = bytearray(self.data)
        for name, value in values.items():
            offset, code = _FIELDS[len(data)][name]
            struct.pack_into(self.order + code, data, offset, int(value) if code in "hq" else value)
        return NiftiHeader(bytes(data), self.order)

    @property
    def voxels_start(self) -> int:
        """Offset of the first voxel. Raises `UnreadableFileError` if it cannot be one."""
        offset = self.field("vox_offset")[0]
        if not len(self.data) + _FLAG_BYTES <= offset < 2**62:
            raise UnreadableFileError(tr("the NIfTI header says nothing possible about where its voxels begin"))
        return int(offset)

    @property
    def extensions_start(self) -> int:
        return len(self.data) + _FLAG_BYTES

    def layout(self) -> SampleLayout:
        """How the voxels lie. Raises `UnsupportedInputError` for other than 3D images of whole numbers."""
        code = self.field("datatype")[0]
        if code not in _INTEGERS:
            raise UnsupportedInputError(tr("only NIfTI images of whole numbers can be protected in this version"))
        dims = self.field("dim")
        rank = dims[0]
        if not 1 <= rank <= 7 or min(dims[1 : rank + 1]) < 1:
            raise UnreadableFileError(tr("the NIfTI header has impossible dimensions"))
        columns, rows, frames, *further = [*dims[1 : rank + 1], 1, 1][: max(rank, 3)]
        if any(size != 1 for size in further):
            raise UnsupportedInputError(tr("NIfTI images of more than three dimensions are not supported yet"))
        if max(columns, rows, frames) >= 2**31:
            raise UnreadableFileError(tr("the NIfTI header has impossible dimensions"))
        bits = int(_INTEGERS[code][1]) * 8
        return SampleLayout(frames, rows, columns, bits, bits, signed=_INTEGERS[code][0] == "i")

    @property
    def dtype(self) -> np.dtype[np.integer]:
        """The voxels' type with its byte order."""
        return np.dtype(self.order + _INTEGERS[self.field("datatype")[0]])

    def scaled(self, stored: float) -> float:
        """A stored value in scaled units."""
        slope, intercept = self.field("scl_slope")[0], self.field("scl_inter")[0]
        if not np.isfinite([slope, intercept]).all() or slope == 0:
            return stored
        return float(stored * slope + intercept)


def is_nifti(file: bytes | memoryview) -> bool:
    """Whether the bytes begin as a NIfTI header does."""
    try:
        _order_and_size(file)
    except UnreadableFileError:
        return False
    return True


def _order_and_size(file: bytes | memoryview) -> tuple[str, int]:
    for order in "<>":
        size = struct.unpack(order + "i", bytes(file[:4]))[0] if len(file) >= 4 else 0
        if size in _FIELDS and len(file) >= size:
            return order, size
    raise UnreadableFileError(tr("the file does not begin with a NIfTI header"))
