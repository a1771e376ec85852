"""Protected sets with members missing, swapped or doubled, and keys that are not theirs."""

from __future__ import annotations

import shutil

import pytest
from builders.dicom import build_series
from builders.nifti import build_nifti
from builders.protection import IDENTITY, Protected, box_mask, copied, protect_files

from medcrypt_gui.core.age import HybridIdentity
from medcrypt_gui.core.errors import (
    IntegrityError,
    NotProtectedError,
    PartialResultError,
    TargetExistsError,
    UnreadableFileError,
    WrongKeyError,
)
from medcrypt_gui.core.keys.identity import fingerprint
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.restore_study import check_card, fingerprints_of, inspect_protected, restore, unlock
from medcrypt_gui.services.verify_study import verify

SHAPE = (4, 8, 8)


@pytest.fixture(scope="module")
def study(tmp_path_factory) -> Protected:
    folder = tmp_path_factory.mktemp("study")
    files = build_series(folder / "in", slices=4, rows=8, columns=8)
    return protect_files(files, box_mask(SHAPE), folder / "protected")


@pytest.fixture(scope="module")
def other(tmp_path_factory) -> Protected:
    folder = tmp_path_factory.mktemp("other")
    files = build_series(folder / "in", slices=4, rows=8, columns=8, seed=9)
    return protect_files(files, box_mask(SHAPE), folder / "protected", HybridIdentity.generate())


def test_a_whole_set_comes_back_under_its_own_names(study, tmp_path):
    report = restore([study.folder], [IDENTITY], tmp_path / "out", TaskContext())
    assert {path.name: path.read_bytes() for path in report.restored} == study.original_bytes()
    assert (report.missing, report.strays, report.duplicates) == ((), (), ())


def test_subfolders_come_back_too(tmp_path):
    first = build_series(tmp_path / "in" / "a", slices=1, rows=8, columns=8)
    second = build_series(tmp_path / "in" / "b" / "c", slices=1, rows=8, columns=8, seed=4)
    protected = protect_files([*first, *second], box_mask((2, 8, 8)), tmp_path / "protected")
    report = restore([protected.folder], [IDENTITY], tmp_path / "out", TaskContext())
    names = [path.relative_to(tmp_path / "out").as_posix() for path in report.restored]
    assert names == ["a/IM0001.dcm", "b/c/IM0001.dcm"]


@pytest.mark.parametrize("number", [0, 2, 3])
def test_a_missing_instance_is_named_and_the_rest_restored(study, tmp_path, number):
    folder = copied(study.folder, tmp_path / "protected")
    (folder / study.outcome.files[number].name).unlink()
    report = restore([folder], [IDENTITY], tmp_path / "out", TaskContext())
    assert report.missing == (study.originals[number].name,)
    assert len(report.restored) == 3
    assert not report.complete
    with pytest.raises(PartialResultError) as caught:
        report.raise_if_incomplete()
    assert caught.value.missing == report.missing
    assert verify([folder], [IDENTITY], TaskContext()).missing == report.missing


def test_of_two_missing_neighbours_the_second_has_a_number(study, tmp_path):
    folder = copied(study.folder, tmp_path / "protected")
    for number in (1, 2):
        (folder / study.outcome.files[number].name).unlink()
    report = restore([folder], [IDENTITY], tmp_path / "out", TaskContext())
    assert report.missing == (study.originals[1].name, "number 3 of 4")


def test_an_instance_of_another_set_is_a_stray_and_its_slot_is_missing(study, other, tmp_path):
    folder = copied(study.folder, tmp_path / "protected")
    swapped = folder / study.outcome.files[1].name
    shutil.copy(other.outcome.files[1], swapped)
    report = restore([folder], [IDENTITY], tmp_path / "out", TaskContext())
    assert report.strays == (swapped,)
    assert report.missing == (study.originals[1].name,)
    assert len(report.restored) == 3


def test_an_unprotected_image_is_a_stray_too(study, tmp_path):
    folder = copied(study.folder, tmp_path / "protected")
    shutil.copy(study.originals[0], folder / "original.dcm")
    (folder / "notes.txt").write_text("not an image")
    report = restore([folder], [IDENTITY], tmp_path / "out", TaskContext())
    assert report.strays == (folder / "original.dcm",)
    assert report.complete


def test_an_instance_that_is_there_twice_is_noted(study, tmp_path):
    folder = copied(study.folder, tmp_path / "protected")
    shutil.copy(study.outcome.files[2], folder / "again.dcm")
    report = restore([folder], [IDENTITY], tmp_path / "out", TaskContext())
    assert len(report.duplicates) == 1
    assert len(report.restored) == 4
    assert report.complete


def test_what_a_killed_process_left_is_passed_over(study, tmp_path):
    folder = copied(study.folder, tmp_path / "protected")
    shutil.copytree(folder, folder / ".medcrypt-0123456789ab.part")
    report = restore([folder], [IDENTITY], tmp_path / "out", TaskContext())
    assert (report.complete, report.duplicates) == (True, ())


def test_the_key_of_another_study_is_told_as_such(study, other, tmp_path):
    for use in (lambda: restore([study.folder], [other.identity], tmp_path / "out", TaskContext()),):
        with pytest.raises(WrongKeyError):
            use()
    assert not (tmp_path / "out").exists()


def test_a_card_is_recognised_by_its_fingerprint_alone(study, other):
    mine = bytes(fingerprint(str(IDENTITY.recipient)))
    assert fingerprints_of([study.folder]) == {mine}
    check_card([study.folder], mine)
    with pytest.raises(WrongKeyError):
        check_card([study.folder], bytes(fingerprint(str(other.identity.recipient))))


def test_two_sets_in_one_folder_are_listed_apart_and_opened_by_their_keys(study, other, tmp_path):
    folder = copied(study.folder, tmp_path / "protected")
    shutil.copytree(other.folder, folder / "other")
    assert {len(locked.files) for locked in inspect_protected([folder])} == {4}
    report = restore([folder], [other.identity], tmp_path / "out", TaskContext())
    assert {path.name: path.read_bytes() for path in report.restored} == other.original_bytes()
    assert len(report.strays) == 4


def test_what_is_not_protected_is_told_as_such(study, tmp_path):
    with pytest.raises(NotProtectedError):
        restore([study.originals[0].parent], [IDENTITY], tmp_path / "out", TaskContext())
    with pytest.raises(NotProtectedError):
        inspect_protected([build_nifti(tmp_path / "a.nii")])
    with pytest.raises(UnreadableFileError):
        inspect_protected([tmp_path / "nowhere"])


def test_an_existing_file_is_replaced_only_when_asked(study, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    existing = out / study.originals[0].name
    existing.write_text("mine")
    (out / "other.txt").write_text("untouched")
    with pytest.raises(TargetExistsError):
        restore([study.folder], [IDENTITY], out, TaskContext())
    assert existing.read_text() == "mine"
    assert sorted(path.name for path in out.iterdir()) == sorted([existing.name, "other.txt"])
    restore([study.folder], [IDENTITY], out, TaskContext(), force=True)
    assert existing.read_bytes() == study.originals[0].read_bytes()
    assert (out / "other.txt").read_text() == "untouched"


def test_a_volume_of_other_files_is_not_revealed(study, other):
    opened = unlock([study.folder], [IDENTITY], TaskContext())
    with pytest.raises(IntegrityError):
        opened.reveal(None, other.outcome.files)
