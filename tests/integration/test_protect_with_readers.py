"""From the readers' series through Protect and back into the readers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from builders.dicom import CORONAL, build_series
from builders.nifti import build_nifti
from builders.protection import IDENTITY

from medcrypt_gui.adapters.images.dicom import DicomReader
from medcrypt_gui.adapters.images.nifti import NiftiReader
from medcrypt_gui.adapters.protection import PROTECTORS
from medcrypt_gui.core.errors import UnsupportedInputError
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.protect_study import ProtectRequest, plan_protection, protect
from medcrypt_gui.services.restore_study import restore, unlock


def there_and_back(reader, files: list[Path], folder: Path) -> None:
    """Protect a corner of what the reader opens; look at the protected files with it; unlock; restore."""
    (series,) = reader.find(files, TaskContext()).series
    volume = reader.load(series, TaskContext())
    region = np.zeros(series.geometry.shape, bool)
    region[: -(-region.shape[0] // 2), : region.shape[1] // 3, : region.shape[2] // 4] = True
    request = ProtectRequest(series, RoiMask.from_bool(region, series.geometry), folder / "protected")
    outcome = protect(plan_protection(request, PROTECTORS), IDENTITY, TaskContext())

    (locked,) = reader.find(list(outcome.files), TaskContext()).series
    assert locked.protected
    assert locked.geometry.same_grid(series.geometry)
    hidden = reader.load(locked, TaskContext())
    assert np.array_equal(hidden.stored[~region], volume.stored[~region])
    assert (hidden.stored[region] != volume.stored[region]).mean() > 0.9
    assert (hidden.slope, hidden.intercept) == (volume.slope, volume.intercept)
    with pytest.raises(UnsupportedInputError, match="already protected"):
        plan_protection(ProtectRequest(locked, request.mask, folder / "again"), PROTECTORS)

    shown = unlock(outcome.files, [IDENTITY], TaskContext()).reveal(hidden, locked.files)
    assert np.array_equal(shown.stored, volume.stored)
    report = restore([outcome.folder], [IDENTITY], folder / "out", TaskContext())
    originals = {path.name: path.read_bytes() for path in series.files}
    assert {path.name: path.read_bytes() for path in report.restored} == originals


def test_a_dicom_series(tmp_path):
    files = build_series(tmp_path / "in", slices=5, orientation=CORONAL, signed=True)
    there_and_back(DicomReader(), files, tmp_path)


@pytest.mark.parametrize("name", ["scan.nii", "scan.nii.gz"])
@pytest.mark.parametrize("kind", [np.uint8, np.int16, np.int32])
@pytest.mark.parametrize("big_endian", [False, True])
def test_a_nifti_file(tmp_path, name, kind, big_endian):
    voxels = np.random.default_rng(0).integers(0, 127, (6, 7, 8)).astype(kind)
    file = build_nifti(tmp_path / "in" / name, voxels, slope=2.0, intercept=1.0, big_endian=big_endian)
    there_and_back(NiftiReader(), [file], tmp_path)


def test_a_real_mr_series(shared_data, tmp_path):
    files = sorted((shared_data / "dicom" / "trio-mprage").glob("*.dcm"))
    there_and_back(DicomReader(), files, tmp_path)


def test_a_real_nifti_file(shared_data, tmp_path):
    there_and_back(NiftiReader(), [shared_data / "brain" / "openms" / "patient01_study1_FLAIR.nii.gz"], tmp_path)
