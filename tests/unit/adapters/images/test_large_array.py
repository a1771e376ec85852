"""Voxels that do not fit into memory are paged from a file without a name; too large ones are refused in words."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from builders.dicom import build_series, phantom, write
from builders.nifti import build_nifti
from pydicom import dcmread

from medcrypt_gui.adapters.images.dicom import DicomReader
from medcrypt_gui.adapters.images.large_array import Allocator, is_paged, voxel_arrays
from medcrypt_gui.adapters.images.nifti import NiftiReader
from medcrypt_gui.core.errors import UnsupportedInputError
from medcrypt_gui.core.ports import SeriesReader
from medcrypt_gui.core.task import TaskContext

on_posix = pytest.mark.skipif(os.name != "posix", reason="names of open files are looked at as Unix has them")


@pytest.fixture
def scarce(tmp_path: Path) -> Iterator[Allocator]:
    """Hardly any memory, and a folder of its own to page from."""
    folder = tmp_path / "paging"
    folder.mkdir()
    yield Allocator(available=lambda: 100, folder=lambda: folder)
    gc.collect()
    assert not list(folder.iterdir())


def test_what_fits_lies_in_memory_and_what_does_not_on_the_disk() -> None:
    roomy = Allocator(available=lambda: 4000)
    assert not is_paged(roomy.zeros((10, 10, 10), np.int16))
    assert is_paged(roomy.zeros((10, 10, 10), np.int16, beside=1))
    assert is_paged(Allocator(available=lambda: 4000, share=0.4).zeros((10, 10, 10), np.int16))


def test_a_paged_array_is_zero_and_keeps_what_is_written(scarce: Allocator) -> None:
    made = scarce.zeros((3, 4, 5), np.float32)
    assert is_paged(made)
    assert (type(made), made.shape, made.dtype) == (np.ndarray, (3, 4, 5), np.float32)
    assert not made.any()
    made[1] = 7
    assert made.sum() == 140


@on_posix
def test_the_file_has_no_name_while_it_is_used(scarce: Allocator) -> None:
    made = scarce.zeros((64, 64, 64), np.int16)
    made[:] = 1
    assert not list(scarce.folder().iterdir())


@on_posix
def test_nothing_stays_when_the_program_is_killed(tmp_path: Path) -> None:
    program = (
        "import os, signal; from pathlib import Path; import numpy as np;"
        "from medcrypt_gui.adapters.images.large_array import Allocator;"
        f"made = Allocator(lambda: 0, folder=lambda: Path({str(tmp_path)!r})).zeros((9, 99, 99), np.int16);"
        "made[:] = 7; os.kill(os.getpid(), signal.SIGKILL)"
    )
    ended = subprocess.run([sys.executable, "-c", program], check=False)
    assert ended.returncode == -9
    assert not list(tmp_path.iterdir())


def test_what_fits_nowhere_is_refused_with_its_size(scarce: Allocator) -> None:
    with pytest.raises(UnsupportedInputError, match=r"needs 8000000\.0 GB"):
        scarce.zeros((2_000_000, 1_000_000, 1_000), np.float32)


def test_a_folder_that_cannot_be_written_is_refused_as_well(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedInputError, match="GB"):
        Allocator(available=lambda: 0, folder=lambda: tmp_path / "missing").zeros((2, 2, 2), np.int16)


def test_colours_are_paged_as_well(scarce: Allocator) -> None:
    grey, rgb, graphics = voxel_arrays((4, 5, 6), np.uint8, scarce, colour=True)
    assert graphics is None
    assert rgb is not None
    assert (is_paged(grey), is_paged(rgb), rgb.shape) == (True, True, (4, 5, 6, 3))


def _paged_and_plain(reader: SeriesReader, plain: SeriesReader, path: Path) -> None:
    files = sorted(path.rglob("*")) if path.is_dir() else [path]
    (series,) = reader.find(files, TaskContext()).series
    paged, usual = (one.load(series, TaskContext()) for one in (reader, plain))
    assert (paged.paged, usual.paged) == (True, False)
    np.testing.assert_array_equal(paged.shown, usual.shown)
    np.testing.assert_array_equal(paged.stored, usual.stored)


def test_dicom_is_read_alike_when_paged(tmp_path: Path, scarce: Allocator) -> None:
    build_series(tmp_path / "study", slices=5)
    _paged_and_plain(DicomReader(scarce), DicomReader(), tmp_path / "study")


def test_unlike_scaling_and_colours_are_read_alike_when_paged(tmp_path: Path, scarce: Allocator) -> None:
    build_series(tmp_path / "scaled", slices=3, RescaleSlope=lambda n: n + 1, RescaleIntercept=5)
    (path,) = build_series(tmp_path / "colours", voxels=phantom(3, 6, 8, 8)[:1], bits_stored=8)
    dataset = dcmread(path)
    dataset.SamplesPerPixel, dataset.PlanarConfiguration, dataset.PhotometricInterpretation = 3, 0, "RGB"
    dataset.PixelData = bytes(range(6 * 8 * 3))
    write(dataset, path)
    for folder in ("scaled", "colours"):
        _paged_and_plain(DicomReader(scarce), DicomReader(), tmp_path / folder)


@pytest.mark.parametrize("name", ["a.nii", "a.nii.gz"])
def test_nifti_is_read_alike_when_paged(tmp_path: Path, scarce: Allocator, name: str) -> None:
    voxels = np.arange(5 * 6 * 7, dtype=np.int16).reshape(5, 6, 7)
    _paged_and_plain(NiftiReader(scarce), NiftiReader(), build_nifti(tmp_path / name, voxels))
