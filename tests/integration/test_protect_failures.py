"""Whatever goes wrong while writing, the target is as it was and the originals are untouched."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import numpy as np
import pytest
from builders.dicom import build_series
from builders.protection import IDENTITY, Protected, box_mask, protect_files, request_for

from medcrypt_gui.adapters.protection import PROTECTORS
from medcrypt_gui.core.errors import (
    Cancelled,
    DiskFullError,
    MaskMismatchError,
    NoRoiError,
    PermissionDeniedError,
    TargetExistsError,
    UnreadableFileError,
    UnsupportedInputError,
    UsageError,
    WriteError,
)
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.protect import opened_members
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services import protect_study
from medcrypt_gui.services.protect_study import ProtectedSet, ProtectRequest, plan_protection, protect
from medcrypt_gui.services.restore_study import restore
from medcrypt_gui.services.verify_study import verify

SHAPE = (4, 8, 8)


@pytest.fixture
def files(tmp_path) -> list[Path]:
    return build_series(tmp_path / "in", slices=4, rows=8, columns=8)


@pytest.fixture
def protected(tmp_path, files) -> Protected:
    return protect_files(files, box_mask(SHAPE), tmp_path / "protected")


def planned(files, tmp_path, **options):
    return plan_protection(request_for(files, box_mask(SHAPE), tmp_path / "protected", **options), PROTECTORS)


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def cancelling(after: float) -> TaskContext:
    def on_progress(fraction: float, _: str) -> None:
        if fraction > after:
            task.cancel()

    task = TaskContext(on_progress)
    return task


def disk_full(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_full_disk_leaves_nothing(files, tmp_path, monkeypatch):
    plan = planned(files, tmp_path)
    monkeypatch.setattr(os, "fsync", disk_full)
    with pytest.raises(DiskFullError):
        protect(plan, IDENTITY, TaskContext())
    assert names_in(tmp_path) == ["in"]


def test_a_full_disk_while_restoring_leaves_nothing(protected, tmp_path, monkeypatch):
    monkeypatch.setattr(os, "fsync", disk_full)
    with pytest.raises(DiskFullError):
        restore([protected.folder], [IDENTITY], tmp_path / "out", TaskContext())
    assert names_in(tmp_path) == ["in", "protected"]


@pytest.mark.parametrize("after", [-1.0, 0.2, 0.9])
def test_a_cancelled_protection_leaves_nothing(files, tmp_path, after):
    plan = planned(files, tmp_path)
    before = [path.read_bytes() for path in files]
    with pytest.raises(Cancelled):
        protect(plan, IDENTITY, cancelling(after))
    assert names_in(tmp_path) == ["in"]
    assert [path.read_bytes() for path in files] == before


def test_a_cancelled_restoration_leaves_nothing(protected, tmp_path):
    with pytest.raises(Cancelled):
        restore([protected.folder], [IDENTITY], tmp_path / "out", cancelling(0.2))
    assert names_in(tmp_path) == ["in", "protected"]


def test_a_file_that_does_not_read_back_right_is_never_published(files, tmp_path, monkeypatch):
    plan = planned(files, tmp_path)

    class Wrong:
        def original_pieces(self):
            return (b"something else",)

    monkeypatch.setattr(protect_study, "open_file", lambda *_: Wrong())
    with pytest.raises(WriteError, match="restore"):
        protect(plan, IDENTITY, TaskContext())
    assert names_in(tmp_path) == ["in"]


def test_a_disk_that_returns_other_bytes_is_noticed(files, tmp_path, monkeypatch):
    plan = planned(files, tmp_path)
    read_file = opened_members.read_file

    def read_badly(path: Path) -> bytes:
        data = bytearray(read_file(path))
        data[-1] ^= 1
        return bytes(data)

    monkeypatch.setattr(opened_members, "read_file", read_badly)
    with pytest.raises(WriteError, match="read back"):
        protect(plan, IDENTITY, TaskContext())
    assert names_in(tmp_path) == ["in"]


def test_an_original_that_changed_meanwhile_is_noticed(files, tmp_path):
    plan = planned(files, tmp_path)
    build_series(tmp_path / "in", slices=4, rows=9, columns=8)
    with pytest.raises(UnreadableFileError, match="changed"):
        protect(plan, IDENTITY, TaskContext())
    assert names_in(tmp_path) == ["in"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_target_is_refused_in_advance(files, tmp_path):
    target = tmp_path / "read-only"
    target.mkdir(mode=0o500)
    with pytest.raises(PermissionDeniedError):
        plan_protection(request_for(files, box_mask(SHAPE), target / "protected"), PROTECTORS)


def test_a_target_that_the_system_does_not_let_us_write_is_refused_in_advance(files, tmp_path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(PermissionDeniedError):
        planned(files, tmp_path)


def test_files_of_the_same_name_are_replaced_only_when_asked(files, protected, tmp_path):
    (protected.folder / "notes.txt").write_text("mine")
    with pytest.raises(TargetExistsError):
        planned(files, tmp_path)
    protect(planned(files, tmp_path, force=True), IDENTITY, TaskContext())
    assert (protected.folder / "notes.txt").read_text() == "mine"
    assert protected.outcome.files[0].read_bytes() != protected.originals[0].read_bytes()
    assert restore([protected.folder], [IDENTITY], tmp_path / "out", TaskContext()).complete


def test_a_file_in_place_of_the_folder_is_refused(files, tmp_path):
    (tmp_path / "protected").write_text("a file")
    with pytest.raises(TargetExistsError):
        planned(files, tmp_path)


@pytest.mark.parametrize("inside", [".", "protected"])
def test_a_target_among_the_originals_is_refused(files, tmp_path, inside):
    with pytest.raises(UsageError, match="among the originals"):
        plan_protection(request_for(files, box_mask(SHAPE), tmp_path / "in" / inside), PROTECTORS)


def test_an_empty_mask_is_refused(files, tmp_path):
    with pytest.raises(NoRoiError):
        plan_protection(request_for(files, np.zeros(SHAPE, bool), tmp_path / "protected"), PROTECTORS)


def test_a_mask_in_another_place_is_refused(files, tmp_path):
    request = request_for(files, box_mask(SHAPE), tmp_path / "protected")
    moved = np.eye(4)
    moved[0, 3] = 5.0
    elsewhere = RoiMask.from_bool(box_mask(SHAPE), Geometry(SHAPE, moved))
    with pytest.raises(MaskMismatchError):
        plan_protection(ProtectRequest(request.series, elsewhere, request.target), PROTECTORS)


def test_an_unknown_keystream_is_refused(files, tmp_path):
    request = request_for(files, box_mask(SHAPE), tmp_path / "protected")
    with pytest.raises(UnsupportedInputError, match="keystream"):
        plan_protection(ProtectRequest(request.series, request.mask, request.target, "rot-13"), PROTECTORS)


def test_the_plan_says_how_much_is_covered_and_what_stays_readable(files, tmp_path):
    plan = planned(files, tmp_path)
    assert plan.voxels_covered == int(box_mask(SHAPE).sum())
    assert plan.share == pytest.approx(plan.voxels_covered / (4 * 8 * 8))
    assert plan.file_names[0] == "IM000001.dcm"
    assert "the patient's name" in plan.readable
    assert plan.bytes_expected > sum(path.stat().st_size for path in files)


def test_nothing_is_published_before_the_card_is_safe(files, tmp_path):
    seen: list[bool] = []

    def issue(pending: ProtectedSet) -> None:
        verify(pending.files, [IDENTITY], TaskContext()).raise_if_incomplete()
        seen.append(pending.folder.exists())

    written = protect(planned(files, tmp_path), IDENTITY, TaskContext(), then=issue)
    assert seen == [False]
    assert names_in(written.folder) == [path.name for path in written.files]


def test_a_card_that_fails_leaves_what_was_to_be_replaced(protected, files, tmp_path):
    def fail(_: ProtectedSet) -> None:
        raise WriteError("no card")

    before = {path: path.read_bytes() for path in protected.folder.iterdir()}
    with pytest.raises(WriteError):
        protect(planned(files, tmp_path, force=True), IDENTITY, TaskContext(), then=fail)
    assert {path: path.read_bytes() for path in protected.folder.iterdir()} == before


def test_the_folder_of_the_originals_is_known_by_any_name(files, tmp_path, monkeypatch):
    other_name = tmp_path / "IN"
    monkeypatch.setattr(Path, "samefile", lambda one, two: str(one).lower() == str(two).lower())
    real = Path.exists
    monkeypatch.setattr(Path, "exists", lambda path: path == other_name or real(path))
    with pytest.raises(UsageError):
        plan_protection(request_for(files, box_mask(SHAPE), other_name), PROTECTORS)
