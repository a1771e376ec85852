"""A DICOMDIR opens the files it names; in a folder it adds nothing and hides nothing."""

from __future__ import annotations

import shutil
import warnings
from pathlib import Path

import pydicom
import pytest
from builders.dicom import build_series, write
from pydicom.dataset import Dataset
from pydicom.uid import MediaStorageDirectoryStorage, generate_uid

from medcrypt_gui.adapters.images.dicom import DicomReader
from medcrypt_gui.core.errors import UnreadableFileError
from medcrypt_gui.core.imaging.series import OpenResult
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.open_study import find_series

DISC = Path(pydicom.__file__).parent / "data" / "test_files" / "dicomdirtests"


def opened(*paths: Path) -> OpenResult:
    return find_series(paths, (DicomReader(),), TaskContext())


@pytest.fixture
def disc(tmp_path: Path) -> Path:
    """A disc with two series; of the index only what names files is there."""
    root = tmp_path / "disc"
    records = []
    for number in (1, 2):
        for path in build_series(root / "IMAGES" / f"S{number}", slices=3, rows=4, columns=4, seed=number):
            named = path.rename(path.with_suffix(""))
            records.append(Dataset())
            records[-1].DirectoryRecordType = "IMAGE"
            records[-1].ReferencedFileID = list(named.relative_to(root).parts)
    index = Dataset()
    index.SOPClassUID, index.SOPInstanceUID = MediaStorageDirectoryStorage, generate_uid()
    index.DirectoryRecordSequence = records
    write(index, root / "DICOMDIR")
    return root


def files_of(result: OpenResult) -> list[Path]:
    return sorted(path for series in result.series for path in series.files)


def test_the_index_alone_opens_what_it_names(disc: Path) -> None:
    result = opened(disc / "DICOMDIR")
    assert len(result.series) == 2
    assert files_of(result) == sorted(path for path in disc.rglob("*") if path.is_file() and path.name != "DICOMDIR")
    assert not result.unreadable


def test_a_folder_with_an_index_is_read_as_a_folder_and_nothing_twice(disc: Path) -> None:
    build_series(disc / "unlisted", slices=2, seed=9)
    result = opened(disc)
    assert len(result.series) == 3
    assert not any(series.notes for series in result.series)
    assert [entry.reason for entry in result.skipped] == ["a DICOMDIR"]


def test_index_and_folder_together_open_everything_once(disc: Path) -> None:
    result = opened(disc / "DICOMDIR", disc)
    assert len(files_of(result)) == len(set(files_of(result))) == 6
    assert not any(series.notes for series in result.series)


def test_names_are_found_whatever_their_capitals(disc: Path) -> None:
    for path in sorted(disc.rglob("*"), reverse=True):
        if path.name != "DICOMDIR":
            path.rename(path.with_name(path.name.lower()))
    assert len(files_of(opened(disc / "DICOMDIR"))) == 6


def test_a_missing_file_is_listed_and_the_others_open(disc: Path) -> None:
    gone = files_of(opened(disc))[1]
    gone.unlink()
    for source in (disc, disc / "DICOMDIR"):
        result = opened(source)
        assert [entry.path for entry in result.unreadable] == [gone]
        assert "not there" in result.unreadable[0].reason.detail
        assert len(files_of(result)) == 5


def test_an_index_whose_files_are_all_gone_says_so(disc: Path, tmp_path: Path) -> None:
    alone = tmp_path / "elsewhere" / "DICOMDIR"
    alone.parent.mkdir()
    shutil.copy(disc / "DICOMDIR", alone)
    result = opened(alone)
    assert not result.series
    assert len(result.unreadable) == 6
    assert all(isinstance(entry.reason, UnreadableFileError) for entry in result.unreadable)


@pytest.mark.parametrize("name", [["..", "secret.dcm"], ["/etc", "passwd"], ["C:", "x"], [""]])
def test_names_that_lead_out_of_the_folder_are_ignored(disc: Path, tmp_path: Path, name: list[str]) -> None:
    build_series(tmp_path, slices=1)[0].rename(tmp_path / "secret.dcm")
    dataset = pydicom.dcmread(disc / "DICOMDIR")
    record = Dataset()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # they are no valid names
        record.add_new("ReferencedFileID", "CS", name)
        dataset.DirectoryRecordSequence.append(record)
        pydicom.dcmwrite(disc / "DICOMDIR", dataset)
    result = opened(disc / "DICOMDIR")
    assert len(files_of(result)) == 6
    assert not result.unreadable


@pytest.mark.parametrize("keep", [200, 500, 1000, -1])
def test_a_damaged_index_does_not_stop_its_folder(disc: Path, keep: int) -> None:
    index = disc / "DICOMDIR"
    index.write_bytes(index.read_bytes()[:keep])
    assert len(files_of(opened(disc))) == 6


@pytest.mark.parametrize("variant", ["DICOMDIR", "DICOMDIR-bigEnd", "DICOMDIR-implicit", "DICOMDIR-reordered"])
def test_pydicoms_discs_open(variant: str) -> None:
    result = opened(DISC / variant)
    records = pydicom.dcmread(DISC / "DICOMDIR").DirectoryRecordSequence
    assert len(files_of(result)) == sum("ReferencedFileID" in record for record in records)
    assert not result.unreadable
    assert [series.localizer for series in result.series] == sorted(series.localizer for series in result.series)
