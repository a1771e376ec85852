"""Several files that appear together or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from medcrypt_gui.core.errors import PermissionDeniedError, TargetExistsError, WriteError
from medcrypt_gui.core.staged_folder import StagedFolder, is_staging, refuse_existing, refuse_unwritable


def files_in(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder).as_posix()): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_a_new_folder_appears_whole(tmp_path):
    target = tmp_path / "a" / "new"
    with StagedFolder(target) as staged:
        staged.write("b/c.txt", [b"1", memoryview(b"2")])
        staged.write("d.txt", [])
        assert not target.exists()
        assert staged.publish() == (target / "b" / "c.txt", target / "d.txt")
    assert files_in(tmp_path) == {"a/new/b/c.txt": b"12", "a/new/d.txt": b""}


def test_without_publishing_nothing_is_left(tmp_path):
    with StagedFolder(tmp_path / "new") as staged:
        staged.write("a.txt", [b"1"])
    assert files_in(tmp_path) == {}
    assert list(tmp_path.iterdir()) == []


def test_files_join_others_in_an_existing_folder(tmp_path):
    (tmp_path / "mine.txt").write_bytes(b"mine")
    with StagedFolder(tmp_path) as staged:
        staged.write("a.txt", [b"1"])
        staged.publish()
    assert files_in(tmp_path) == {"a.txt": b"1", "mine.txt": b"mine"}


def test_a_file_is_replaced_only_when_asked(tmp_path):
    (tmp_path / "b.txt").write_bytes(b"mine")
    with StagedFolder(tmp_path) as staged:
        staged.write("a.txt", [b"1"])
        staged.write("b.txt", [b"2"])
        with pytest.raises(TargetExistsError):
            staged.publish()
    assert files_in(tmp_path) == {"b.txt": b"mine"}
    with StagedFolder(tmp_path, force=True) as staged:
        staged.write("b.txt", [b"2"])
        staged.publish()
    assert files_in(tmp_path) == {"b.txt": b"2"}


def test_a_move_that_fails_half_way_is_taken_back(tmp_path):
    (tmp_path / "b.txt").mkdir()
    with StagedFolder(tmp_path, force=True) as staged:
        staged.write("a.txt", [b"1"])
        staged.write("b.txt", [b"2"])
        with pytest.raises(WriteError):
            staged.publish()
    assert files_in(tmp_path) == {}


def test_one_name_cannot_be_written_twice(tmp_path):
    with StagedFolder(tmp_path / "new") as staged:
        staged.write("a.txt", [b"1"])
        with pytest.raises(TargetExistsError):
            staged.write("a.txt", [b"2"])


def test_places_that_cannot_be_written_are_refused_beforehand(tmp_path, monkeypatch):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(TargetExistsError):
        refuse_unwritable(tmp_path / "file")
    with pytest.raises(PermissionDeniedError):
        refuse_unwritable(tmp_path / "file" / "below")
    with pytest.raises(TargetExistsError):
        refuse_existing(tmp_path, ["a", "file"])
    refuse_unwritable(tmp_path / "new" / "below")
    monkeypatch.setattr("os.access", lambda *_: False)
    with pytest.raises(PermissionDeniedError):
        refuse_unwritable(tmp_path / "new")


def test_the_temporary_folder_is_known_by_its_name(tmp_path):
    with StagedFolder(tmp_path / "new") as staged:
        inner = staged.write("a.txt", [b"1"])
        assert is_staging(inner.parent.name)
    assert not is_staging("a.txt")


def publish_and_fail(target: Path) -> None:
    with StagedFolder(target, force=True) as staged:
        staged.write("a.txt", [b"1"])
        staged.write("b.txt", [b"2"])
        staged.publish()
        raise RuntimeError("a later step failed")


@pytest.mark.parametrize("existing", [True, False])
def test_what_was_published_is_taken_back_when_a_later_step_fails(tmp_path, existing):
    target = tmp_path / "target"
    if existing:
        target.mkdir()
        (target / "a.txt").write_bytes(b"mine")
    before = files_in(tmp_path)
    with pytest.raises(RuntimeError):
        publish_and_fail(target)
    assert files_in(tmp_path) == before
    assert target.exists() == existing


def test_a_forced_move_that_fails_half_way_brings_the_replaced_files_back(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"mine")
    (tmp_path / "b.txt").mkdir()
    with pytest.raises(WriteError):
        publish_and_fail(tmp_path)
    assert files_in(tmp_path) == {"a.txt": b"mine"}


def test_a_name_too_long_for_the_disk_is_a_write_error(tmp_path):
    with pytest.raises(WriteError):
        refuse_unwritable(tmp_path / ("x" * 300))
    with pytest.raises(WriteError):
        StagedFolder(tmp_path / ("x" * 300))
