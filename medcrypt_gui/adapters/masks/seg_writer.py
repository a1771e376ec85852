"""Masks as DICOM Segmentation objects, made with highdicom."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from highdicom.color import CIELabColor
from highdicom.content import AlgorithmIdentificationSequence
from highdicom.seg import (
    SegmentAlgorithmTypeValues,
    Segmentation,
    SegmentationTypeValues,
    SegmentDescription,
)
from highdicom.sr.coding import CodedConcept
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, MRImageStorage, generate_uid
from pydicom.valuerep import format_number_as_ds

from medcrypt_gui import __version__
from medcrypt_gui.adapters.images.dicom_header import quiet
from medcrypt_gui.adapters.images.dicom_text import PARSER_ERRORS
from medcrypt_gui.adapters.masks.dicom_source import (
    SourceImage,
    patient_and_study,
    series_number,
    source_header,
    sources,
)
from medcrypt_gui.adapters.masks.segment_names import LONGEST_NAME, marked_labels, name_of
from medcrypt_gui.core.errors import UnsupportedInputError
from medcrypt_gui.core.imaging.series import Series
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.mask.labels import ROI, Label
from medcrypt_gui.core.mask.mask_file import MaskMaker
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.task import TaskContext

TRACKING_ID = "MedCrypt label {number}"
"""By this the label's own number is found again: segments of a binary object must be numbered from 1 without gaps."""
# What was marked is known to the user only; this is what 3D Slicer, too, writes for a segment of no known kind.
_TISSUE = CodedConcept("85756007", "SCT", "Tissue")
_MODEL_FAMILY = CodedConcept("123110", "DCM", "Artificial Intelligence")


@dataclass(frozen=True)
class _Kind:
    type: SegmentationTypeValues
    description: str


_BINARY = _Kind(SegmentationTypeValues.BINARY, "MedCrypt mask")
_LABEL_MAP = _Kind(SegmentationTypeValues.LABELMAP, "MedCrypt label map")


def encode_seg(mask: RoiMask, series: Series, maker: MaskMaker, task: TaskContext, label_map: bool) -> bytes:
    """The file: a bit a voxel and a segment a label, or a byte a voxel with the labels' numbers (``label_map``).

    Slices without a mark are left out, unless nothing is marked at all. Raises `UnreadableFileError` for images that
    changed, `UnsupportedInputError` for such as cannot be referred to, and `Cancelled`.
    """
    header, references = source_header(series), sources(series, task)
    try:
        with quiet():  # highdicom's warnings quote names
            made = _segmentation(mask, _stand_ins(series, references), series_number(header), maker, label_map)
            task.checkpoint()
            made.update(patient_and_study(header))
            _refer(made, references)
            _pack_tiny_frames(made)
            file = io.BytesIO()
            made.save_as(file, enforce_file_format=True)
    except PARSER_ERRORS as exc:
        detail = tr("no DICOM SEG can be made for these images ({kind}); save it as NIfTI", kind=type(exc).__name__)
        raise UnsupportedInputError(detail, path=series.instances[0].path) from exc
    return file.getvalue()


def _segmentation(
    mask: RoiMask, images: Sequence[Dataset], number: int, maker: MaskMaker, label_map: bool
) -> Segmentation:
    labels = marked_labels(mask)
    kind = _LABEL_MAP if label_map else _BINARY
    numbers = [label.number for label in labels] if label_map else list(range(1, len(labels) + 1))
    return Segmentation(
        source_images=images,
        pixel_array=mask.labels if label_map else _renumbered(mask.labels, labels),
        segmentation_type=kind.type,
        segment_descriptions=[_segment(label, own, maker) for label, own in zip(labels, numbers, strict=True)],
        series_instance_uid=generate_uid(),
        series_number=number,
        sop_instance_uid=generate_uid(),
        instance_number=1,
        manufacturer="MedCrypt",
        manufacturer_model_name="MedCrypt",
        software_versions=__version__,
        device_serial_number="1",
        content_label="MASK",
        content_description=kind.description,
        omit_empty_frames=bool(mask.labels.any()),
        transfer_syntax_uid=ExplicitVRLittleEndian,
        series_description=kind.description,
    )


def _renumbered(labels: NDArray[np.uint8], marked: Sequence[Label]) -> NDArray[np.uint8]:
    if all(label.number == place + 1 for place, label in enumerate(marked)):
        return labels
    table = np.zeros(256, np.uint8)
    table[[label.number for label in marked]] = np.arange(1, len(marked) + 1)
    return table[labels]


def _segment(label: Label, number: int, maker: MaskMaker) -> SegmentDescription:
    kind, algorithm = SegmentAlgorithmTypeValues.MANUAL, None
    if label.number == ROI and maker.models:
        kinds = SegmentAlgorithmTypeValues
        kind = kinds.SEMIAUTOMATIC if maker.corrected else kinds.AUTOMATIC
        algorithm = AlgorithmIdentificationSequence(", ".join(maker.models)[:LONGEST_NAME], _MODEL_FAMILY, __version__)
    return SegmentDescription(
        segment_number=number,
        segment_label=name_of(label),
        segmented_property_category=_TISSUE,
        segmented_property_type=_TISSUE,
        algorithm_type=kind,
        algorithm_identification=algorithm,
        tracking_uid=generate_uid(),
        tracking_id=TRACKING_ID.format(number=label.number),
        display_color=CIELabColor.from_rgb(*label.colour),
    )


def _stand_ins(series: Series, references: Sequence[SourceImage]) -> list[Dataset]:
    """What highdicom wants to know of each slice, as if it were a file of its own.

    Frames of one file go by names made of its own and their number, which `_refer` replaces.
    """
    first = series.instances[0]
    common = Dataset()
    common.file_meta = FileMetaDataset()
    common.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    common.Modality = series.modality or "OT"
    common.StudyInstanceUID, common.SeriesInstanceUID = first.study_uid, first.series_uid
    common.FrameOfReferenceUID = first.frame_of_reference_uid
    common.Rows, common.Columns = series.geometry.shape[1:]
    common.ImageOrientationPatient = _decimals(first.orientation or ())
    common.PixelSpacing = _decimals(first.spacing or (1.0, 1.0))
    common.SliceThickness = _decimals((first.thickness_mm or series.geometry.slice_distance_mm[2],))[0]
    for keyword in ("PatientName", "PatientID", "PatientBirthDate", "PatientSex", "StudyID", "StudyDate", "StudyTime"):
        setattr(common, keyword, "")
    common.AccessionNumber = common.ReferringPhysicianName = ""
    stand_ins = []
    for place, (instance, reference) in enumerate(zip(series.instances, references, strict=True)):
        one = Dataset()
        one.update(common)
        one.file_meta = common.file_meta
        one.SOPClassUID = reference.sop_class if reference.frame is None else MRImageStorage
        one.SOPInstanceUID = reference.sop_instance if reference.frame is None else _frame_name(place)
        one.ImagePositionPatient = _decimals(instance.position or ())
        stand_ins.append(one)
    return stand_ins


def _frame_name(place: int) -> str:
    return f"2.25.{place + 1}"


def _refer(made: Dataset, references: Sequence[SourceImage]) -> None:
    """Put the frames of files in place of their stand-ins."""
    if all(reference.frame is None for reference in references):
        return
    by_name = {_frame_name(place): reference for place, reference in enumerate(references)}
    for item in made.PerFrameFunctionalGroupsSequence:
        for derivation in item.get("DerivationImageSequence", ()):
            for source in derivation.SourceImageSequence:
                reference = by_name.get(source.ReferencedSOPInstanceUID)
                if reference is not None:  # frames of several segments share what they refer to
                    _name(source, reference)
                    source.ReferencedFrameNumber = reference.frame
    for referenced in made.ReferencedSeriesSequence:
        kept = {}
        for item in referenced.ReferencedInstanceSequence:
            _name(item, by_name[item.ReferencedSOPInstanceUID])
            kept[item.ReferencedSOPInstanceUID] = item
        referenced.ReferencedInstanceSequence = list(kept.values())


def _pack_tiny_frames(made: Dataset) -> None:
    """Bits of frames follow each other without gaps; highdicom 0.28 begins a new byte for frames of less than eight."""
    size, count = made.Rows * made.Columns, made.NumberOfFrames
    if made.BitsAllocated == 1 and size < 8:
        apart = np.frombuffer(made.PixelData, np.uint8)[:count, None]
        packed = np.packbits(np.unpackbits(apart, axis=1, bitorder="little")[:, :size], bitorder="little").tobytes()
        made.PixelData = packed + b"\0" * (len(packed) % 2)


def _name(item: Dataset, reference: SourceImage) -> None:
    item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = reference.sop_class, reference.sop_instance


def _decimals(values: Sequence[float]) -> list[str]:
    """As decimal strings of at most 16 characters."""
    return [format_number_as_ds(float(value)) for value in values]
