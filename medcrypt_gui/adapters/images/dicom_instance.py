"""What a parsed DICOM header says of its image or images: how the samples lie, and where each frame lies in space."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from pydicom.dataset import Dataset

from medcrypt_gui.adapters.images.dicom_axes import phases_of
from medcrypt_gui.adapters.images.dicom_luts import modality_table
from medcrypt_gui.adapters.images.dicom_overlays import overlays_of
from medcrypt_gui.adapters.images.dicom_text import number, numbers, text
from medcrypt_gui.core.errors import UnreadableFileError, UnsupportedInputError
from medcrypt_gui.core.imaging.series import Instance, PixelLayout
from medcrypt_gui.core.language import tr

_COLOURS = ("RGB", "YBR_FULL", "YBR_FULL_422", "YBR_ICT", "YBR_RCT", "PALETTE COLOR")
_CENTIMETRES = 3  # PhysicalUnitsXDirection of an ultrasound region
_MOST_FRAMES = 1 << 20


def frame_count(dataset: Dataset) -> int:
    """How many images the file holds; one where the header gives no number that could be read."""
    count = number(dataset, "NumberOfFrames")
    return 1 if count is None or count == 0 else int(count)


def is_colour(dataset: Dataset) -> bool:
    """Whether decoding gives red, green and blue rather than one value a pixel."""
    return text(dataset, "PhotometricInterpretation") in _COLOURS


def is_floating(dataset: Dataset) -> bool:
    """Whether the samples are IEEE floats: their module (PS3.3 C.7.6.24) has none of the integers' attributes."""
    integer = "PixelRepresentation" in dataset or "BitsStored" in dataset
    return not integer and int(dataset.get("BitsAllocated") or 0) in (32, 64)


def refuse_contradictions(dataset: Dataset, path: Path) -> None:
    """Raise `UnsupportedInputError` or `UnreadableFileError` if the header describes no pixels that could be read."""
    photometric, allocated = text(dataset, "PhotometricInterpretation"), int(dataset.BitsAllocated)
    if not photometric.startswith("MONOCHROME") and photometric not in _COLOURS:
        detail = tr("the colour model {name} is not supported", name=photometric or tr("(unnamed)"))
        raise UnsupportedInputError(detail, path=path)
    if allocated not in (1, 8, 16, 32) and not is_floating(dataset):
        raise UnsupportedInputError(tr("samples of {bits} bits are not supported", bits=allocated), path=path)
    samples = 3 if is_colour(dataset) and photometric != "PALETTE COLOR" else 1
    said = int(dataset.get("SamplesPerPixel") or samples)
    if said != samples:
        detail = tr(
            "the header contradicts itself: {count} samples a pixel, and the colour model {name}",
            count=said,
            name=photometric,
        )
        raise UnreadableFileError(detail, path=path)
    stored, sign = int(dataset.get("BitsStored") or allocated), int(dataset.get("PixelRepresentation") or 0)
    if not 1 <= stored <= allocated or sign not in (0, 1) or min(dataset.Rows, dataset.Columns) < 1:
        raise UnreadableFileError(tr("the header contradicts itself about its pixels"), path=path)
    if not 1 <= frame_count(dataset) <= _MOST_FRAMES:
        raise UnreadableFileError(tr("the header promises {count} images", count=frame_count(dataset)), path=path)


def layout_of(dataset: Dataset, offset: int | None, big_endian: bool) -> PixelLayout:
    """How the samples lie, of a header that does not contradict itself."""
    allocated = int(dataset.BitsAllocated)
    stored = int(dataset.get("BitsStored") or allocated)
    high = int(dataset.get("HighBit") if dataset.get("HighBit") is not None else stored - 1)
    signed, floating = int(dataset.get("PixelRepresentation") or 0) == 1, is_floating(dataset)
    inverting = text(dataset, "PhotometricInterpretation") == "MONOCHROME1"
    return PixelLayout(
        rows=int(dataset.Rows),
        columns=int(dataset.Columns),
        bits_allocated=allocated,
        bits_stored=stored,
        # The standard allows no other than the last of the stored bits since 2007; where it cannot be, it is that.
        high_bit=high if stored <= high + 1 <= allocated else stored - 1,
        signed=signed,
        # INVERSE is how MONOCHROME1 says that it is to be inverted: both together invert once.
        inverted=inverting or text(dataset, "PresentationLUTShape") == "INVERSE",
        offset=offset,
        big_endian=big_endian,
        floating=floating,
        colour=is_colour(dataset),
        padding=None if floating else _padding(dataset, allocated, signed),
    )


def _padding(dataset: Dataset, allocated: int, signed: bool) -> tuple[float, float] | None:
    """The stored values that mean "no image here" (PS3.3 C.7.5.1.1.2), whatever sign they were written with."""
    ends = [number(dataset, keyword) for keyword in ("PixelPaddingValue", "PixelPaddingRangeLimit")]
    found = [int(end) & ((1 << allocated) - 1) for end in ends if end is not None]
    if ends[0] is None or is_colour(dataset):
        return None
    values = [end - (1 << allocated) if signed and end >> (allocated - 1) else end for end in found]
    return float(min(values)), float(max(values))


def instances_of(dataset: Dataset, path: Path, layout: PixelLayout, stamp: tuple[int, int]) -> tuple[Instance, ...]:
    """The file's images in the order of its frames."""
    count = frame_count(dataset)
    little = bool(dataset.original_encoding[1])
    table = modality_table(dataset, little)
    if count == 1 and "SharedFunctionalGroupsSequence" not in dataset:
        overlays = overlays_of(dataset, layout, 0, little)
        return (replace(_instance(dataset, path, layout, stamp), table=table, overlays=overlays),)
    return tuple(
        replace(
            _instance(frame, path, layout, stamp),
            frame=index,
            number=index + 1,
            pixels=_of_frame(layout, index),
            table=table,
            overlays=overlays_of(dataset, layout, index, little),
        )
        for index, frame in enumerate(_frames(dataset, count))
    )


def _of_frame(layout: PixelLayout, index: int) -> PixelLayout:
    if layout.offset is None or layout.bits_allocated == 1:
        return layout
    return replace(layout, offset=layout.offset + index * layout.byte_count)


def as_first_frame(dataset: Dataset) -> Dataset:
    """The header with what the functional groups say of the first image, for what is shown beside the series."""
    return next(_frames(dataset, 1)) if "SharedFunctionalGroupsSequence" in dataset else dataset


def _frames(dataset: Dataset, count: int) -> Iterator[Dataset]:
    """The header as if each frame had its own: what its functional groups say stands beside what holds for all.

    A place that is given once for many frames is that of none of them, unless their distances are given as well.
    """
    per_frame = dataset.get("PerFrameFunctionalGroupsSequence") or []
    common = _flattened(next(iter(dataset.get("SharedFunctionalGroupsSequence") or []), Dataset()))
    offsets = numbers(dataset, "GridFrameOffsetVector")
    base = _without_groups(dataset)
    if count > 1 and not per_frame and len(offsets) != count and "ImagePositionPatient" in base:
        del base.ImagePositionPatient
    for index in range(count):
        frame = Dataset()
        frame.update(base)
        frame.update(common)
        if index < len(per_frame):
            frame.update(_flattened(per_frame[index]))
        if len(offsets) == count:
            _move(frame, offsets[index] - offsets[0])
        yield frame


def _without_groups(dataset: Dataset) -> Dataset:
    base = Dataset()
    base.update(dataset)
    for keyword in ("SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence"):
        if keyword in base:
            delattr(base, keyword)
    return base


def _flattened(groups: Dataset) -> Dataset:
    """The attributes of all functional groups side by side."""
    flat = Dataset()
    for group in groups:
        if group.VR == "SQ" and group.value:
            flat.update(group.value[0])
    return flat


def _move(frame: Dataset, distance_mm: float) -> None:
    """Shift a frame along the normal, as the frames of a dose grid are given (PS3.3 C.8.8.3.2)."""
    position, orientation = _place(frame)
    if position is not None:
        normal = np.cross(orientation[:3], orientation[3:])
        moved = [float(part) for part in np.asarray(position) + normal * distance_mm]
        frame.add_new("ImagePositionPatient", "DS", moved)  # setting it would change the element that all frames share


def _instance(dataset: Dataset, path: Path, layout: PixelLayout, stamp: tuple[int, int]) -> Instance:
    position, orientation = _place(dataset)
    spacing = _spacing(dataset)
    steps = (number(dataset, "SpacingBetweenSlices"), number(dataset, "SliceThickness"))
    thickness = next((step for step in steps if step is not None and step > 0), None)
    slope = number(dataset, "RescaleSlope") or number(dataset, "DoseGridScaling")
    intercept = number(dataset, "RescaleIntercept")
    order = number(dataset, "InstanceNumber")
    return Instance(
        path=path,
        sop_instance_uid=text(dataset, "SOPInstanceUID"),
        study_uid=text(dataset, "StudyInstanceUID"),
        # Some de-identification strips every UID; then what lies in one folder and fits together is taken as one
        # series.
        series_uid=text(dataset, "SeriesInstanceUID") or str(path.parent),
        frame_of_reference_uid=text(dataset, "FrameOfReferenceUID"),
        number=None if order is None else int(order),
        position=position,
        orientation=orientation,
        spacing=spacing,
        thickness_mm=thickness,
        localizer="LOCALIZER" in text(dataset, "ImageType").split(),
        slope=slope if slope else 1.0,
        intercept=intercept or 0.0,
        phases=phases_of(dataset),
        pixels=layout,
        stamp=stamp,
    )


def _spacing(dataset: Dataset) -> tuple[float, float] | None:
    """Between rows and between columns, in mm."""
    for keyword in ("PixelSpacing", "ImagerPixelSpacing", "NominalScannedPixelSpacing"):
        found = numbers(dataset, keyword)
        if len(found) >= 2 and min(found[:2]) > 0:
            return found[0], found[1]
    for region in dataset.get("SequenceOfUltrasoundRegions") or []:
        in_cm = {number(region, f"PhysicalUnits{axis}Direction") for axis in "XY"} == {_CENTIMETRES}
        down, across = (abs(number(region, f"PhysicalDelta{axis}") or 0.0) * 10 for axis in "YX")
        if in_cm and min(down, across) > 0:
            return down, across
    return None


def _place(dataset: Dataset) -> tuple[Any, Any]:
    """ImagePositionPatient and ImageOrientationPatient, or two Nones unless both are there and make sense."""
    position, orientation = numbers(dataset, "ImagePositionPatient"), numbers(dataset, "ImageOrientationPatient")
    if len(position) != 3 or len(orientation) != 6:
        return None, None
    row, column = orientation[:3], orientation[3:]
    lengths = math.hypot(*row), math.hypot(*column)
    if min(lengths) < 0.9 or max(lengths) > 1.1 or abs(sum(a * b for a, b in zip(row, column, strict=True))) > 0.1:
        return None, None
    return position, orientation
