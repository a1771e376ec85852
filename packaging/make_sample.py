"""Make the sample study in resources/samples: one head MR (Colin27) as a DICOM series and as NIfTI.

Usage: ``python packaging/make_sample.py CH2.nii.gz COPYRIGHT [TARGET]``. Both inputs come from Debian's package
``mricron-data``: ``usr/share/mricron/templates/ch2.nii.gz`` and ``usr/share/doc/mricron-data/copyright``.
The output is the same, byte for byte, on every run.
"""

from __future__ import annotations

import argparse
import gzip
import uuid
from dataclasses import dataclass
from pathlib import Path

import nibabel
import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, MRImageStorage
from scipy import ndimage

SPACING_MM = 1.5
MARGIN_MM = 6.0
HIGHEST_STORED = 4095  # 12 bits, as scanners store
_PROVENANCE = """\
The sample study in this folder shows Colin27, the average of 27 T1-weighted MR scans of one man's head
(C.J. Holmes et al., "Enhancement of MR images using registration for signal averaging", J Comput Assist Tomogr 22,
1998), from the file ch2.nii.gz of MRIcron as Debian packages it (mricron-data), cropped to the head and resampled to
1.5 mm by packaging/make_sample.py. Name, identifiers and dates in the DICOM files are made up. The package's notice, in
full:

"""


@dataclass(frozen=True, eq=False)
class Head:
    """``stored`` is ``(Z, Y, X)`` uint16, axes along L, P and S; ``first_mm`` is the first voxel's centre in LPS."""

    stored: NDArray[np.uint16]
    first_mm: NDArray[np.float64]


def read_head(path: Path) -> Head:
    """The template upright in LPS, cropped to the head, at 1.5 mm and 12 bits."""
    image = nibabel.as_closest_canonical(nibabel.load(path))
    values = np.asarray(image.dataobj, dtype=np.float32).transpose(2, 1, 0)[:, ::-1, ::-1]
    spacing = np.array(image.header.get_zooms()[::-1], dtype=np.float64)
    last_xyz = np.array(image.shape, dtype=np.float64) - 1
    last_ras = (image.affine @ np.array([*last_xyz[:2], 0.0, 1.0]))[:3]
    first_lps = last_ras * (-1.0, -1.0, 1.0)
    box = _head_box(values, spacing)
    first_lps = first_lps + np.array([s.start for s in box])[::-1] * spacing[::-1]
    smooth = ndimage.gaussian_filter(values[box], 0.35 * (SPACING_MM / spacing - 0.5))
    shape = tuple(int(n * s / SPACING_MM) for n, s in zip(smooth.shape, spacing, strict=True))
    finer = ndimage.affine_transform(smooth, SPACING_MM / spacing, output_shape=shape, order=3)
    scaled = np.clip(np.rint(finer * (HIGHEST_STORED / np.percentile(values, 99.99))), 0, HIGHEST_STORED)
    return Head(scaled.astype(np.uint16), first_lps)


def _head_box(values: NDArray[np.float32], spacing: NDArray[np.float64]) -> tuple[slice, ...]:
    pieces, _ = ndimage.label(ndimage.binary_opening(values > 0.1 * np.percentile(values, 99), iterations=2))
    largest = 1 + int(np.argmax(np.bincount(pieces.ravel())[1:]))
    found = ndimage.find_objects((pieces == largest).astype(np.uint8))[0]
    margins = np.rint(MARGIN_MM / spacing).astype(int)
    return tuple(
        slice(max(0, s.start - m), min(n, s.stop + m)) for s, m, n in zip(found, margins, values.shape, strict=True)
    )


def write_nifti(head: Head, path: Path) -> None:
    """One NIfTI-1 file of int16."""
    affine = np.diag([-SPACING_MM, -SPACING_MM, SPACING_MM, 1.0])
    affine[:3, 3] = head.first_mm * (-1.0, -1.0, 1.0)
    image = nibabel.Nifti1Image(head.stored.astype(np.int16).transpose(2, 1, 0), affine)
    image.header["descrip"] = b"Colin27, sample study of MedCrypt"
    image.set_sform(affine, code=1)
    image.set_qform(affine, code=1)
    image.header.set_xyzt_units("mm")
    path.write_bytes(gzip.compress(image.to_bytes(), 9, mtime=0))


def write_dicom(head: Head, folder: Path) -> None:
    """One axial MR series, a file a slice from the feet up, explicit VR little endian."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("IM*.dcm"):
        old.unlink()
    for number, pixels in enumerate(head.stored, start=1):
        _instance(head, number, pixels).save_as(folder / f"IM{number:04d}.dcm", enforce_file_format=True)


def _instance(head: Head, number: int, pixels: NDArray[np.uint16]) -> FileDataset:
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = MRImageStorage
    meta.MediaStorageSOPInstanceUID = _uid(f"instance {number}")
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.ImplementationClassUID = _uid("implementation")
    meta.ImplementationVersionName = "MEDCRYPT_SAMPLE"
    data = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    _describe_study(data)
    data.SOPClassUID, data.SOPInstanceUID = MRImageStorage, meta.MediaStorageSOPInstanceUID
    data.InstanceNumber = number
    position = head.first_mm + np.array([0.0, 0.0, (number - 1) * SPACING_MM])
    data.ImagePositionPatient = [round(float(v), 4) for v in position]
    data.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    data.SliceLocation = round(float(position[2]), 4)
    data.PixelSpacing, data.SliceThickness, data.SpacingBetweenSlices = [SPACING_MM] * 2, SPACING_MM, SPACING_MM
    data.SamplesPerPixel, data.PhotometricInterpretation = 1, "MONOCHROME2"
    data.Rows, data.Columns = pixels.shape
    data.BitsAllocated, data.BitsStored, data.HighBit, data.PixelRepresentation = 16, 12, 11, 0
    data.WindowCenter, data.WindowWidth = "1500", "3000"
    data.PixelData = np.ascontiguousarray(pixels, dtype="<u2").tobytes()
    return data


def _describe_study(data: Dataset) -> None:
    """Patient, study, series and equipment; all made up."""
    data.SpecificCharacterSet = "ISO_IR 192"
    data.ImageType = ["DERIVED", "PRIMARY", "M"]
    data.PatientName, data.PatientID = "Sample^Colin27", "SAMPLE-0027"
    data.PatientBirthDate, data.PatientSex, data.PatientAge = "19700101", "M", "028Y"
    data.StudyDate = data.SeriesDate = data.ContentDate = "19980301"
    data.StudyTime = data.SeriesTime = data.ContentTime = "093000"
    data.AccessionNumber, data.StudyID, data.ReferringPhysicianName = "SAMPLE1", "1", "Example^Doctor"
    data.StudyDescription, data.SeriesDescription = "Sample head MR", "T1 axial 1.5 mm"
    data.StudyInstanceUID, data.SeriesInstanceUID = _uid("study"), _uid("series")
    data.FrameOfReferenceUID, data.PositionReferenceIndicator = _uid("frame of reference"), ""
    data.SeriesNumber, data.Modality, data.PatientPosition, data.BodyPartExamined = 1, "MR", "HFS", "HEAD"
    data.Manufacturer, data.ManufacturerModelName, data.InstitutionName = "MedCrypt", "Sample", "Sample Hospital"
    data.ScanningSequence, data.SequenceVariant, data.ScanOptions, data.MRAcquisitionType = "GR", "SP", "", "3D"
    data.RepetitionTime, data.EchoTime, data.EchoTrainLength, data.FlipAngle = "18", "10", 1, "30"
    data.MagneticFieldStrength, data.Laterality = "1.5", ""


def _uid(name: str) -> str:
    """The same UID under 2.25 on every run."""
    return f"2.25.{uuid.uuid5(uuid.NAMESPACE_URL, f'https://medcrypt.invalid/samples/colin27/{name}').int}"


def main() -> None:
    parser = argparse.ArgumentParser(description="Make the sample study.")
    parser.add_argument("template", type=Path, help="ch2.nii.gz")
    parser.add_argument("notice", type=Path, help="the package's copyright file")
    parser.add_argument("target", type=Path, nargs="?", default=Path(__file__).parent.parent / "resources" / "samples")
    arguments = parser.parse_args()
    head = read_head(arguments.template)
    write_dicom(head, arguments.target / "dicom")
    write_nifti(head, arguments.target / "colin27.nii.gz")
    notice = _PROVENANCE + arguments.notice.read_text(encoding="utf-8")
    (arguments.target / "NOTICE.txt").write_text(notice, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
