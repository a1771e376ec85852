"""Reviews lie beside the study, name nobody, and what was approved is never lost or replaced."""

from __future__ import annotations

import errno
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from builders.review import GRID, MONDAY, ball, decision, dicom_series, nifti_series, record, with_voxel

from medcrypt_gui.adapters.masks.nifti_mask import write_mask
from medcrypt_gui.adapters.review_file import ReviewFile
from medcrypt_gui.core.errors import (
    DiskFullError,
    MaskMismatchError,
    PermissionDeniedError,
    ReviewChangedError,
    UnreadableFileError,
    UnsupportedInputError,
    WriteError,
)
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.mask.labels import Label, LabelTable
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.review.mask_hash import mask_hash
from medcrypt_gui.core.review.record import KeptMask, ReviewRecord
from medcrypt_gui.core.review.series_ref import SeriesRef
from medcrypt_gui.core.review.state import ReviewState

NOTHING = ReviewRecord()


@pytest.fixture
def store(tmp_path: Path) -> ReviewFile:
    return ReviewFile(tmp_path / "user" / "reviews")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "Doe_Jane").mkdir()
    return tmp_path / "Doe_Jane"


def nifti(folder: Path, name: str = "A.nii.gz") -> SeriesRef:
    return SeriesRef.of(nifti_series(folder / name))


def record_of(folder: Path) -> Path:
    (path,) = folder.glob("*.medcrypt-review.json")
    return path


@pytest.fixture
def read_only(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder is on a medium that cannot be written to; a mode would not hold for root, who runs tests in places."""
    opened, renamed = os.open, Path.rename

    def refuse(path: object, flags: int, *rest: int, **named: int) -> int:
        if flags & os.O_CREAT and Path(os.fspath(path)).parent == folder:  # type: ignore[call-overload]
            raise OSError(errno.EROFS, "Read-only file system")
        return opened(path, flags, *rest, **named)  # type: ignore[arg-type]

    def stay(self: Path, target: Path) -> Path:
        if self.parent == folder:
            raise OSError(errno.EROFS, "Read-only file system")
        return renamed(self, target)

    monkeypatch.setattr("medcrypt_gui.core.safe_write.os.open", refuse)
    monkeypatch.setattr(Path, "rename", stay)


APPROVED = record(decision(ReviewState.APPROVED))


def test_a_record_comes_back(store: ReviewFile, folder: Path) -> None:
    assert store.read(nifti(folder)).record == NOTHING
    assert store.write(nifti(folder), APPROVED, NOTHING).record == APPROVED
    found = store.read(nifti(folder))
    assert (found.record, found.notes) == (APPROVED, ())


def test_names_of_dicom_files_and_their_contents_name_nobody(store: ReviewFile, folder: Path) -> None:
    ref = SeriesRef.of(dicom_series(folder, "1.2.840.999"))
    mask = ball()
    store.write_working(ref, mask, mask_hash(mask))
    store.write_version(ref, mask, mask_hash(mask), 1)
    store.write(ref, APPROVED, NOTHING)
    assert len(list(folder.iterdir())) == 3
    for path in folder.iterdir():
        for secret in ("Doe", "1.2.840.999"):
            assert secret not in path.name
            assert secret.encode() not in path.read_bytes()


def test_series_of_one_folder_are_told_apart(store: ReviewFile, folder: Path) -> None:
    refs = [nifti(folder), nifti(folder, "A.nii"), nifti(folder, "A.mha")]
    refs += [SeriesRef.of(dicom_series(folder, uid)) for uid in ("1.2.3", "1.2.3#2")]
    for n, ref in enumerate(refs):
        store.write(ref, NOTHING.with_comment(str(n), MONDAY), NOTHING)
    assert [store.read(ref).record.comment for ref in refs] == list("01234")


def test_what_another_program_wrote_meanwhile_is_not_replaced(store: ReviewFile, folder: Path) -> None:
    store.write(nifti(folder), APPROVED, NOTHING)
    with pytest.raises(ReviewChangedError):
        store.write(nifti(folder), NOTHING.with_comment("mine", MONDAY), NOTHING)
    assert store.read(nifti(folder)).record == APPROVED


@pytest.mark.parametrize("damage", [b"", b"{", b'{"version": 1}', b"x" * (5 << 20)])
def test_a_damaged_record_is_said_and_set_aside(store: ReviewFile, folder: Path, damage: bytes) -> None:
    store.write(nifti(folder), APPROVED, NOTHING)
    path = record_of(folder)
    path.write_bytes(damage)
    found = store.read(nifti(folder))
    assert found.record == NOTHING
    assert "cannot be read" in found.notes[0]
    assert path.name in found.notes[0]
    assert path.read_bytes() == damage, "looking changes nothing"
    for n in (1, 2):
        store.write(nifti(folder), APPROVED, NOTHING)
        assert path.with_name(f"{path.name}.unusable-{n}").read_bytes() == damage
        path.write_bytes(damage)


def test_a_record_of_another_series_is_set_aside_too(store: ReviewFile, folder: Path) -> None:
    store.write(nifti(folder), APPROVED, NOTHING)
    record_of(folder).rename(folder / "B.medcrypt-review.json")
    assert "another series" in store.read(nifti(folder, "B.nii.gz")).notes[0]


def test_a_record_of_a_newer_version_is_left_alone(store: ReviewFile, folder: Path) -> None:
    store.write(nifti(folder), APPROVED, NOTHING)
    record_of(folder).write_bytes(b'{"version": 7}')
    with pytest.raises(UnsupportedInputError):
        store.read(nifti(folder))
    with pytest.raises(UnsupportedInputError):
        store.write(nifti(folder), APPROVED, NOTHING)
    assert record_of(folder).read_bytes() == b'{"version": 7}'


def test_labels_come_back_with_numbers_names_and_what_counts(store: ReviewFile, folder: Path) -> None:
    table = LabelTable().with_label(Label(7, "Eyes", (1, 2, 3), in_roi=False))
    mask = with_voxel(with_voxel(ball(table=table), 7), 9, (1, 0, 0))
    kept = store.write_working(nifti(folder), mask, mask_hash(mask))
    back = store.read_mask(nifti(folder), kept, GRID)
    assert (back.labels == mask.labels).all()
    assert back.table[7] == Label(7, "Eyes", (1, 2, 3), in_roi=False)
    assert back.table[9].in_roi, "a number without a name counts"
    assert mask_hash(back) == kept.sha256


def test_a_missing_a_damaged_and_a_foreign_mask_are_three_errors(store: ReviewFile, folder: Path) -> None:
    mask = ball()
    kept = store.write_working(nifti(folder), mask, mask_hash(mask))
    with pytest.raises(UnreadableFileError, match="missing"):
        store.read_mask(nifti(folder), replace(kept, file="B.nii.gz"), GRID)
    with pytest.raises(MaskMismatchError):
        store.read_mask(nifti(folder), kept, Geometry((6, 12, 11), GRID.affine_lps))
    with pytest.raises(MaskMismatchError):
        store.read_mask(nifti(folder), kept, Geometry(GRID.shape, GRID.affine_lps * [[1.5], [1], [1], [1]]))
    path = folder / kept.file
    path.write_bytes(path.read_bytes()[:50])
    with pytest.raises(UnreadableFileError):
        store.read_mask(nifti(folder), kept, GRID)


def test_a_grid_that_lies_nowhere_in_the_patient_is_kept_too(store: ReviewFile, folder: Path) -> None:
    nowhere = Geometry(GRID.shape, GRID.affine_lps, oriented=False)
    mask = with_voxel(ball(nowhere), 1, (0, 0, 3))
    kept = store.write_working(nifti(folder), mask, mask_hash(mask))
    assert mask_hash(store.read_mask(nifti(folder), kept, nowhere)) == kept.sha256


def test_an_approved_mask_is_read_only_and_never_replaced(store: ReviewFile, folder: Path) -> None:
    first, second = ball(), with_voxel(ball())
    version, kept = store.write_version(nifti(folder), first, mask_hash(first), 1)
    content = (folder / kept.file).read_bytes()
    assert (version, kept.file) == (1, "A.medcrypt-mask-v1.nii.gz")
    assert not stat.S_IMODE((folder / kept.file).stat().st_mode) & 0o222
    assert store.write_version(nifti(folder), first, mask_hash(first), 1) == (1, kept), "the same mask has its file"
    assert store.write_version(nifti(folder), second, mask_hash(second), 1)[0] == 2, "1 is taken by another mask"
    assert (folder / kept.file).read_bytes() == content


def test_a_version_that_reads_back_otherwise_is_not_approved(
    store: ReviewFile, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def spoilt(path: Path, mask: RoiMask, force: bool = False) -> None:
        write_mask(path, with_voxel(mask), force)

    monkeypatch.setattr("medcrypt_gui.adapters.review_file.write_mask", spoilt)
    with pytest.raises(WriteError, match="read back"):
        store.write_version(nifti(folder), ball(), mask_hash(ball()), 1)
    assert list(folder.iterdir()) == []


@pytest.mark.usefixtures("read_only")
def test_on_a_read_only_medium_the_review_is_kept_in_the_users_folder_and_said(
    store: ReviewFile, folder: Path, tmp_path: Path
) -> None:
    mask = ball()
    kept = store.write_version(nifti(folder), mask, mask_hash(mask), 1)[1]
    made = NOTHING.with_decision(replace(decision(ReviewState.APPROVED), mask=kept))
    found = store.write(nifti(folder), made, NOTHING)
    assert str(tmp_path / "user" / "reviews") in found.notes[0]
    assert store.read(nifti(folder)).record == made
    assert mask_hash(store.read_mask(nifti(folder), kept, GRID)) == kept.sha256
    assert list(folder.iterdir()) == []
    for path in (tmp_path / "user").rglob("*"):
        assert "Doe" not in path.name
    other = folder.with_name("other")
    other.mkdir()
    assert store.read(nifti(other)).record == NOTHING, "a file of the same name elsewhere is another study"


def test_of_two_records_the_newer_one_holds_whatever_the_clock_said(
    store: ReviewFile, folder: Path, request: pytest.FixtureRequest
) -> None:
    early = store.write(nifti(folder), NOTHING.with_comment("early", MONDAY), NOTHING).record
    request.getfixturevalue("read_only")
    late = early.with_comment("late", MONDAY.replace(hour=1))
    assert store.write(nifti(folder), late, early).record == late


@pytest.mark.usefixtures("read_only")
def test_a_study_in_an_archive_is_reviewed_too(store: ReviewFile, tmp_path: Path) -> None:
    (tmp_path / "study.zip").write_bytes(b"PK")
    ref = nifti(tmp_path / "study.zip" / "inside")
    store.write(ref, APPROVED, NOTHING)
    found = store.read(ref)
    assert found.record == APPROVED
    assert str(tmp_path / "user" / "reviews") in found.notes[0]


def test_a_full_disk_is_no_reason_to_write_elsewhere(
    store: ReviewFile, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.write(nifti(folder), APPROVED, NOTHING)
    opened = os.open

    def full(path: object, flags: int, *rest: int, **named: int) -> int:
        if flags & os.O_CREAT:
            raise OSError(errno.ENOSPC, "No space left on device")
        return opened(path, flags, *rest, **named)  # type: ignore[arg-type]

    monkeypatch.setattr("medcrypt_gui.core.safe_write.os.open", full)
    with pytest.raises(DiskFullError):
        store.write(nifti(folder), APPROVED.with_comment("x", MONDAY), APPROVED)
    assert store.read(nifti(folder)).record == APPROVED


def test_a_mask_that_is_worked_on_goes_once_it_is_approved(store: ReviewFile, folder: Path) -> None:
    mask = ball()
    working = store.write_working(nifti(folder), mask, mask_hash(mask))
    before = store.write(nifti(folder), NOTHING.with_working(working, MONDAY), NOTHING).record
    kept = store.write_version(nifti(folder), mask, mask_hash(mask), 1)[1]
    after = before.with_decision(replace(decision(ReviewState.APPROVED), mask=kept))
    store.write(nifti(folder), after, before, working.file)
    assert sorted(path.name for path in folder.iterdir()) == ["A.medcrypt-mask-v1.nii.gz", "A.medcrypt-review.json"]


def test_of_two_masks_of_one_name_the_one_with_the_hash_is_read(
    store: ReviewFile, folder: Path, request: pytest.FixtureRequest
) -> None:
    old, new = ball(), with_voxel(ball())
    store.write_working(nifti(folder), old, mask_hash(old))
    request.getfixturevalue("read_only")
    kept: KeptMask = store.write_working(nifti(folder), new, mask_hash(new))
    assert mask_hash(store.read_mask(nifti(folder), kept, GRID)) == mask_hash(new)


def test_two_programs_do_not_write_at_once(store: ReviewFile, folder: Path, tmp_path: Path) -> None:
    other = ReviewFile(tmp_path / "other user", patience_s=0.1)
    with store.writing(nifti(folder), NOTHING):
        with pytest.raises(WriteError, match="another program"):
            other.write(nifti(folder), APPROVED, NOTHING)
        other.write(nifti(folder, "B.nii.gz"), APPROVED, NOTHING)
        store.write(nifti(folder), APPROVED, NOTHING)
    with pytest.raises(ReviewChangedError):
        other.write(nifti(folder), APPROVED, NOTHING)
    assert not list(folder.glob("*.lock")), "nothing remains"


def test_writers_at_once_lose_no_word(store: ReviewFile, folder: Path, tmp_path: Path) -> None:
    """Many windows that each add a letter, beginning anew where another one was first."""
    ref = nifti(folder)

    def add(letter: str) -> None:
        mine = ReviewFile(tmp_path / letter)
        while True:
            before = mine.read(ref).record
            try:
                mine.write(ref, before.with_comment(before.comment + letter, MONDAY), before)
            except ReviewChangedError:
                continue
            return

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add, "abcdefgh"))
    found = store.read(ref).record
    assert sorted(found.comment) == list("abcdefgh")
    assert found.revision == 8


def test_what_is_not_read_back_was_not_written(
    store: ReviewFile, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("medcrypt_gui.adapters.review_file.write_atomically", lambda *_args, **_named: None)
    with pytest.raises(WriteError, match="read back"):
        store.write(nifti(folder), APPROVED, NOTHING)


def test_a_file_that_is_held_is_no_reason_to_write_elsewhere(
    store: ReviewFile, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def held(path: Path, *_args: object, **_named: object) -> None:
        raise PermissionDeniedError("sharing violation", path=path)

    monkeypatch.setattr("medcrypt_gui.adapters.review_file.write_atomically", held)
    with pytest.raises(PermissionDeniedError):
        store.write(nifti(folder), APPROVED, NOTHING)
    assert not (tmp_path / "user").exists()
    assert list(folder.iterdir()) == []


def test_a_comment_that_could_not_be_read_back_is_not_written(store: ReviewFile, folder: Path) -> None:
    store.write(nifti(folder), APPROVED, NOTHING)
    with pytest.raises(WriteError, match="comment"):
        store.write(nifti(folder), APPROVED.with_comment("z" * (5 << 20), MONDAY), APPROVED)
    assert store.read(nifti(folder)).record == APPROVED


def test_a_mask_that_is_gone_is_known_without_reading_it(store: ReviewFile, folder: Path) -> None:
    kept = store.write_working(nifti(folder), ball(), mask_hash(ball()))
    found = store.write(nifti(folder), NOTHING.with_working(kept, MONDAY), NOTHING)
    assert not found.lost
    (folder / kept.file).unlink()
    assert store.read(nifti(folder)).lost
