"""Original NIfTI images, taken apart for Protect (format.md, 5)."""

from __future__ import annotations

import gzip
import io
import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.errors import UnreadableFileError, UnsupportedInputError
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.protect.envelope import Source
from medcrypt_gui.core.protect.nifti_file import NiftiEnvelope, extensions_of, is_gzip
from medcrypt_gui.core.protect.nifti_header import NiftiHeader
from medcrypt_gui.core.protect.restore_record import Mode
from medcrypt_gui.core.protect.samples import SampleLayout, background_range

_MAX_EXTENSION_BYTES = 1 << 23  # the offset of the voxels is a float32 and must stay exact
_HEAD_BYTES = 1024
_MOST_BEHIND_BYTES = 1 << 24


@dataclass(frozen=True, eq=False)
class NiftiOriginal:
    """An original file; ``file`` is its content, inflated if it was compressed."""

    data: bytes
    file: bytes
    header: NiftiHeader
    layout: SampleLayout

    @classmethod
    def parse(cls, data: bytes) -> NiftiOriginal:
        """Raises `UnreadableFileError`, or `UnsupportedInputError` for what Protect refuses."""
        file = _inflated(data) if is_gzip(data) else data
        header = NiftiHeader.parse(file)
        layout = header.layout()
        if len(file) < header.voxels_start + layout.value_bytes:
            raise UnreadableFileError(tr("the NIfTI file is cut off"))
        if any(file[span][8:].startswith(b"medcrypt-") for _, span in extensions_of(header, file)):
            raise UnsupportedInputError(tr("the image is already protected"))
        return cls(data, file, header, layout)

    @property
    def compressed(self) -> bool:
        return self.file is not self.data

    def source(self, mask: NDArray[np.bool_], key_blob_bytes: int) -> Source:
        """The original taken apart. ``mask`` is flat, in file order; the window is made from what lies outside it."""
        start, end = self.header.voxels_start, self.header.voxels_start + self.layout.value_bytes
        view = memoryview(self.file)
        low, high = background_range(np.frombuffer(view[start:end], self.header.dtype), mask)
        window = sorted((self.header.scaled(low), self.header.scaled(high)))
        extensions = b"".join(self.file[span] for _, span in extensions_of(self.header, self.file))
        if len(extensions) > _MAX_EXTENSION_BYTES:
            raise UnsupportedInputError(tr("the NIfTI file's extensions are too long to keep beside the protection"))
        header = self.header.changed(cal_min=window[0], cal_max=window[1])
        kept = (self.data,) if self.compressed else (bytes(view[:start]), bytes(view[end:]))
        return Source(
            original=self.data,
            mode=Mode.WHOLE if self.compressed else Mode.PATCH,
            kept=kept,
            layout=self.layout,
            words=np.frombuffer(view[start:end], self.layout.word_dtype),
            envelope=NiftiEnvelope(header, extensions, self.compressed, key_blob_bytes),
            noise=(low, high),
            big_endian=self.header.order == ">",
        )


def _inflated(data: bytes) -> bytes:
    """What a gzip file holds. The NIfTI header bounds what is inflated; little may follow the voxels."""
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
            front = stream.read(_HEAD_BYTES)
            header = NiftiHeader.parse(front)
            limit = header.voxels_start + header.layout().value_bytes + _MOST_BEHIND_BYTES
            file = front + stream.read(limit)
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableFileError(tr("the compressed file is damaged or cut off")) from error
    if len(file) > limit:
        raise UnsupportedInputError(tr("far more follows the voxels than a NIfTI file needs"))
    return file
