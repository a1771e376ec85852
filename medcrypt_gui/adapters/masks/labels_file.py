"""Labels read back from NIfTI as they were written: every number kept, unlike a mask of another program's."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from medcrypt_gui.adapters.images.nifti import NiftiReader
from medcrypt_gui.adapters.images.nifti_header import read_header
from medcrypt_gui.core.errors import MaskMismatchError, UnreadableFileError, speaking_of
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.labels_present import labels_present
from medcrypt_gui.core.imaging.masks_on_grid import bring_to_grid
from medcrypt_gui.core.imaging.series import ImageFormat, Series
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.mask.labels import LabelTable
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.task import TaskContext


def read_labels(path: Path, geometry: Geometry, table: LabelTable) -> RoiMask:
    """The labels on the image's grid; numbers that ``table`` lacks are named.

    Raises `MaskMismatchError` when the voxels do not coincide, `UnreadableFileError`, `UnsupportedInputError`.
    """
    header = read_header(path)
    if sorted(header.geometry.shape) != sorted(geometry.shape):  # before a mask of any size is inflated
        raise MaskMismatchError(tr("the kept mask has another number of voxels than the image"), path=path)
    series = Series(str(path), ImageFormat.NIFTI, "", path.name, None, (path,), header.geometry)
    stored = NiftiReader().load(series, TaskContext()).stored
    if stored.dtype != np.uint8:
        raise UnreadableFileError(tr("the kept mask is no mask of this program"), path=path)
    with speaking_of(path):
        brought = bring_to_grid(stored.view(np.uint8), header.geometry, geometry)
    if brought.resampled or brought.notices:
        raise MaskMismatchError(tr("the kept mask lies in another place than the image"), path=path)
    return RoiMask(brought.labels, geometry, table.naming(labels_present(brought.labels)))
