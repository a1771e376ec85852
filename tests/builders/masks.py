"""Masks written and read through the services, as the window and the commands do."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.adapters.images.dicom import DicomReader
from medcrypt_gui.bootstrap import build_mask_formats
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.series import ImageFormat, Series
from medcrypt_gui.core.mask.labels import Label, LabelTable
from medcrypt_gui.core.mask.mask_file import MaskKind
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.load_mask import LoadedMask, load_mask
from medcrypt_gui.services.save_mask import save_mask

FORMATS = build_mask_formats()
KINDS = {kind.id: kind for one in FORMATS for kind in one.kinds}
DICOM_KINDS = ("seg", "labelmap", "rtstruct")
TABLE = LabelTable().with_label(Label(2, "Öhr/Ear", (86, 180, 233))).with_label(Label(7, "Skull", (10, 200, 30)))


def series_of(geometry: Geometry, file_format: ImageFormat = ImageFormat.NIFTI) -> Series:
    """A series that is nothing but its grid."""
    return Series("image", file_format, "", "image", None, (Path("image.nii"),), geometry)


def dicom_series(files: Sequence[Path]) -> Series:
    """The one series in these files."""
    found = DicomReader().find(files, TaskContext())
    assert len(found.series) == 1, (found.series, found.unreadable)
    return found.series[0]


def random_labels(shape: tuple[int, int, int], seed: int = 0) -> NDArray[np.uint8]:
    """Values 0, 1, 2 and 7, mixed voxel by voxel; nothing in the outermost slices where there are inner ones."""
    labels = np.array([0, 1, 2, 7], np.uint8)[np.random.default_rng(seed).integers(0, 4, shape)]
    if shape[0] > 2:
        labels[[0, -1]] = 0
    return labels


def save(
    path: Path,
    labels: NDArray[np.uint8],
    series: Series,
    kind: str | None = None,
    table: LabelTable = TABLE,
    **options: object,
) -> Path:
    wanted: MaskKind | None = KINDS[kind] if kind else None
    save_mask(path, RoiMask(labels, series.geometry, table), series, FORMATS, kind=wanted, **options)  # type: ignore[arg-type]
    return path


def load(path: Path, series: Series, present: LabelTable | None = None) -> LoadedMask:
    return load_mask(path, series, FORMATS, present=present)


def mask_of(path: Path, geometry: Geometry) -> RoiMask:
    """The mask in a file, on a grid that is no more than that."""
    return load(path, series_of(geometry)).mask
