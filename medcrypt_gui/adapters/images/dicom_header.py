"""One DICOM file's header, read with pydicom and checked: what it is, where its pixels lie, what it says."""

from __future__ import annotations

import os
import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

import pydicom
from pydicom.datadict import tag_for_keyword
from pydicom.dataset import Dataset
from pydicom.uid import UID, DeflatedExplicitVRLittleEndian, MediaStorageDirectoryStorage

from medcrypt_gui.adapters.archives.zip_member import stamp_of
from medcrypt_gui.adapters.images.deflated import HEAD_BYTES, MOST_BYTES, is_deflated, refuse_bomb
from medcrypt_gui.adapters.images.dicom_instance import (
    as_first_frame,
    frame_count,
    instances_of,
    is_colour,
    is_floating,
    layout_of,
)
from medcrypt_gui.adapters.images.dicom_text import PARSER_ERRORS, text
from medcrypt_gui.adapters.images.guarded_reads import GuardedReads
from medcrypt_gui.core.errors import UnreadableFileError
from medcrypt_gui.core.imaging.series import Instance

PRIVATE_GROUP = 0x0099
PRIVATE_CREATOR = "MEDCRYPT 1"

_KEYWORDS = (
    "SpecificCharacterSet", "ImageType", "SOPClassUID", "SOPInstanceUID", "StudyDate", "SeriesDescription",
    "ProtocolName", "Modality", "InstitutionName", "PatientName", "PatientID", "PatientBirthDate", "PatientSex",
    "SliceThickness", "RepetitionTime", "EchoTime", "InversionTime", "FlipAngle", "EchoNumbers", "KVP",
    "ConvolutionKernel", "TriggerTime", "DiffusionBValue", "SpacingBetweenSlices", "ImagerPixelSpacing",
    "NominalScannedPixelSpacing", "StudyInstanceUID", "SeriesInstanceUID", "SeriesNumber", "AcquisitionNumber",
    "InstanceNumber", "ImagePositionPatient", "ImageOrientationPatient", "FrameOfReferenceUID",
    "TemporalPositionIdentifier", "SamplesPerPixel", "PhotometricInterpretation", "NumberOfFrames", "Rows",
    "Columns", "PixelSpacing", "BitsAllocated", "BitsStored", "HighBit", "PixelRepresentation", "WindowCenter",
    "WindowWidth", "RescaleIntercept", "RescaleSlope", "RescaleType", "LossyImageCompression",
    "ModalityLUTSequence", "Units", "SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence",
    "GridFrameOffsetVector", "SequenceOfUltrasoundRegions", "FrameTime", "CineRate", "RecommendedDisplayFrameRate",
    "DoseGridScaling", "DoseUnits",
)  # fmt: skip
# A value among these that cannot be read makes the file unreadable; of the others it only leaves a text empty.
_DECISIVE = (
    "SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID", "FrameOfReferenceUID", "InstanceNumber", "ImageType",
    "ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing", "SpacingBetweenSlices", "SliceThickness",
    "RescaleSlope", "RescaleIntercept", "PhotometricInterpretation",
)  # fmt: skip
_TAGS = [tag for keyword in _KEYWORDS if (tag := tag_for_keyword(keyword)) is not None]
_TAGS += [PRIVATE_GROUP << 16 | element for element in range(0x10, 0x20)]

_PIXEL_DATA = 0x7FE00010
_FLOAT_PIXEL_DATA = (0x7FE00008, 0x7FE00009)
_UNDEFINED_LENGTH = 0xFFFFFFFF


class NoPixels(Exception):
    """The file is sound DICOM, but no image; the text says what it is."""


@dataclass(frozen=True, eq=False)
class Header:
    """A readable image: what grouping needs, one entry a frame, and the data set for what is shown beside it."""

    instances: tuple[Instance, ...]
    dataset: Dataset
    protected: bool


@contextmanager
def quiet() -> Iterator[None]:
    """Silence pydicom, which warns of every small deviation; real files are full of them, and we check what we use."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def read_header(path: Path) -> Header:
    """Read up to the pixels.

    Raises `NoPixels`, `UnreadableFileError` and `UnsupportedInputError`; call it inside `quiet`.
    """
    try:
        with path.open("rb") as file:
            stamp = stamp_of(path, file)
            dataset = _parse(file, path)
            syntax = UID(str(dataset.file_meta.get("TransferSyntaxUID", "")))
            _refuse_non_images(dataset, path)
            if syntax == DeflatedExplicitVRLittleEndian:
                offset, big_endian = None, False
            else:
                offset, big_endian = _locate_pixels(file, dataset, syntax, stamp[0], path)
            for keyword in _DECISIVE:
                dataset.get(keyword)
            layout = layout_of(dataset, offset, big_endian, path)
            instances = instances_of(dataset, path, layout, stamp)
            protected = _is_protected(dataset)
    except OSError as exc:
        raise UnreadableFileError(f"cannot be read: {exc.strerror}", path=path) from exc
    except PARSER_ERRORS as exc:
        raise UnreadableFileError(f"the DICOM header is damaged ({type(exc).__name__})", path=path) from exc
    return Header(instances, as_first_frame(dataset), protected)


def _parse(file: BinaryIO, path: Path) -> Dataset:
    if is_deflated(file.read(HEAD_BYTES)):
        file.seek(0)
        refuse_bomb(file.read(MOST_BYTES + 1))
    file.seek(0)
    guarded = cast(BinaryIO, GuardedReads(file))
    dataset = pydicom.dcmread(guarded, stop_before_pixels=True, force=True, specific_tags=list(_TAGS))
    if not len(dataset) and not len(dataset.file_meta):
        raise UnreadableFileError("is not a DICOM file, whatever its name", path=path)
    return dataset


def _refuse_non_images(dataset: Dataset, path: Path) -> None:
    kind = UID(str(dataset.get("SOPClassUID") or dataset.file_meta.get("MediaStorageSOPClassUID", "")))
    if kind == MediaStorageDirectoryStorage:
        raise NoPixels("a DICOMDIR")
    if "Rows" not in dataset or "Columns" not in dataset:
        if "Image" in kind.name or not kind:
            raise UnreadableFileError("it holds no image: cut off, or stripped of its pixels", path=path)
        raise NoPixels(f"DICOM without pixels: {kind.name if not kind.name[:1].isdigit() else 'of an unknown kind'}")


def _locate_pixels(file: BinaryIO, dataset: Dataset, syntax: UID, size: int, path: Path) -> tuple[int | None, bool]:
    """Byte position of native samples (None when compressed) and whether they are big-endian."""
    implicit, little = dataset.original_encoding
    order = "<" if little else ">"
    start = file.tell()
    head = file.read(12)
    if len(head) < 8:
        raise UnreadableFileError("it has no pixel data: cut off, or stripped of them", path=path)
    group, element = struct.unpack(order + "HH", head[:4])
    tag = group << 16 | element
    if tag not in (_FLOAT_PIXEL_DATA if is_floating(dataset) else (_PIXEL_DATA,)):
        raise UnreadableFileError("it has no pixel data", path=path)
    if implicit:
        length, offset = struct.unpack(order + "I", head[4:8])[0], start + 8
    else:
        length, offset = struct.unpack(order + "I", head[8:12])[0], start + 12
    if length == _UNDEFINED_LENGTH:
        _check_fragments(file, offset, size, path)
        return None, False
    if syntax and syntax.is_transfer_syntax and syntax.is_compressed:
        raise UnreadableFileError("compressed pixel data without fragments", path=path)
    expected = _frame_bytes(dataset)
    if length < expected or offset + expected > size:
        there = max(0, min(length, size - offset))
        raise UnreadableFileError(f"the file is cut off: {there} of {expected} bytes of pixel data", path=path)
    # 8-bit samples in big-endian words are swapped in pairs; that rarity is left to pydicom, as are colours.
    swapped = not little and dataset.BitsAllocated == 8 and head[4:6] != b"OB"
    return None if swapped or is_colour(dataset) else offset, not little


def _frame_bytes(dataset: Dataset) -> int:
    if text(dataset, "PhotometricInterpretation") == "YBR_FULL_422":  # two pixels share their colour
        return int(dataset.Rows) * int(dataset.Columns) * 2 * frame_count(dataset)
    samples = int(dataset.get("SamplesPerPixel") or 1)
    bits = int(dataset.Rows) * int(dataset.Columns) * samples * frame_count(dataset) * int(dataset.BitsAllocated)
    return (bits + 7) // 8


def _check_fragments(file: BinaryIO, offset: int, size: int, path: Path) -> None:
    """Walk over the fragments of compressed pixel data; they end with a delimiter unless the file was cut."""
    file.seek(offset)
    while True:
        head = file.read(8)
        if len(head) < 8:
            raise UnreadableFileError("the file is cut off within its compressed pixel data", path=path)
        group, element, length = struct.unpack("<HHI", head)
        if (group, element) == (0xFFFE, 0xE0DD):
            return
        if (group, element) != (0xFFFE, 0xE000) or file.tell() + length > size:
            raise UnreadableFileError("the file is cut off or damaged within its compressed pixel data", path=path)
        file.seek(length, os.SEEK_CUR)


def _is_protected(dataset: Dataset) -> bool:
    creators = (dataset.get((PRIVATE_GROUP, element)) for element in range(0x10, 0x20))
    return any(entry is not None and _creator(entry.value) == PRIVATE_CREATOR for entry in creators)


def _creator(value: object) -> str:
    return (value.decode("latin-1") if isinstance(value, bytes) else str(value)).strip("\0 ")
