"""What gdcm and ITK make of a file; run in a process of its own, since they may end theirs on damaged files."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Geometry:
    """As ITK gives it: of three axes, LPS, mm; ``direction`` ``(3, 3)`` has the axes as columns."""

    size: tuple[int, ...]
    spacing: NDArray[np.float64]
    origin: NDArray[np.float64]
    direction: NDArray[np.float64]


def gdcm_pixels(path: str) -> NDArray[np.generic] | None:
    """``(frames, rows, columns)`` stored values (of a palette, its indices), or with three colours; None if refused."""
    import gdcm

    gdcm.Trace.WarningOff()
    gdcm.Trace.ErrorOff()
    reader = gdcm.ImageReader()
    reader.SetFileName(path)
    if not reader.Read():
        return None
    image = reader.GetImage()
    pixel = image.GetPixelFormat()
    dtype = np.dtype(_DTYPES[str(pixel.GetScalarTypeAsString())])
    buffer = image.GetBuffer()
    if buffer is None:
        return None
    raw = buffer.encode("utf-8", "surrogateescape")
    size = [image.GetDimension(i) for i in range(image.GetNumberOfDimensions())]
    frames, (columns, rows) = size[2] if len(size) > 2 else 1, size[:2]
    samples = pixel.GetSamplesPerPixel()
    if dtype == np.dtype("V1"):
        return _bits(raw, frames, rows, columns)
    values = np.frombuffer(raw, dtype)
    if samples == 1:
        return values[: frames * rows * columns].reshape(frames, rows, columns)
    if image.GetPlanarConfiguration() == 1:
        values = values.reshape(frames, samples, rows, columns).transpose(0, 2, 3, 1)
    values = values[: frames * rows * columns * samples].reshape(frames, rows, columns, samples)
    kind = str(image.GetPhotometricInterpretation())
    return rgb_of_ybr(values, pixel.GetBitsStored()) if kind.startswith("YBR_FULL") else values


_DTYPES = {
    "UINT8": "u1", "INT8": "i1", "UINT12": "u2", "INT12": "i2", "UINT16": "u2", "INT16": "i2", "UINT32": "u4",
    "INT32": "i4", "FLOAT32": "f4", "FLOAT64": "f8", "SINGLEBIT": "V1",
}  # fmt: skip


def _bits(raw: bytes, frames: int, rows: int, columns: int) -> NDArray[np.uint8]:
    bits = np.unpackbits(np.frombuffer(raw, np.uint8), bitorder="little")
    return bits[: frames * rows * columns].reshape(frames, rows, columns)


def rgb_of_ybr(values: NDArray[np.generic], bits: int) -> NDArray[np.generic]:
    """PS3.3 C.7.6.3.1.2."""
    top, rgb = (1 << bits) - 1, np.empty_like(values)
    for frame, made in zip(values, rgb, strict=True):
        y, cb, cr = (frame[..., i].astype(np.float32) - np.float32(0 if i == 0 else (top + 1) / 2) for i in range(3))
        for i, colour in enumerate((y + 1.402 * cr, y - 0.344136 * cb - 0.714136 * cr, y + 1.772 * cb)):
            made[..., i] = np.clip(np.rint(colour), 0, top)
    return rgb


def itk_geometry(paths: list[str]) -> Geometry | None:
    """Of a file, or of several as one volume in this order; None where ITK reads them not."""
    import SimpleITK as sitk  # noqa: N813

    sitk.ProcessObject.SetGlobalWarningDisplay(False)
    try:
        if len(paths) > 1:
            image = sitk.ReadImage(paths)
        else:
            reader = sitk.ImageFileReader()
            reader.SetFileName(paths[0])
            reader.ReadImageInformation()
            image = reader
    except RuntimeError:
        return None
    count = min(image.GetDimension(), 3)
    direction = np.eye(3)
    full = np.asarray(image.GetDirection()).reshape(image.GetDimension(), -1)
    direction[:count, :count] = full[:count, :count]
    pad = [*image.GetSize()[:count], *[1] * (3 - count)]
    spacing = np.array([*image.GetSpacing()[:count], *[1.0] * (3 - count)])
    origin = np.array([*image.GetOrigin()[:count], *[0.0] * (3 - count)])
    return Geometry(tuple(pad), spacing, origin, direction)


def itk_values(path: str) -> NDArray[np.generic] | None:
    """The scaled values ``(Z, Y, X)`` of a NIfTI image; None where ITK reads it not."""
    import SimpleITK as sitk  # noqa: N813

    sitk.ProcessObject.SetGlobalWarningDisplay(False)
    try:
        return sitk.GetArrayFromImage(sitk.ReadImage(path))
    except RuntimeError:
        return None
