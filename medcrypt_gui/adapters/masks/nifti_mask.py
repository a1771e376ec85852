"""Masks as NIfTI files."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import nibabel
import numpy as np

from medcrypt_gui.adapters.images.nifti import NiftiReader
from medcrypt_gui.adapters.images.nifti_header import read_header
from medcrypt_gui.core.errors import MaskMismatchError
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.masks_on_grid import reorder_to_grid
from medcrypt_gui.core.imaging.series import ImageFormat, Series
from medcrypt_gui.core.imaging.shear import is_sheared
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.mask.labels import ROI
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.safe_write import write_atomically
from medcrypt_gui.core.task import TaskContext


class NiftiMaskFile:
    """Reads and writes masks, behind the port."""

    def read(self, path: Path, geometry: Geometry) -> RoiMask:
        """See `read_mask`."""
        return read_mask(path, geometry)

    def write(self, path: Path, mask: RoiMask, force: bool = False) -> None:
        """See `write_mask`."""
        write_mask(path, mask, force)


def read_mask(path: Path, geometry: Geometry) -> RoiMask:
    """The mask on an image's grid: every voxel that is not zero is in the ROI.

    A file whose axes are permuted or flipped is reordered. Where neither the image nor the mask says how it lies in the
    patient, equal shapes suffice. Raises `MaskMismatchError` when the voxels do not coincide, `UnreadableFileError`,
    `UnsupportedInputError`.
    """
    header = read_header(path)
    if sorted(header.geometry.shape) != sorted(geometry.shape):  # before a mask of any size is inflated
        mask, image = (" x ".join(map(str, grid.shape[::-1])) for grid in (header.geometry, geometry))
        raise MaskMismatchError(tr("the mask is {mask} voxels, the image {image}", mask=mask, image=image), path=path)
    series = Series(str(path), ImageFormat.NIFTI, "", path.name, None, (path,), header.geometry)
    stored = NiftiReader().load(series, TaskContext()).stored
    inside = np.where((stored != 0) & (stored == stored), np.uint8(ROI), np.uint8(0))  # NaN is outside
    try:
        if not geometry.oriented and not header.geometry.oriented and header.geometry.shape == geometry.shape:
            return RoiMask(inside, geometry)
        return RoiMask(reorder_to_grid(inside, header.geometry, geometry), geometry)
    except MaskMismatchError as exc:
        raise MaskMismatchError(exc.detail, path=path) from exc


def write_mask(path: Path, mask: RoiMask, force: bool = False) -> None:
    """Write the labels as NIfTI-1 uint8, gzipped when the name ends so.

    Raises `WriteError` and its kinds; an existing file is replaced only with ``force``.
    """
    new_image: Any = nibabel.Nifti1Image  # nibabel is not typed
    image = new_image(mask.labels.transpose(), mask.geometry.affine_ras, dtype=np.uint8)
    code = 1 if mask.geometry.oriented else 0
    image.set_sform(mask.geometry.affine_ras, code)
    # A qform cannot shear. Readers that find it declared beside the sform may take it, and put the mask elsewhere (ITK
    # 5.4 does); not declared, they take the sform or say that they cannot.
    image.set_qform(mask.geometry.affine_ras, 0 if is_sheared(mask.geometry) else code, strip_shears=True)
    content = image.to_bytes()
    if path.name.lower().endswith(".gz"):
        # No time stamp, so that equal masks give equal files.
        content = gzip.compress(content, compresslevel=6, mtime=0)
    write_atomically(path, content, force=force)
