"""The frames of a DICOM Segmentation object: where each lies, of which segment it is, and its voxels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.pixels.utils import iter_pixels
from pydicom.uid import UID

from medcrypt_gui.adapters.images.dicom_text import number, numbers, text
from medcrypt_gui.core.errors import UnreadableFileError, UnsupportedInputError
from medcrypt_gui.core.language import tr

_MOST_VOXELS = 1 << 33  # of all frames together
_STRAIGHT = 1e-3


@dataclass(frozen=True, eq=False)
class SegFrames:
    """``positions`` ``(N, 3)`` and ``orientation`` ``(6,)`` LPS, ``spacing`` between rows and between columns (mm).

    ``segments`` ``(N,)`` are the numbers of the frames' segments, 0 for frames that hold labels themselves.
    ``step_mm`` is the distance of slices that the file names, None where it names none. ``dataset`` is the whole file
    at ``path``.
    """

    dataset: Dataset
    path: Path
    positions: NDArray[np.float64]
    orientation: NDArray[np.float64]
    spacing: tuple[float, float]
    segments: NDArray[np.int64]
    rows: int
    columns: int
    step_mm: float | None
    thickness_mm: float | None

    @property
    def column_step(self) -> NDArray[np.float64]:
        return self.orientation[:3] * self.spacing[1]

    @property
    def row_step(self) -> NDArray[np.float64]:
        return self.orientation[3:] * self.spacing[0]


def frames_of(dataset: Dataset, path: Path) -> SegFrames:
    """Raises `UnreadableFileError` and `UnsupportedInputError`, and what pydicom raises on damaged values."""
    rows, columns, count = (int(number(dataset, key) or 0) for key in ("Rows", "Columns", "NumberOfFrames"))
    per_frame = dataset.get("PerFrameFunctionalGroupsSequence") or []
    if min(rows, columns, count) < 1 or rows * columns * count > _MOST_VOXELS:
        raise UnreadableFileError(tr("the header contradicts itself about the image's size"), path=path)
    if len(per_frame) != count:
        raise UnreadableFileError(tr("the file does not say where its frames lie"), path=path)
    shared = next(iter(dataset.get("SharedFunctionalGroupsSequence") or []), Dataset())
    positions = [_numbers(one, shared, "PlanePositionSequence", "ImagePositionPatient") for one in per_frame]
    orientations = [_numbers(one, shared, "PlaneOrientationSequence", "ImageOrientationPatient") for one in per_frame]
    spacings = [_numbers(one, shared, "PixelMeasuresSequence", "PixelSpacing") for one in per_frame]
    if any(len(one) != 3 for one in positions) or any(len(one) != 6 for one in orientations):
        raise UnreadableFileError(tr("the file does not say where its frames lie"), path=path)
    if any(len(one) != 2 or min(one) <= 0 for one in spacings):
        raise UnreadableFileError(tr("the file does not say how large a pixel is"), path=path)
    if np.ptp(orientations, axis=0).max() > _STRAIGHT or np.ptp(spacings, axis=0).max() > _STRAIGHT * min(spacings[0]):
        raise UnsupportedInputError(tr("its frames stand at angles to each other, or differ in size"), path=path)
    measures = _group(per_frame[0], shared, "PixelMeasuresSequence")
    return SegFrames(
        dataset,
        path,
        np.array(positions, np.float64),
        _orthonormal(np.array(orientations[0], np.float64), path),
        (spacings[0][0], spacings[0][1]),
        np.array([_segment(one, shared) for one in per_frame], np.int64),
        rows,
        columns,
        number(measures, "SpacingBetweenSlices"),
        number(measures, "SliceThickness"),
    )


def pixels_of(frames: SegFrames, order: Sequence[int]) -> Iterator[NDArray[np.generic]]:
    """``(Y, X)`` of these frames: bool, uint8 or uint16. Raises as `frames_of`."""
    dataset, path = frames.dataset, frames.path
    syntax = UID(str(dataset.file_meta.get("TransferSyntaxUID", "")))
    bits, count = int(number(dataset, "BitsAllocated") or 0), len(frames.segments)
    if bits not in (1, 8, 16) or (number(dataset, "SamplesPerPixel") or 1) != 1:
        raise UnsupportedInputError(tr("its voxels are stored in an unusual way"), path=path)
    if syntax.is_encapsulated:
        yield from iter_pixels(dataset, indices=list(order))
        return
    size = frames.rows * frames.columns
    content = np.frombuffer(dataset.PixelData, np.uint8)
    if content.size * 8 < size * count * bits:
        raise UnreadableFileError(tr("the file is cut off: its voxels end early"), path=path)
    for frame in order:
        if bits == 1:  # frames follow each other within bytes
            first, stop = frame * size, (frame + 1) * size
            flat = np.unpackbits(content[first // 8 : -(-stop // 8)], bitorder="little")[first % 8 :][:size]
            yield flat.view(np.bool_).reshape(frames.rows, frames.columns)
        else:
            dtype = np.dtype(np.uint8 if bits == 8 else "<u2" if syntax.is_little_endian else ">u2")
            flat = content[frame * size * bits // 8 : (frame + 1) * size * bits // 8].view(dtype)
            yield flat.reshape(frames.rows, frames.columns)


def _group(one: Dataset, shared: Dataset, keyword: str) -> Dataset:
    """The functional group of a frame, its own or that of all."""
    return next(iter(one.get(keyword) or shared.get(keyword) or []), Dataset())


def _numbers(one: Dataset, shared: Dataset, group: str, keyword: str) -> tuple[float, ...]:
    return numbers(_group(one, shared, group), keyword)


def _segment(one: Dataset, shared: Dataset) -> int:
    return int(text(_group(one, shared, "SegmentIdentificationSequence"), "ReferencedSegmentNumber") or 0)


def _orthonormal(orientation: NDArray[np.float64], path: Path) -> NDArray[np.float64]:
    lengths = np.linalg.norm(orientation[:3]), np.linalg.norm(orientation[3:])
    if min(lengths) < 0.9 or max(lengths) > 1.1 or abs(orientation[:3] @ orientation[3:]) > 0.1:
        raise UnreadableFileError(tr("the file does not say where its frames lie"), path=path)
    return np.concatenate([orientation[:3] / lengths[0], orientation[3:] / lengths[1]])
