"""Another image under the same name has another mark; the same one keeps it wherever it lies."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
from builders.dicom import build_series
from builders.review import GRID, nifti_series, write_nifti

from medcrypt_gui.adapters.images.dicom import DicomReader
from medcrypt_gui.core.imaging.series import Series
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.image_mark import image_mark


def dicom(folder: Path) -> Series:
    (series,) = DicomReader().find(tuple(folder.iterdir()), TaskContext()).series
    return series


def test_a_file_keeps_its_mark_where_it_is_copied_to(tmp_path: Path) -> None:
    path = write_nifti(tmp_path / "A.nii.gz", np.arange(720).reshape(GRID.shape).astype(np.int16))
    copy = shutil.copy(path, tmp_path / "B.nii.gz")
    assert image_mark(nifti_series(path)) == image_mark(nifti_series(copy)) != ""


def test_another_image_has_another_mark(tmp_path: Path) -> None:
    path = write_nifti(tmp_path / "A.nii", np.zeros(GRID.shape, np.int16))
    before = image_mark(nifti_series(path))
    voxels = np.zeros(GRID.shape, np.int16)
    voxels[3, 5, 5] = 1
    assert image_mark(nifti_series(write_nifti(path, voxels))) != before


def test_voxels_in_a_file_of_their_own_count(tmp_path: Path) -> None:
    header = tmp_path / "A.mhd"
    header.write_text("ElementDataFile = A.raw\n")
    series = replace(nifti_series(header), files=(header,))
    marks = set()
    for content in (b"one", b"two"):
        header.with_suffix(".raw").write_bytes(content)
        marks.add(image_mark(series))
    assert len(marks) == 2


def test_dicom_keeps_its_mark_when_it_is_stored_anew(tmp_path: Path) -> None:
    build_series(tmp_path / "a")
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    for number, path in enumerate((tmp_path / "b").iterdir()):
        path.rename(path.with_name(f"renamed {number}.dcm"))
    assert image_mark(dicom(tmp_path / "a")) == image_mark(dicom(tmp_path / "b"))


def test_what_cannot_be_read_has_no_mark(tmp_path: Path) -> None:
    assert image_mark(nifti_series(tmp_path / "gone.nii")) == ""
