"""Every file that comes with pydicom is read as pydicom's own decoders read it, or refused with a reason."""

from __future__ import annotations

import warnings
from functools import lru_cache
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.pixels import apply_color_lut, pixel_array

from medcrypt_gui.adapters.images.dicom import DicomReader
from medcrypt_gui.core.errors import MedcryptError
from medcrypt_gui.core.task import TaskContext

READER = DicomReader()
# 12 bits of JPEG, a wrong syntax, and a number of frames that is none: compared with gdcm and dcmtk instead.
PYDICOM_CANNOT = {"JPEG-lossy.dcm", "JPGExtended.dcm", "SC_rgb_jpeg.dcm", "badVR.dcm"}


def _pydicom_test_files() -> list[Path]:
    root = Path(pydicom.__file__).parent / "data"
    return sorted(p for p in root.rglob("*") if p.is_file() and p.suffix not in (".py", ".pyc"))


@pytest.mark.parametrize("path", _pydicom_test_files(), ids=lambda path: path.name)
def test_it_is_read_or_refused(path: Path) -> None:
    result = READER.find([path], TaskContext())
    for entry in result.unreadable:
        assert entry.reason.detail
    for series in result.series:
        refused = None
        try:
            volume = READER.load(series, TaskContext())
        except MedcryptError as error:
            refused = error
        if refused is not None:
            assert (refused.path, bool(refused.detail)) == (path, True)
            continue
        if path.name in PYDICOM_CANNOT:
            continue
        for plane, instance in zip(volume.shown, series.instances, strict=True):
            assert np.array_equal(plane, _as_pydicom_reads(instance.path)[instance.frame or 0])


@lru_cache(maxsize=1)
def _as_pydicom_reads(path: Path) -> np.ndarray:
    """``(frames, rows, columns)``, or with three colours of 8 bits."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        dataset = pydicom.dcmread(path, force=True)
        if dataset.PhotometricInterpretation.startswith("MONOCHROME"):
            voxels = dataset.pixel_array
        elif dataset.PhotometricInterpretation == "PALETTE COLOR":
            voxels = apply_color_lut(dataset.pixel_array, dataset)
            voxels = (voxels >> (dataset.RedPaletteColorLookupTableDescriptor[2] - 8)).astype(np.uint8)
        else:
            voxels = (pixel_array(path) >> max(0, dataset.BitsStored - 8)).astype(np.uint8)
    return voxels if int(dataset.get("NumberOfFrames") or 1) > 1 else voxels[None]
