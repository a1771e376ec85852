"""Masks as DICOM RT Structure Sets: outlines along the edges of pixels, holes joined by keyholes (decision 0015)."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.filewriter import dcmwrite
from pydicom.tag import Tag
from pydicom.uid import ImplicitVRLittleEndian, RTStructureSetStorage, generate_uid

from medcrypt_gui import __version__
from medcrypt_gui.adapters.images.dicom_header import quiet
from medcrypt_gui.adapters.masks.dicom_source import (
    SourceImage,
    patient_and_study,
    series_number,
    source_header,
    sources,
)
from medcrypt_gui.adapters.masks.segment_names import marked_labels, name_of
from medcrypt_gui.core.imaging.series import Series
from medcrypt_gui.core.imaging.slice_places import SlicePlaces
from medcrypt_gui.core.mask.labels import ROI, Label
from medcrypt_gui.core.mask.mask_file import MaskMaker
from medcrypt_gui.core.mask.outline import outlines
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.task import TaskContext

_CONTOUR_DATA = Tag("ContourData")
_STUDY_CLASS = "1.2.840.10008.3.1.2.3.1"  # Detached Study Management, which the standard asks for here
_FINEST = 1e-3  # of a pixel: far below the half pixel by which outlines miss the centres
_MOST_CHARACTERS = 16  # of a decimal string


def encode_rtstruct(mask: RoiMask, series: Series, maker: MaskMaker, task: TaskContext) -> bytes:
    """The file: one ROI a label that has voxels, its number that of the label. Raises as `sources`."""
    header, references = source_header(series), sources(series, task)
    places = SlicePlaces.of_series(series)
    labels = marked_labels(mask)
    made = _head(header, series, references)
    made.StructureSetROISequence = [_roi(label, series, maker) for label in labels]
    made.RTROIObservationsSequence = [_observation(place + 1, label) for place, label in enumerate(labels)]
    made.ROIContourSequence = [_contours(label, mask.labels, places, references, task) for label in labels]
    made.file_meta = FileMetaDataset()
    made.file_meta.MediaStorageSOPClassUID, made.file_meta.MediaStorageSOPInstanceUID = (
        made.SOPClassUID,
        made.SOPInstanceUID,
    )
    # The convention for these files: an explicit VR could not hold a contour of more than 64 KB.
    made.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian
    file = io.BytesIO()
    with quiet():
        dcmwrite(file, made, enforce_file_format=True)
    return file.getvalue()


def _head(header: Dataset, series: Series, references: Sequence[SourceImage]) -> Dataset:
    """Everything but the contours."""
    now = datetime.now()
    made = patient_and_study(header)
    made.SOPClassUID, made.SOPInstanceUID = RTStructureSetStorage, generate_uid()
    made.Modality, made.SeriesInstanceUID, made.SeriesNumber = "RTSTRUCT", generate_uid(), series_number(header)
    made.SeriesDescription, made.InstanceNumber, made.OperatorsName = "MedCrypt mask", 1, ""
    made.Manufacturer = made.ManufacturerModelName = "MedCrypt"
    made.SoftwareVersions = __version__
    made.StructureSetLabel = "MASK"
    made.InstanceCreationDate = made.StructureSetDate = now.strftime("%Y%m%d")
    made.InstanceCreationTime = made.StructureSetTime = now.strftime("%H%M%S")
    made.FrameOfReferenceUID = series.frame_of_reference_uid
    made.ApprovalStatus = "UNAPPROVED"
    frame, study, images = Dataset(), Dataset(), Dataset()
    images.SeriesInstanceUID = series.series_instance_uid
    files = {one.sop_instance: one for one in references}
    images.ContourImageSequence = [_image(SourceImage(one.sop_class, name, None)) for name, one in files.items()]
    study.ReferencedSOPClassUID, study.ReferencedSOPInstanceUID = _STUDY_CLASS, made.StudyInstanceUID
    study.RTReferencedSeriesSequence = [images]
    frame.FrameOfReferenceUID, frame.RTReferencedStudySequence = series.frame_of_reference_uid, [study]
    made.ReferencedFrameOfReferenceSequence = [frame]
    return made


def _roi(label: Label, series: Series, maker: MaskMaker) -> Dataset:
    item = Dataset()
    item.ROINumber, item.ROIName = label.number, name_of(label)
    item.ReferencedFrameOfReferenceUID = series.frame_of_reference_uid
    proposed = label.number == ROI and bool(maker.models)
    item.ROIGenerationAlgorithm = "MANUAL" if not proposed else "SEMIAUTOMATIC" if maker.corrected else "AUTOMATIC"
    return item


def _observation(number: int, label: Label) -> Dataset:
    item = Dataset()
    item.ObservationNumber, item.ReferencedROINumber = number, label.number
    item.RTROIInterpretedType, item.ROIInterpreter = "", ""
    return item


def _contours(
    label: Label,
    labels: NDArray[np.uint8],
    places: SlicePlaces,
    references: Sequence[SourceImage],
    task: TaskContext,
) -> Dataset:
    item = Dataset()
    item.ROIDisplayColor, item.ReferencedROINumber = list(label.colour), label.number
    decimals = max(2, math.ceil(-math.log10(places.pixel_mm * _FINEST)))
    contours: list[Dataset] = []
    for z, plane in enumerate(labels):
        task.checkpoint()
        for line in outlines(plane == label.number):
            contours.append(_contour(places.to_mm(z, line), decimals, len(contours) + 1, references[z]))
    item.ContourSequence = contours
    return item


def _contour(points_mm: NDArray[np.float64], decimals: int, number: int, reference: SourceImage) -> Dataset:
    item = Dataset()
    item.ContourImageSequence = [_image(reference)]
    item.ContourGeometricType = "CLOSED_PLANAR"
    item.NumberOfContourPoints, item.ContourNumber = len(points_mm), number
    # Written as text here: pydicom would take a second for what a large mask has.
    written = "\\".join(f"{value:.{decimals}f}"[:_MOST_CHARACTERS] for value in points_mm.ravel().tolist()).encode()
    written += b" " * (len(written) % 2)
    item[_CONTOUR_DATA] = RawDataElement(_CONTOUR_DATA, "DS", len(written), written, 0, True, True)
    return item


def _image(reference: SourceImage) -> Dataset:
    item = Dataset()
    item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = reference.sop_class, reference.sop_instance
    if reference.frame is not None:
        item.ReferencedFrameNumber = reference.frame
    return item
