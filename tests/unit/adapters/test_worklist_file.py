"""Worklists are saved, opened, and the last one comes back."""

from __future__ import annotations

from pathlib import Path

import pytest

from medcrypt_gui.adapters.worklist_file import WorklistFile
from medcrypt_gui.core.errors import TargetExistsError, UnreadableFileError
from medcrypt_gui.core.imaging.series import ImageFormat
from medcrypt_gui.core.review.series_ref import SeriesRef
from medcrypt_gui.core.review.worklist import Worklist, WorklistEntry, WorklistItem


@pytest.fixture
def worklist(tmp_path: Path) -> Worklist:
    path = tmp_path / "study" / "A.nii.gz"
    ref = SeriesRef(path, ImageFormat.NIFTI, "k")
    return Worklist((WorklistItem(WorklistEntry(ref, "A.nii.gz", path, "MR", (3, 4, 5))),), "Trial", ref.id)


def test_a_saved_worklist_comes_back(tmp_path: Path, worklist: Worklist) -> None:
    store, path = WorklistFile(tmp_path / "user"), tmp_path / "trial.medcrypt-worklist.json"
    store.write(path, worklist)
    assert store.read(path) == worklist
    with pytest.raises(TargetExistsError):
        store.write(path, worklist)
    store.write(path, Worklist(name="empty"), force=True)
    assert store.read(path).name == "empty"


def test_the_last_worklist_is_remembered_and_forgotten(tmp_path: Path, worklist: Worklist) -> None:
    assert WorklistFile(tmp_path / "user").last() is None
    WorklistFile(tmp_path / "user").keep_last(worklist)
    assert WorklistFile(tmp_path / "user").last() == worklist
    WorklistFile(tmp_path / "user").keep_last(None)
    assert WorklistFile(tmp_path / "user").last() is None


def test_a_damaged_last_worklist_is_none(tmp_path: Path, worklist: Worklist) -> None:
    store = WorklistFile(tmp_path)
    store.keep_last(worklist)
    (tmp_path / "last.medcrypt-worklist.json").write_bytes(b"{")
    assert store.last() is None


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError):
        WorklistFile(tmp_path).read(tmp_path / "none.medcrypt-worklist.json")
