"""Reading scans, and keeping them in memory upright at the model's voxel size."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import nibabel
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.segmentation.preprocess import patient_grid, reduce_blocks, sample
from models.training.split import Scan


@dataclass(frozen=True, eq=False)
class Upright:
    """One scan on an upright grid: ``values`` from 0 (air), ``target`` soft 0..1, ``labels`` region numbers or None."""

    group: str
    values: NDArray[np.float32]
    target: NDArray[np.float32]
    labels: NDArray[np.uint8] | None
    geometry: Geometry


def read_volume(path: Path) -> Volume:
    """A NIfTI file as the application holds it."""
    image = nibabel.load(path)
    voxels = np.ascontiguousarray(np.asanyarray(image.dataobj).transpose(2, 1, 0))
    return Volume(voxels, Geometry.from_ras(voxels.shape, image.affine))


def read_reference(path: Path) -> Volume:
    """A brain mask without the specks that carrying it over from another image left outside the brain."""
    volume = read_volume(path)
    pieces, _ = ndimage.label(volume.stored > 0)
    largest = 1 + int(np.argmax(np.bincount(pieces.ravel())[1:]))
    return Volume((pieces == largest).astype(np.uint8), volume.geometry)


def upright(scan: Scan, spacing_mm: float) -> Upright:
    """The scan at the model's voxel size, over its whole field of view."""
    values, geometry = reduce_blocks(read_volume(scan.image), spacing_mm)
    grid = patient_grid(geometry, spacing_mm)
    image = sample(values, geometry, grid, outside=np.nan)
    image = np.nan_to_num(image - np.nanmin(image), nan=0.0)
    target = sample(*reduce_blocks(read_reference(scan.mask), spacing_mm), grid)
    return Upright(scan.group, image, target, _labels_on(scan, grid), grid)


def _labels_on(scan: Scan, grid: Geometry) -> NDArray[np.uint8] | None:
    if scan.labels is None:
        return None
    volume = read_volume(scan.labels)
    to_source = np.linalg.inv(volume.geometry.affine_lps) @ grid.affine_lps
    flip = np.ix_([2, 1, 0], [2, 1, 0])
    return np.asarray(
        ndimage.affine_transform(
            volume.stored.astype(np.uint8), to_source[:3, :3][flip], to_source[:3, 3][::-1], grid.shape, order=0
        )
    )
