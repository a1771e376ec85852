"""The stored values of one DICOM image."""

from __future__ import annotations

import os
import sys

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.pixels.decoders.base import get_decoder
from pydicom.pixels.utils import pixel_array
from pydicom.uid import JPEGExtended12Bit, RLELossless

from medcrypt_gui.adapters.images.dicom_header import quiet
from medcrypt_gui.adapters.images.dicom_text import PARSER_ERRORS
from medcrypt_gui.core.errors import UnreadableFileError, UnsupportedInputError
from medcrypt_gui.core.imaging.series import Instance, PixelLayout


def read_slice(instance: Instance, out: NDArray[np.generic]) -> None:
    """Fill ``out`` ``(rows, columns)``, C-contiguous and of ``instance.pixels.dtype``, with the stored values.

    Bits that do not belong to the value (overlays in the unused ones) are cleared and signs extended. Raises
    `UnreadableFileError`, also when the file changed since it was found, and `UnsupportedInputError`.
    """
    layout = instance.pixels
    try:
        if layout.offset is None:
            _decode(instance, out)
        else:
            _read_native(instance, layout.offset, out)
    except OSError as exc:
        raise UnreadableFileError(f"cannot be read: {exc.strerror}", path=instance.path) from exc
    _keep_value_bits(out, layout)


def _read_native(instance: Instance, offset: int, out: NDArray[np.generic]) -> None:
    with instance.path.open("rb", buffering=0) as file:
        _refuse_changed(file.fileno(), instance)
        file.seek(offset)
        target = out.reshape(-1).view(np.uint8).data
        filled = 0
        while filled < len(target):
            count = file.readinto(target[filled:])
            if not count:
                raise UnreadableFileError(
                    f"the file is cut off: {filled} of {len(target)} bytes of pixel data", path=instance.path
                )
            filled += count
    if instance.pixels.big_endian != (sys.byteorder == "big"):
        out.byteswap(inplace=True)


def _refuse_changed(descriptor: int, instance: Instance) -> None:
    """The position of the pixels holds for the file that was looked at."""
    status = os.fstat(descriptor)
    if (status.st_size, status.st_mtime_ns) != instance.stamp:
        raise UnreadableFileError("the file changed after it was opened; open it again", path=instance.path)


def _decode(instance: Instance, out: NDArray[np.generic]) -> None:
    try:
        with quiet(), instance.path.open("rb") as file:
            _refuse_changed(file.fileno(), instance)
            dataset = pydicom.dcmread(file, force=True)
            missing = _missing_decoder(dataset)
            if missing is not None:
                raise UnsupportedInputError(f"the compression {missing} cannot be decoded here", path=instance.path)
            # pylibjpeg-rle panics, in a way that `except Exception` does not catch, on damaged data.
            plugin = "pydicom" if dataset.file_meta.TransferSyntaxUID == RLELossless else ""
            decoded = pixel_array(dataset, index=0, raw=True, decoding_plugin=plugin)
    except PARSER_ERRORS as exc:
        reason = f"the pixel data cannot be decoded ({type(exc).__name__})"
        raise UnreadableFileError(reason, path=instance.path) from exc
    if decoded.shape != out.shape:
        raise UnreadableFileError("the decoded image is not as large as the header says", path=instance.path)
    out[...] = decoded.astype(out.dtype, copy=False)


def _missing_decoder(dataset: pydicom.Dataset) -> str | None:
    """The name of the transfer syntax when no installed codec reads it."""
    syntax = dataset.file_meta.TransferSyntaxUID
    if not syntax.is_compressed or syntax.is_deflated:
        return None
    try:
        decoder = get_decoder(syntax)
    except NotImplementedError:
        return str(syntax.name)
    # The codecs at hand decode 8 bits of this one, not 12.
    beyond = syntax == JPEGExtended12Bit and dataset.BitsStored > 8
    return None if decoder.is_available and not beyond else str(syntax.name)


def _keep_value_bits(plane: NDArray[np.generic], layout: PixelLayout) -> None:
    """In place: the ``bits_stored`` bits ending at ``high_bit`` as a value of their own (PS3.5 section 8.1.1)."""
    if layout.bits_stored == layout.bits_allocated:
        return
    integers: NDArray[np.integer] = plane  # type: ignore[assignment]
    integers <<= layout.bits_allocated - 1 - layout.high_bit
    # The shift of signed numbers is arithmetic and extends the sign.
    integers >>= layout.bits_allocated - layout.bits_stored
