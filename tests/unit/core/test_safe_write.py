"""Files are there whole or not at all."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from medcrypt_gui.core import safe_write
from medcrypt_gui.core.errors import DiskFullError, PermissionDeniedError, TargetExistsError, WriteError
from medcrypt_gui.core.safe_write import taken_back_on_error, write_atomically


def failing_fsync(number: int) -> object:
    def fsync(_descriptor: int) -> None:
        raise OSError(number, os.strerror(number))

    return fsync


@pytest.mark.parametrize(
    "chunks", [b"abc", bytearray(b"abc"), memoryview(b"abc"), [b"a", b"", b"bc"], iter([b"ab", b"c"])]
)
def test_writes_bytes_or_pieces_and_leaves_nothing_else(tmp_path: Path, chunks: object) -> None:
    write_atomically(tmp_path / "x.bin", chunks)  # type: ignore[arg-type]
    assert (tmp_path / "x.bin").read_bytes() == b"abc"
    assert [entry.name for entry in tmp_path.iterdir()] == ["x.bin"]


def test_an_existing_file_is_replaced_only_by_force(tmp_path: Path) -> None:
    target = tmp_path / "x"
    target.write_bytes(b"old")
    with pytest.raises(TargetExistsError):
        write_atomically(target, b"new")
    assert target.read_bytes() == b"old"
    write_atomically(target, b"new", force=True)
    assert target.read_bytes() == b"new"


def test_a_file_that_appears_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    target = tmp_path / "x"

    def pieces() -> Iterator[bytes]:
        yield b"mine"
        target.write_bytes(b"theirs")

    with pytest.raises(TargetExistsError):
        write_atomically(target, pieces())
    assert target.read_bytes() == b"theirs"
    assert len(list(tmp_path.iterdir())) == 1


def test_without_hard_links_it_still_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_link(*_: object) -> None:
        raise OSError(errno.EPERM, "no hard links here")

    monkeypatch.setattr(safe_write.os, "link", no_link, raising=False)
    write_atomically(tmp_path / "x", b"abc")
    assert (tmp_path / "x").read_bytes() == b"abc"


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (errno.ENOSPC, DiskFullError),
        (errno.EROFS, PermissionDeniedError),
        (errno.EACCES, PermissionDeniedError),
        (errno.EIO, WriteError),
    ],
)
def test_a_failing_disk_gives_its_error_and_keeps_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, expected: type[WriteError]
) -> None:
    target = tmp_path / "x"
    target.write_bytes(b"old")
    monkeypatch.setattr(safe_write.os, "fsync", failing_fsync(number))
    with pytest.raises(expected) as caught:
        write_atomically(target, b"new", force=True)
    assert type(caught.value) is expected
    assert caught.value.path == target
    assert target.read_bytes() == b"old"
    assert len(list(tmp_path.iterdir())) == 1


def test_what_the_disk_changed_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safe_write, "_digest_of_file", lambda _path: b"something else")
    with pytest.raises(WriteError, match="differs"):
        write_atomically(tmp_path / "x", b"abc")
    assert not list(tmp_path.iterdir())


def test_an_error_of_the_source_passes_through_and_leaves_nothing(tmp_path: Path) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"half"
        raise KeyError("source")

    with pytest.raises(KeyError, match="source"):
        write_atomically(tmp_path / "x", pieces())
    assert not list(tmp_path.iterdir())


def test_a_missing_folder_is_a_write_error(tmp_path: Path) -> None:
    with pytest.raises(WriteError):
        write_atomically(tmp_path / "missing" / "x", b"abc")


@pytest.mark.skipif(os.name != "posix", reason="other systems have no permission bits")
def test_a_private_file_can_be_read_by_its_owner_only(tmp_path: Path) -> None:
    write_atomically(tmp_path / "x", b"abc", private=True)
    assert (tmp_path / "x").stat().st_mode & 0o077 == 0


def no_links(*_: object, **__: object) -> None:
    raise OSError(errno.ENOTSUP, os.strerror(errno.ENOTSUP))


def replace_and_fail(paths: list[Path]) -> None:
    with taken_back_on_error(paths):
        for path in paths:
            write_atomically(path, b"new", force=True)
        raise RuntimeError("a later step failed")


@pytest.mark.parametrize("links", [True, False])
def test_what_was_replaced_comes_back_when_a_later_step_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    if not links:
        monkeypatch.setattr(os, "link", no_links)
    (tmp_path / "a").write_bytes(b"old")
    with pytest.raises(RuntimeError):
        replace_and_fail([tmp_path / "a", tmp_path / "b"])
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a", b"old")]


def test_a_replaced_file_is_gone_when_everything_went_well(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")
    with taken_back_on_error([tmp_path / "a", tmp_path / "b"]):
        write_atomically(tmp_path / "a", b"new", force=True)
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a", b"new")]


def test_a_file_that_was_not_replaced_yet_stays(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")
    with pytest.raises(RuntimeError), taken_back_on_error([tmp_path / "a"]):
        raise RuntimeError("failed at once")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a", b"old")]


def test_a_folder_is_never_moved_aside(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")
    (tmp_path / "folder").mkdir()
    with pytest.raises(TargetExistsError), taken_back_on_error([tmp_path / "a", tmp_path / "folder"]):
        pass
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "folder"]


def test_what_fails_its_check_never_gets_its_name(tmp_path: Path) -> None:
    seen: list[bytes] = []

    def refuse(written: Path) -> None:
        seen.append(written.read_bytes())
        raise ValueError("not as it should be")

    (tmp_path / "file").write_bytes(b"old")
    with pytest.raises(ValueError, match="not as it should be"):
        write_atomically(tmp_path / "file", b"new", force=True, check=refuse)
    assert seen == [b"new"]
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert (tmp_path / "file").read_bytes() == b"old"
