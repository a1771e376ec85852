"""Small synthetic NIfTI files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nibabel
import numpy as np
from builders.dicom import phantom
from numpy.typing import NDArray

AFFINE_RAS = np.array([[-0.9, 0.0, 0.0, 8.0], [0.0, 1.1, 0.0, -9.0], [0.0, 0.0, 2.0, 4.0], [0.0, 0.0, 0.0, 1.0]])


def build_nifti(
    path: Path,
    voxels: NDArray[Any] | None = None,
    affine_ras: NDArray[np.float64] | None = AFFINE_RAS,
    slope: float | None = None,
    intercept: float | None = None,
    big_endian: bool = False,
) -> Path:
    """Write ``voxels`` ``(Z, Y, X)`` (the phantom by default); no affine writes neither sform nor qform.

    ``slope`` and ``intercept`` go into the header only; the voxels are written as they are.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if voxels is None:
        voxels = phantom(5, 16, 20).astype(np.int16)
    header = nibabel.Nifti1Header(endianness=">" if big_endian else "<")
    header.set_data_dtype(voxels.dtype)
    image = nibabel.Nifti1Image(voxels.transpose(), affine_ras, header, dtype=voxels.dtype)
    if affine_ras is not None:
        image.set_sform(affine_ras, 1)
        image.set_qform(affine_ras, 1)
    image.header.set_slope_inter(slope, intercept)
    nibabel.save(image, path)
    return path
