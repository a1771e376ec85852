"""Files and folders are opened as a user gives them: several, mixed, nested, broken."""

import os
from pathlib import Path

import numpy as np
import pytest
from builders.dicom import SAGITTAL, build_series, build_structured_report, phantom
from builders.nifti import build_nifti

from medcrypt_gui.adapters.images.dicom import DicomReader
from medcrypt_gui.adapters.images.nifti import NiftiReader
from medcrypt_gui.core.errors import Cancelled, NothingFoundError, UnreadableFileError
from medcrypt_gui.core.imaging.series import ImageFormat
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.open_study import find_series, load_volume, start_volume, thumbnail

READERS = (NiftiReader(), DicomReader())


def find(*paths):
    return find_series(paths, READERS, TaskContext())


def test_a_nested_folder_gives_all_its_series_and_lists_the_rest(tmp_path):
    build_series(tmp_path / "one" / "deep")
    build_nifti(tmp_path / "two.nii.gz")
    (tmp_path / "notes.txt").write_text("words")
    (tmp_path / ".DS_Store").write_bytes(b"\0" * 200)
    broken = build_series(tmp_path / "broken", 1)[0]
    broken.write_bytes(broken.read_bytes()[:-5])
    result = find(tmp_path)
    assert sorted(series.format.value for series in result.series) == ["DICOM", "NIfTI"]
    assert [entry.path for entry in result.unreadable] == [broken]
    assert [entry.path.name for entry in result.skipped] == ["notes.txt"]


def test_single_files_of_a_series_make_a_smaller_series(tmp_path):
    files = build_series(tmp_path)
    (series,) = find(files[1], files[3]).series
    assert series.files == (files[1], files[3])


def test_a_file_given_twice_is_opened_once(tmp_path):
    path = build_nifti(tmp_path / "a.nii")
    assert len(find(tmp_path, path, path).series) == 1


def test_an_empty_folder_says_that_there_is_nothing(tmp_path):
    with pytest.raises(NothingFoundError, match="no files"):
        find(tmp_path)


def test_a_folder_of_texts_says_that_there_is_no_image(tmp_path):
    for name in ("a.txt", "b.csv"):
        (tmp_path / name).write_text("some words and numbers 1 2 3")
    with pytest.raises(NothingFoundError, match="no image among 2 files"):
        find(tmp_path)


def test_a_report_alone_is_no_image_and_the_message_says_what_it_is(tmp_path):
    with pytest.raises(NothingFoundError, match="DICOM without pixels: Basic Text SR Storage"):
        find(build_structured_report(tmp_path / "r.dcm"))


def test_a_path_that_does_not_exist_is_named(tmp_path):
    with pytest.raises(UnreadableFileError) as raised:
        find(tmp_path / "nowhere")
    assert raised.value.path == tmp_path / "nowhere"


def test_only_broken_files_are_listed_not_raised(tmp_path):
    path = build_nifti(tmp_path / "a.nii")
    path.write_bytes(path.read_bytes()[:500])
    result = find(path)
    assert (result.series, len(result.unreadable)) == ((), 1)


def test_finding_ends_when_cancelled(tmp_path):
    build_series(tmp_path)
    task = TaskContext()
    task.cancel()
    with pytest.raises(Cancelled):
        find_series([tmp_path], READERS, task)


def test_progress_goes_from_nought_to_one(tmp_path):
    build_series(tmp_path / "a", 30)
    build_nifti(tmp_path / "b.nii")
    seen = []
    find_series([tmp_path], READERS, TaskContext(lambda fraction, text: seen.append(fraction)))
    assert seen == sorted(seen)
    assert (seen[0], seen[-1]) == (0.0, 1.0)


def test_loading_and_starting_give_the_same_volume(tmp_path):
    build_series(tmp_path)
    (series,) = find(tmp_path).series
    whole = load_volume(series, READERS, TaskContext())
    volume, fill = start_volume(series, READERS)
    fill(TaskContext())
    assert (whole.stored == volume.stored).all()
    assert (whole.stored == phantom(5, 16, 20)).all()


def test_thumbnails_are_upright_and_in_proportion(tmp_path):
    voxels = np.zeros((3, 20, 10), np.uint16)
    voxels[:, :5] = 4000
    build_series(tmp_path, voxels=voxels, orientation=SAGITTAL, spacing=(1.0, 1.0, 1.0))
    (series,) = find(tmp_path).series
    small = thumbnail(series, READERS, 40)
    assert small.shape == (40, 20)
    assert small[:8].min() > 200
    assert small[12:].max() < 50


def test_a_protected_series_has_no_thumbnail(tmp_path):
    block = {"PatientComments": "x"}
    files = build_series(tmp_path, 1, **block)
    import pydicom

    dataset = pydicom.dcmread(files[0])
    dataset.private_block(0x0099, "MEDCRYPT 1", create=True).add_new(0, "OB", b"12")
    dataset.save_as(files[0])
    (series,) = find(tmp_path).series
    assert series.format is ImageFormat.DICOM
    assert thumbnail(series, READERS) is None


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_among_the_files_is_passed_over_and_not_waited_for(tmp_path, monkeypatch):
    os.mkfifo(tmp_path / "pipe")
    monkeypatch.setattr(Path, "open", lambda *_: pytest.fail("the pipe was opened"))
    with pytest.raises(NothingFoundError, match="not a file"):
        find_series([tmp_path], [DicomReader()], TaskContext())
