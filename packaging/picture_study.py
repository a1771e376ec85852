"""The studies that the pictures of the guide show: the sample, and what can be made from it. No patient anywhere."""

from __future__ import annotations

import copy
import shutil
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

import nibabel
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

_AXIAL, _CORONAL, _SAGITTAL = [1, 0, 0, 0, 1, 0], [1, 0, 0, 0, 0, -1], [0, 1, 0, 0, 0, -1]
_HIGHEST = 4095
_PHASES = 6


def build_study(samples: Path, folder: Path) -> Path:
    """The sample series and three that are made from it, in one study and one frame of reference."""
    import pydicom

    shutil.copytree(samples / "dicom", folder / "1 T1")
    slices = [pydicom.dcmread(path) for path in sorted((folder / "1 T1").glob("*.dcm"))]
    voxels = np.stack([one.pixel_array for one in slices])
    dark_fat = _other_contrast(voxels)
    first = slices[0]
    spacing = float(first.PixelSpacing[0])
    x, y, z = (float(v) for v in first.ImagePositionPatient)
    top = z + (len(voxels) - 1) * spacing
    _write(
        folder / "2 T2", first, dark_fat[::-1, ::2].swapaxes(0, 1), (x, y, top), (0, 2, 0), _CORONAL, 2, "T2 coronal"
    )
    _write(folder / "3 PD", first, _mixed(voxels, dark_fat)[::3], (x, y, z), (0, 0, 3), _AXIAL, 3, "PD axial 4.5 mm")
    _write(
        folder / "4 T2",
        first,
        dark_fat[::-1, :, ::2].transpose(2, 0, 1),
        (x, y, top),
        (2, 0, 0),
        _SAGITTAL,
        4,
        "T2 sagittal",
    )
    return folder


def build_worklist(samples: Path, folder: Path) -> Path:
    """Eight heads of different brightness, all but one with a mask that is more or less the brain."""
    folder.mkdir(parents=True)
    image = nibabel.load(samples / "colin27.nii.gz")
    head = np.asarray(image.dataobj)[::2, ::2, ::2].astype(np.float32)
    affine = image.affine @ np.diag([2, 2, 2, 1])
    places = np.stack(np.meshgrid(*(np.linspace(-1, 1, n) for n in head.shape), indexing="ij"), axis=-1)
    for n in range(8):
        scan = (head * (1 - 0.06 * n)).astype(np.int16)
        nibabel.save(nibabel.Nifti1Image(scan, affine), folder / f"head-{n + 1:02}.nii.gz")
        away = np.linalg.norm((places - np.array([0.0, 0.0, 0.12])) / (0.66, 0.72 - 0.03 * n, 0.62), axis=-1)
        if n != 6:
            mask = ((away < 1) & (head > _HIGHEST / 20)).astype(np.uint8)
            nibabel.save(nibabel.Nifti1Image(mask, affine), folder / f"head-{n + 1:02}_mask.nii.gz")
    return folder


def build_phases(samples: Path, path: Path) -> Path:
    """The head with a ball that brightens and fades, as several volumes on one grid."""
    image = nibabel.load(samples / "colin27.nii.gz")
    head = np.asarray(image.dataobj)[::2, ::2, ::2].astype(np.float32)
    places = np.stack(np.meshgrid(*(np.arange(n) for n in head.shape), indexing="ij"), axis=-1)
    away = np.linalg.norm(places - np.array(head.shape) * (0.62, 0.5, 0.55), axis=-1)
    ball = np.exp(-((away / 8) ** 2)) * (head > _HIGHEST / 10)
    volumes = [head + ball * 2500 * np.sin(np.pi * k / (_PHASES - 1)) for k in range(_PHASES)]
    affine = image.affine @ np.diag([2, 2, 2, 1])
    phases = nibabel.Nifti1Image(np.stack(volumes, axis=-1).clip(0, _HIGHEST).astype(np.int16), affine)
    phases.header.set_xyzt_units("mm", "sec")
    nibabel.save(phases, path)
    return path


def _other_contrast(voxels: NDArray[np.uint16]) -> NDArray[np.uint16]:
    """Bright where the T1 is dark, as fluid is in a T2; what surrounds the head stays black."""
    from scipy import ndimage

    head = ndimage.binary_fill_holes(ndimage.binary_closing(voxels > _HIGHEST / 12, iterations=3))
    inside = ndimage.gaussian_filter(ndimage.binary_erosion(head, iterations=2).astype(np.float32), 1.0)
    return np.asarray(inside * np.clip(2900.0 - voxels, 150, _HIGHEST), dtype=np.uint16)


def _mixed(one: NDArray[np.uint16], other: NDArray[np.uint16]) -> NDArray[np.uint16]:
    return (one.astype(np.uint32) // 3 + other * 2 // 3).astype(np.uint16)


def _write(
    folder: Path,
    like: Dataset,
    planes: NDArray[np.uint16],
    first: tuple[float, float, float],
    step: tuple[int, int, int],
    orientation: list[int],
    number: int,
    description: str,
) -> None:
    """Planes ``(n, rows, columns)`` from the ``first`` position on; ``step`` is in voxels of the sample."""
    folder.mkdir()
    spacing = float(like.PixelSpacing[0])
    for n, plane in enumerate(planes):
        made = copy.deepcopy(like)
        made.SeriesInstanceUID, made.SOPInstanceUID = _uid(description), _uid(f"{description} {n}")
        made.file_meta.MediaStorageSOPInstanceUID = made.SOPInstanceUID
        made.SeriesNumber, made.InstanceNumber, made.SeriesDescription = number, n + 1, description
        made.ImagePositionPatient = [round(a + n * b * spacing, 4) for a, b in zip(first, step, strict=True)]
        made.ImageOrientationPatient = orientation
        made.SliceThickness = made.SpacingBetweenSlices = max(step) * spacing
        made.Rows, made.Columns = plane.shape
        made.PixelData = np.ascontiguousarray(plane, dtype="<u2").tobytes()
        made.save_as(folder / f"IM{n + 1:04d}.dcm")


def _uid(name: str) -> str:
    return f"2.25.{uuid.uuid5(uuid.NAMESPACE_URL, f'https://medcrypt.invalid/pictures/{name}').int}"
