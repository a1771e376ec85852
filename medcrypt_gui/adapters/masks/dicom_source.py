"""The DICOM series that a mask was drawn on, as the files that refer to it need it."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pydicom
from pydicom.dataset import Dataset
from pydicom.multival import MultiValue

from medcrypt_gui.adapters.images.dicom_header import header_errors, quiet
from medcrypt_gui.adapters.images.dicom_text import PARSER_ERRORS, text
from medcrypt_gui.core.errors import UnreadableFileError
from medcrypt_gui.core.imaging.series import ImageFormat, Instance, Series
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.task import TaskContext

_UID = re.compile(r"[0-9][0-9.]{0,62}[0-9]")
# The Patient, General Study and Patient Study modules (PS3.3 C.7.1.1, C.7.2.1, C.7.2.2) that a result has in common
# with its images; what is required, if empty, comes first.
_REQUIRED = (
    "PatientName", "PatientID", "PatientBirthDate", "PatientSex", "StudyInstanceUID", "StudyDate", "StudyTime",
    "ReferringPhysicianName", "StudyID", "AccessionNumber",
)  # fmt: skip
_OPTIONAL = (
    "IssuerOfPatientID", "OtherPatientIDs", "PatientAge", "PatientSize", "PatientWeight", "StudyDescription",
    "PatientIdentityRemoved", "DeidentificationMethod", "PositionReferenceIndicator",
)  # fmt: skip
_SOP_CLASS, _SOP_INSTANCE = 0x00080016, 0x00080018
_META_CLASS, _META_INSTANCE = b"\x02\x00\x02\x00UI", b"\x02\x00\x03\x00UI"
_META_BYTES = 1024


@dataclass(frozen=True)
class SourceImage:
    """What a reference to one slice says; ``frame`` counts from 1, None in a file of one image."""

    sop_class: str
    sop_instance: str
    frame: int | None


def refusal(series: Series) -> str:
    """Why no DICOM file can refer to this series, as the rest of a sentence; empty when one can."""
    if series.format is not ImageFormat.DICOM:
        return tr("it refers to DICOM images, and this series is {format}", format=tr(series.format.value))
    first = series.instances[0]
    named = (first.study_uid, first.series_uid, *(one.sop_instance_uid for one in series.instances))
    if not all(map(_UID.fullmatch, named)):
        return tr("the images carry no identifiers to refer to")
    if not first.frame_of_reference_uid or any(one.position is None for one in series.instances):
        return tr("the images do not say where they lie in the patient")
    if any(one.tile is not None for one in series.instances):
        return tr("the slices are parts of one picture (a mosaic), which it cannot refer to")
    return ""


def source_header(series: Series) -> Dataset:
    """The first image's header without its pixels. Raises `UnreadableFileError`."""
    path = series.instances[0].path
    with header_errors(path), quiet(), path.open("rb") as file:
        return pydicom.dcmread(file, stop_before_pixels=True, force=True)


def patient_and_study(header: Dataset) -> Dataset:
    """Whose images they are, as text in UTF-8; what is required and missing is empty."""
    known = Dataset()
    known.SpecificCharacterSet = "ISO_IR 192"
    with quiet():
        for keyword in (*_REQUIRED, *_OPTIONAL):
            try:
                value = header.get(keyword)
            except PARSER_ERRORS:
                value = None
            if value or keyword in _REQUIRED:
                setattr(known, keyword, _plain(value))
    return known


def sources(series: Series, task: TaskContext) -> tuple[SourceImage, ...]:
    """What each slice refers to, in order. Raises `UnreadableFileError` for files that changed, `Cancelled`."""
    classes: dict[str, str] = {}
    for one in series.instances:
        task.checkpoint()
        if one.sop_instance_uid not in classes:
            classes[one.sop_instance_uid] = _sop_class(one)
    return tuple(
        SourceImage(classes[one.sop_instance_uid], one.sop_instance_uid, None if one.frame is None else one.frame + 1)
        for one in series.instances
    )


def series_number(header: Dataset) -> int:
    """A number for the result, near that of the images in any list."""
    found = text(header, "SeriesNumber")
    return (int(found) if found.isdigit() and int(found) < 10**6 else 0) * 100 + 90


def _sop_class(instance: Instance) -> str:
    """From the meta information, which takes a tenth of the time, where it speaks of the same instance."""
    with header_errors(instance.path), quiet(), instance.path.open("rb") as file:
        start = file.read(_META_BYTES)
        if _uid_in(start, _META_INSTANCE) == instance.sop_instance_uid and (named := _uid_in(start, _META_CLASS)):
            return named
        file.seek(0)
        head = pydicom.dcmread(file, stop_before_pixels=True, force=True, specific_tags=[_SOP_CLASS, _SOP_INSTANCE])
        if text(head, "SOPInstanceUID") == instance.sop_instance_uid:
            return text(head, "SOPClassUID")
    raise UnreadableFileError(tr("the file changed while it was opened; open it again"), path=instance.path)


def _uid_in(start: bytes, element: bytes) -> str:
    """The UID that follows the head of an element, tag and VR; empty where there is none."""
    at = start.find(element)
    if start[128:132] != b"DICM" or at < 0:
        return ""
    size = int.from_bytes(start[at + 6 : at + 8], "little")
    found = start[at + 8 : at + 8 + size].strip(b"\0 ").decode("latin-1")
    return found if _UID.fullmatch(found) else ""


def _plain(value: object) -> object:
    if value is None:
        return ""
    return [str(part) for part in value] if isinstance(value, MultiValue) else str(value)
