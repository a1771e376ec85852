"""The stored values of one DICOM image, or its colours."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import IO

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.encaps import generate_fragments
from pydicom.filereader import read_partial
from pydicom.pixels.decoders.base import get_decoder
from pydicom.pixels.processing import apply_color_lut
from pydicom.pixels.utils import pixel_array
from pydicom.tag import BaseTag, Tag
from pydicom.uid import (
    JPEG2000,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEG2000TransferSyntaxes,
    JPEGBaseline8Bit,
    JPEGExtended12Bit,
    JPEGLossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    JPEGLSNearLossless,
    RLELossless,
)

from medcrypt_gui.adapters.archives.zip_member import stamp_of
from medcrypt_gui.adapters.images.apart import Apart, ProcessDied
from medcrypt_gui.adapters.images.dicom_codestream import HEAD_BYTES, syntax_in_truth
from medcrypt_gui.adapters.images.dicom_header import quiet
from medcrypt_gui.adapters.images.dicom_jpeg12 import decode_12_bits
from medcrypt_gui.adapters.images.dicom_text import PARSER_ERRORS, text
from medcrypt_gui.core.errors import UnreadableFileError, UnsupportedInputError
from medcrypt_gui.core.imaging.series import Instance, PixelLayout
from medcrypt_gui.core.language import tr

_GDCM = "gdcm"
# The first plugin that pydicom would ask is often gdcm, which ends the whole program on some damaged files and so works
# apart; pylibjpeg-rle panics in a way that `except Exception` does not catch. On sound files all of them agree.
_PLUGINS = {
    RLELossless: "pydicom",
    JPEGBaseline8Bit: "pillow",
    JPEGExtended12Bit: "pillow",
    JPEGLSLossless: "pyjpegls",
    JPEGLSNearLossless: "pyjpegls",
    JPEG2000: "pylibjpeg",
    JPEG2000Lossless: "pylibjpeg",
    JPEGLossless: _GDCM,
    JPEGLosslessSV1: _GDCM,
}
_APART = Apart()
_MANY = threading.local()  # whether this thread is one of those that read a whole series
_PIXELS = ("PixelData", "FloatPixelData", "DoubleFloatPixelData")
_PIXEL_TAGS = frozenset(Tag(keyword) for keyword in _PIXELS)
_SYNTAXES = {
    (True, True): ImplicitVRLittleEndian,
    (False, True): ExplicitVRLittleEndian,
    (False, False): ExplicitVRBigEndian,
}
_DELIMITER = b"\xfe\xff\xdd\xe0\0\0\0\0"


def read_slice(instance: Instance, out: NDArray[np.generic], graphics: NDArray[np.uint8] | None = None) -> None:
    """Fill ``out`` ``(rows, columns)``, C-contiguous and of ``instance.pixels.dtype``, with the stored values.

    Bits that do not belong to the value (overlays in the unused ones) are cleared and signs extended; ``graphics``, of
    the same shape, gets the overlays. Raises `UnreadableFileError`, also when the file changed since it was found, and
    `UnsupportedInputError`.
    """
    layout = instance.pixels
    try:
        if layout.offset is None:
            _decode(instance, out)
        elif layout.bits_allocated == 1:
            _read_bits(instance, layout.offset, out)
        else:
            _read_native(instance, layout.offset, out)
    except OSError as exc:
        raise UnreadableFileError(tr("cannot be read: {reason}", reason=exc.strerror), path=instance.path) from exc
    if graphics is not None:
        samples: NDArray[np.integer] = out  # type: ignore[assignment]
        for overlay in instance.overlays:
            overlay.draw(graphics, samples)
    _keep_value_bits(out, layout)


def read_colours(instance: Instance, out: NDArray[np.uint8], graphics: NDArray[np.uint8] | None = None) -> None:
    """Fill ``out`` ``(rows, columns, 3)`` with red, green and blue, 0..255; more bits than 8 lose the lowest ones.

    ``graphics`` ``(rows, columns)`` gets the overlays. Raises `UnreadableFileError`, also when the file changed since
    it was found, and `UnsupportedInputError`.
    """
    try:
        dataset, decoded = _decoded(instance, raw=False)
        if text(dataset, "PhotometricInterpretation") == "PALETTE COLOR":
            decoded = apply_color_lut(decoded, dataset)
    except OSError as exc:
        raise UnreadableFileError(tr("cannot be read: {reason}", reason=exc.strerror), path=instance.path) from exc
    except PARSER_ERRORS as exc:
        raise _undecodable(instance, exc) from exc
    if decoded.shape != out.shape:
        raise UnreadableFileError(tr("the decoded image is not as large as the header says"), path=instance.path)
    np.floor_divide(decoded, 1 << max(0, _colour_bits(dataset) - 8), out=out, casting="unsafe")
    if graphics is not None:
        for overlay in instance.overlays:
            overlay.draw(graphics)


def _read_native(instance: Instance, offset: int, out: NDArray[np.generic]) -> None:
    _read_bytes(instance, offset, out.reshape(-1).view(np.uint8).data)
    if instance.pixels.big_endian != (sys.byteorder == "big"):
        out.byteswap(inplace=True)


def _read_bits(instance: Instance, offset: int, out: NDArray[np.generic]) -> None:
    """Samples of one bit: the frames follow each other without a gap, the lowest bit of a byte first."""
    first, skipped = divmod((instance.frame or 0) * out.size, 8)
    packed = np.empty((skipped + out.size + 7) // 8, np.uint8)
    _read_bytes(instance, offset + first, packed.data)
    out.reshape(-1)[:] = np.unpackbits(packed, bitorder="little")[skipped : skipped + out.size]


def _read_bytes(instance: Instance, offset: int, target: memoryview) -> None:
    with instance.path.open("rb", buffering=0) as file:
        _refuse_changed(file, instance.path, instance.stamp)
        file.seek(offset)
        filled = 0
        while filled < len(target):
            count = file.readinto(target[filled:])
            if not count:
                raise UnreadableFileError(
                    tr(
                        "the file is cut off: {there} of {needed} bytes of pixel data", there=filled, needed=len(target)
                    ),
                    path=instance.path,
                )
            filled += count


def _refuse_changed(file: IO[bytes], path: Path, stamp: tuple[int, int]) -> None:
    """The position of the pixels holds for the file that was looked at."""
    if stamp_of(path, file) != stamp:
        raise UnreadableFileError(tr("the file changed after it was opened; open it again"), path=path)


def _decode(instance: Instance, out: NDArray[np.generic]) -> None:
    try:
        _, decoded = _decoded(instance, raw=True)
    except PARSER_ERRORS as exc:
        raise _undecodable(instance, exc) from exc
    if decoded.shape != out.shape:
        raise UnreadableFileError(tr("the decoded image is not as large as the header says"), path=instance.path)
    out[...] = decoded.astype(out.dtype, copy=False)


def _decoded(instance: Instance, raw: bool) -> tuple[pydicom.Dataset, NDArray[np.generic]]:
    """The whole data set and the samples of one frame, as they are stored or with YBR made RGB."""
    dataset = _parse(instance.path, instance.stamp)
    missing = _missing_decoder(dataset)
    if missing is not None:
        raise UnsupportedInputError(
            tr("the compression {name} cannot be decoded here", name=missing), path=instance.path
        )
    syntax, index = dataset.file_meta.TransferSyntaxUID, instance.frame or 0
    plugin = _PLUGINS.get(syntax, "")
    # OpenJPEG holds the interpreter: threads would take turns, and the window would wait for both of them.
    shared_out = getattr(_MANY, "reads", False) and instance.frame is None and syntax in JPEG2000TransferSyntaxes
    if plugin == _GDCM or shared_out or _is_jpeg_of_12_bits(dataset):
        try:
            return dataset, _APART.run(_decoded_apart, instance.path, instance.stamp, index, raw, plugin)
        except ProcessDied as exc:
            raise _undecodable(instance, exc) from exc
    with quiet():
        return dataset, _samples(dataset, index, raw, plugin)


def _samples(dataset: pydicom.Dataset, index: int, raw: bool, plugin: str) -> NDArray[np.generic]:
    # Unused bits may hold overlays: they are looked at before they are cleared.
    return pixel_array(dataset, index=index, raw=raw, decoding_plugin=plugin, correct_unused_bits=not raw)


@lru_cache(maxsize=2)
def _parse(path: Path, stamp: tuple[int, int]) -> pydicom.Dataset:
    """The file that was found; kept while the frames of it are read."""
    with quiet(), path.open("rb") as file:
        _refuse_changed(file, path, stamp)
        dataset = read_partial(file, _after_pixels(), force=True)
        if not any(keyword in dataset for keyword in _PIXELS):  # passed over, since the delimiter at its end is missing
            file.seek(0)
            dataset = read_partial(BytesIO(file.read() + _DELIMITER), _after_pixels(), force=True)
    _tell_the_truth(dataset)
    return dataset


def _after_pixels() -> Callable[[BaseTag, str | None, int], bool]:
    """Says when to stop: what may follow the pixels can be gigabytes of zeros, which parse as elements one by one."""
    seen = False

    def stop(tag: BaseTag, _vr: str | None, _length: int) -> bool:
        nonlocal seen
        if seen:
            return True
        seen = tag in _PIXEL_TAGS
        return False

    return stop


def forget_files() -> None:
    """Let go of the files read last: a study that is closed is not kept in memory, nor its archive open."""
    _parse.cache_clear()


def _tell_the_truth(dataset: pydicom.Dataset) -> None:
    """Make the transfer syntax of ``dataset`` that of its pixel data, which the file may have got wrong."""
    meta = dataset.file_meta
    declared = meta.get("TransferSyntaxUID")
    if declared is None:
        implicit, little = dataset.original_encoding
        declared = meta.TransferSyntaxUID = _SYNTAXES[(bool(implicit), bool(little))]
    if "PixelData" not in dataset:
        return
    if not dataset["PixelData"].is_undefined_length:
        if declared.is_compressed and not declared.is_deflated:
            meta.TransferSyntaxUID = ExplicitVRLittleEndian
        return
    head = next(generate_fragments(dataset.PixelData[_offset_table_bytes(dataset.PixelData) :]), b"")
    meta.TransferSyntaxUID = syntax_in_truth(declared, head[:HEAD_BYTES])


def _offset_table_bytes(pixel_data: bytes) -> int:
    """The length of the first item, which is no image."""
    return 8 + int.from_bytes(pixel_data[4:8], "little")


def _decoded_apart(path: Path, stamp: tuple[int, int], index: int, raw: bool, plugin: str) -> NDArray[np.generic]:
    """Runs in another process: the samples of one frame. What codecs raise becomes ValueError, to be handed over."""
    try:
        with quiet():
            dataset = _parse(path, stamp)
            if _is_jpeg_of_12_bits(dataset):
                return decode_12_bits(dataset, index)
            return _samples(dataset, index, raw, plugin)
    except PARSER_ERRORS as exc:
        raise ValueError(type(exc).__name__) from None


def read_many() -> None:
    """For the threads that read a long series: from now on this one decodes in the processes, on all cores."""
    _MANY.reads = True


def close_decoders() -> None:
    """End the processes that decode; they start again when needed, and end with the program anyhow."""
    _APART.close()


def _undecodable(instance: Instance, exc: BaseException) -> UnreadableFileError:
    return UnreadableFileError(
        tr("the pixel data cannot be decoded ({kind})", kind=type(exc).__name__), path=instance.path
    )


def _colour_bits(dataset: pydicom.Dataset) -> int:
    """Bits of a decoded sample: a palette has its own depth."""
    if text(dataset, "PhotometricInterpretation") == "PALETTE COLOR":
        return int(dataset.RedPaletteColorLookupTableDescriptor[2])
    return int(dataset.BitsStored)


def _missing_decoder(dataset: pydicom.Dataset) -> str | None:
    """The name of the transfer syntax when no installed codec reads it."""
    syntax = dataset.file_meta.TransferSyntaxUID
    if not syntax.is_compressed or syntax.is_deflated:
        return None
    try:
        decoder = get_decoder(syntax)
    except NotImplementedError:
        return str(syntax.name)
    return None if decoder.is_available else str(syntax.name)


def _is_jpeg_of_12_bits(dataset: pydicom.Dataset) -> bool:
    grey = text(dataset, "PhotometricInterpretation").startswith("MONOCHROME")
    return grey and dataset.file_meta.TransferSyntaxUID == JPEGExtended12Bit and int(dataset.BitsStored) > 8


def _keep_value_bits(plane: NDArray[np.generic], layout: PixelLayout) -> None:
    """In place: the ``bits_stored`` bits ending at ``high_bit`` as a value of their own (PS3.5 section 8.1.1)."""
    if layout.bits_stored == layout.bits_allocated:
        return
    integers: NDArray[np.integer] = plane  # type: ignore[assignment]
    integers <<= layout.bits_allocated - 1 - layout.high_bit
    # The shift of signed numbers is arithmetic and extends the sign.
    integers >>= layout.bits_allocated - layout.bits_stored
