"""One DICOM file's header, read with pydicom and checked: what it is, where its pixels lie, what it says."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

import pydicom
from pydicom.datadict import tag_for_keyword
from pydicom.dataset import Dataset
from pydicom.tag import Tag
from pydicom.uid import UID, DeflatedExplicitVRLittleEndian, MediaStorageDirectoryStorage

from medcrypt_gui.adapters.archives.zip_member import stamp_of
from medcrypt_gui.adapters.images import dicom_axes, dicom_overlays, dicom_suv
from medcrypt_gui.adapters.images.deflated import HEAD_BYTES, MOST_BYTES, is_deflated, refuse_bomb
from medcrypt_gui.adapters.images.dicom_instance import (
    as_first_frame,
    instances_of,
    layout_of,
    refuse_contradictions,
)
from medcrypt_gui.adapters.images.dicom_mosaic import tiles_of
from medcrypt_gui.adapters.images.dicom_pixel_data import Place, locate, refuse_implausible
from medcrypt_gui.adapters.images.dicom_suv import Uptake, uptake_of
from medcrypt_gui.adapters.images.dicom_text import PARSER_ERRORS
from medcrypt_gui.adapters.images.guarded_reads import GuardedReads
from medcrypt_gui.core.errors import UnreadableFileError
from medcrypt_gui.core.imaging.series import Instance
from medcrypt_gui.core.language import tr

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
    "DoseGridScaling", "DoseUnits", "VOILUTSequence", "VOILUTFunction", "WindowCenterWidthExplanation",
    "PresentationLUTShape", "PixelPaddingValue", "PixelPaddingRangeLimit", "PatientWeight", "SeriesDate", "SeriesTime",
    "AcquisitionDate", "AcquisitionTime", "FrameReferenceTime", "ActualFrameDuration", "DecayCorrection",
    "CorrectedImage", "SUVType", "RadiopharmaceuticalInformationSequence",
)  # fmt: skip
# A value among these that cannot be read makes the file unreadable; of the others it only leaves a text empty.
_DECISIVE = (
    "SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID", "FrameOfReferenceUID", "InstanceNumber", "ImageType",
    "ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing", "SpacingBetweenSlices", "SliceThickness",
    "RescaleSlope", "RescaleIntercept", "PhotometricInterpretation",
)  # fmt: skip
_TAGS = [tag for keyword in (*_KEYWORDS, *dicom_axes.KEYWORDS) if (tag := tag_for_keyword(keyword)) is not None]
_TAGS += dicom_axes.PRIVATE_TAGS
_DECISIVE_TAGS = [Tag(keyword) for keyword in _DECISIVE]
_TAGS += [PRIVATE_GROUP << 16 | element for element in range(0x10, 0x20)]
_TAGS += [group << 16 | element for group in dicom_overlays.GROUPS for element in dicom_overlays.ELEMENTS]
_TAGS += dicom_suv.PRIVATE_TAGS
_TAGS = [Tag(tag) for tag in _TAGS]  # once, rather than for every file

_STEP_BYTES = 1 << 20


class NoPixels(Exception):
    """The file is sound DICOM, but no image; the text says what it is."""


class IsDirectory(NoPixels):
    """The file is a DICOMDIR: an index of others."""

    def __init__(self) -> None:
        super().__init__(tr("a DICOMDIR"))


@dataclass(frozen=True, eq=False)
class Header:
    """A readable image: what grouping needs, one entry a frame, and the data set for what is shown beside it."""

    instances: tuple[Instance, ...]
    dataset: Dataset
    protected: bool
    notes: tuple[str, ...] = ()
    uptake: Uptake | None = None

    @property
    def little_endian(self) -> bool:
        """How the numbers within bulk values are stored."""
        return not self.instances[0].pixels.big_endian


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
    with header_errors(path), path.open("rb") as file:
        stamp = stamp_of(path, file)
        dataset = _parse(file, path)
        syntax = UID(str(dataset.file_meta.get("TransferSyntaxUID", "")))
        _refuse_non_images(dataset, path)
        for tag in _DECISIVE_TAGS:
            if tag in dataset:
                _ = dataset[tag]  # is converted now, or raises
        refuse_contradictions(dataset, path)
        if syntax == DeflatedExplicitVRLittleEndian:
            refuse_implausible(dataset, stamp[0], path)
            place = Place(None, False)
        else:
            place = locate(file, dataset, syntax, stamp[0], path)
        layout = layout_of(dataset, place.offset, place.big_endian)
        instances = tiles_of(dataset, instances_of(dataset, path, layout, stamp))
        protected = _is_protected(dataset)
    return Header(instances, as_first_frame(dataset), protected, place.notes, uptake_of(dataset))


@contextmanager
def header_errors(path: Path) -> Iterator[None]:
    """What goes wrong inside while a header is read, as `UnreadableFileError`."""
    try:
        yield
    except OSError as exc:
        raise UnreadableFileError(tr("cannot be read: {reason}", reason=exc.strerror), path=path) from exc
    except PARSER_ERRORS as exc:
        detail = tr("the DICOM header is damaged ({kind})", kind=type(exc).__name__)
        raise UnreadableFileError(detail, path=path) from exc


def _parse(file: BinaryIO, path: Path) -> Dataset:
    if is_deflated(file.read(HEAD_BYTES)):
        file.seek(0)
        refuse_bomb(at_most(file, MOST_BYTES + 1))
    file.seek(0)
    guarded = cast(BinaryIO, GuardedReads(file))
    dataset = pydicom.dcmread(guarded, stop_before_pixels=True, force=True, specific_tags=list(_TAGS))
    if not len(dataset) and not len(dataset.file_meta):
        raise UnreadableFileError(tr("is not a DICOM file, whatever its name"), path=path)
    return dataset


def at_most(file: BinaryIO, count: int) -> bytes:
    """What is left of a file, or its first bytes: asked for all of them, Python would set aside as many at once."""
    pieces = []
    while count > 0 and (piece := file.read(min(count, _STEP_BYTES))):
        pieces.append(piece)
        count -= len(piece)
    return b"".join(pieces)


def _refuse_non_images(dataset: Dataset, path: Path) -> None:
    kind = UID(str(dataset.get("SOPClassUID") or dataset.file_meta.get("MediaStorageSOPClassUID", "")))
    if kind == MediaStorageDirectoryStorage:
        raise IsDirectory
    if "Rows" not in dataset or "Columns" not in dataset:
        if "Image" in kind.name or not kind:
            raise UnreadableFileError(tr("it holds no image: cut off, or stripped of its pixels"), path=path)
        if kind.name[:1].isdigit():
            raise NoPixels(tr("DICOM without pixels: of an unknown kind"))
        raise NoPixels(tr("DICOM without pixels: {kind}", kind=kind.name))


def _is_protected(dataset: Dataset) -> bool:
    creators = (dataset.get((PRIVATE_GROUP, element)) for element in range(0x10, 0x20))
    return any(entry is not None and _creator(entry.value) == PRIVATE_CREATOR for entry in creators)


def _creator(value: object) -> str:
    return (value.decode("latin-1") if isinstance(value, bytes) else str(value)).strip("\0 ")
