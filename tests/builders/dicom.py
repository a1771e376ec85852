"""Small synthetic DICOM series with made-up names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.filewriter import dcmwrite
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

MR_IMAGE_STORAGE = "1.2.840.10008.5.1.4.1.1.4"
CT_IMAGE_STORAGE = "1.2.840.10008.5.1.4.1.1.2"
AXIAL = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0)
SAGITTAL = (0.0, 1.0, 0.0, 0.0, 0.0, -1.0)
CORONAL = (1.0, 0.0, 0.0, 0.0, 0.0, -1.0)


def phantom(
    slices: int, rows: int, columns: int, bits_stored: int = 12, signed: bool = False, seed: int = 0
) -> NDArray[np.generic]:
    """A bright noisy ball in a dark noisy box, ``(slices, rows, columns)``, using the whole range of values."""
    axes = [np.linspace(-1, 1, n) if n > 1 else np.zeros(1) for n in (slices, rows, columns)]
    z, y, x = np.meshgrid(*axes, indexing="ij")
    ball = np.clip(1.2 - (x**2 + y**2 + z**2), 0, 1)
    noise = np.random.default_rng(seed).uniform(-0.1, 0.1, ball.shape)
    top = 2**bits_stored - 1
    values = np.clip((ball + noise) * top, 0, top).round() - (2 ** (bits_stored - 1) if signed else 0)
    return values.astype(f"{'i' if signed else 'u'}{1 if bits_stored <= 8 else 2}")


def build_series(
    folder: Path,
    slices: int = 5,
    rows: int = 16,
    columns: int = 20,
    bits_stored: int = 12,
    signed: bool = False,
    spacing: tuple[float, float, float] = (0.8, 0.7, 2.0),
    orientation: tuple[float, ...] = AXIAL,
    origin: tuple[float, float, float] = (-10.0, -20.0, 30.0),
    modality: str = "MR",
    voxels: NDArray[np.generic] | None = None,
    transfer_syntax: str = ExplicitVRLittleEndian,
    seed: int = 0,
    first_name: int = 0,
    **tags: Any,
) -> list[Path]:
    """Write a native series and return its files in order of position along the normal.

    ``spacing`` is (between rows, between columns, between slices) in mm. ``voxels`` ``(slices, rows, columns)``
    replaces the phantom. ``tags`` are set in every instance by keyword; a value of None removes the element, a callable
    is called with the slice number. File names run against the order of positions, and InstanceNumber is of no use
    either.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if voxels is None:
        voxels = phantom(slices, rows, columns, bits_stored, signed, seed)
    shared = _series_dataset(voxels, bits_stored, signed, spacing, orientation, modality)
    normal = np.cross(orientation[:3], orientation[3:])
    files = []
    for number, plane in enumerate(voxels):
        dataset = Dataset()
        dataset.update(shared)
        dataset.SOPInstanceUID = generate_uid(entropy_srcs=[str(shared.SeriesInstanceUID), str(seed), str(number)])
        dataset.InstanceNumber = (number * 7) % len(voxels) + 1
        dataset.ImagePositionPatient = [float(round(c, 6)) for c in np.asarray(origin) + normal * spacing[2] * number]
        dataset.PixelData = _pixel_bytes(plane, transfer_syntax)
        dataset["PixelData"].VR = "OB" if bits_stored <= 8 else "OW"
        set_tags(dataset, tags, number)
        files.append(write(dataset, folder / f"IM{first_name + len(voxels) - number:04d}.dcm", transfer_syntax))
    return files


def set_tags(dataset: Dataset, tags: dict[str, Any], number: int = 0) -> None:
    """Set elements by keyword; None removes, a callable gets the slice number."""
    for keyword, value in tags.items():
        actual = value(number) if callable(value) else value
        if actual is None:
            if keyword in dataset:
                delattr(dataset, keyword)
        else:
            setattr(dataset, keyword, actual)


def write(dataset: Dataset, path: Path, transfer_syntax: str = ExplicitVRLittleEndian) -> Path:
    """Write a data set with its file meta information."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    meta.TransferSyntaxUID = transfer_syntax
    meta.ImplementationClassUID = "2.25.1"
    dataset.file_meta = meta
    dcmwrite(path, dataset, enforce_file_format=True)
    return path


def build_structured_report(path: Path) -> Path:
    """A DICOM file that is no image."""
    dataset = Dataset()
    dataset.SOPClassUID = "1.2.840.10008.5.1.4.1.1.88.11"
    dataset.SOPInstanceUID = generate_uid()
    dataset.Modality = "SR"
    dataset.PatientName = "Muster^Erika"
    path.parent.mkdir(parents=True, exist_ok=True)
    return write(dataset, path)


def _series_dataset(
    voxels: NDArray[np.generic],
    bits_stored: int,
    signed: bool,
    spacing: tuple[float, float, float],
    orientation: tuple[float, ...],
    modality: str,
) -> Dataset:
    dataset = Dataset()
    dataset.SOPClassUID = CT_IMAGE_STORAGE if modality == "CT" else MR_IMAGE_STORAGE
    dataset.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL" if modality == "CT" else "M"]
    dataset.StudyDate = "20240229"
    dataset.Modality = modality
    dataset.InstitutionName = "Spital Beispiel"
    dataset.SeriesDescription = "Phantom"
    dataset.PatientName = "Muster^Erika"
    dataset.PatientID = "P-0001"
    dataset.PatientBirthDate = "19700131"
    dataset.PatientSex = "F"
    dataset.SliceThickness = spacing[2]
    dataset.StudyInstanceUID = generate_uid()
    dataset.SeriesInstanceUID = generate_uid()
    dataset.FrameOfReferenceUID = generate_uid()
    dataset.SeriesNumber = 3
    dataset.ImageOrientationPatient = list(orientation)
    dataset.PixelSpacing = list(spacing[:2])
    if modality == "CT":
        dataset.RescaleSlope, dataset.RescaleIntercept, dataset.RescaleType = 1, -1024, "HU"
    dataset.SamplesPerPixel = 1
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.Rows, dataset.Columns = voxels.shape[1:]
    dataset.BitsAllocated = voxels.dtype.itemsize * 8
    dataset.BitsStored, dataset.HighBit = bits_stored, bits_stored - 1
    dataset.PixelRepresentation = int(signed)
    return dataset


def _pixel_bytes(plane: NDArray[np.generic], transfer_syntax: str) -> bytes:
    order = ">" if transfer_syntax == "1.2.840.10008.1.2.2" else "<"
    raw = plane.astype(plane.dtype.newbyteorder(order)).tobytes()
    return raw + b"\0" * (len(raw) % 2)
