"""A file inside an archive that can be used like a `Path`: it is inflated in memory, never onto the disk.

It opens, gives its size and its neighbours, and can be handed to another process (which gets its bytes). What native
code would need, a name that the system knows, it does not have: opening ``str(member)`` fails there, harmlessly.
"""

from __future__ import annotations

import errno
import io
import os
import stat
import sys
from pathlib import Path
from typing import IO, Any, Protocol

if sys.platform == "win32":
    from pathlib import WindowsPath as _SystemPath
else:
    from pathlib import PosixPath as _SystemPath

_BUFFER_BYTES = 1 << 16


class MemberSource(Protocol):
    """Where the bytes of members come from. Reading raises `OSError` with a reason in ``strerror``."""

    @property
    def mtime_ns(self) -> int: ...

    def size(self, key: str) -> int: ...

    def head(self, key: str) -> bytes:
        """The first bytes, or all of them."""

    def content(self, key: str) -> bytes:
        """All bytes, their checksum verified."""

    def member(self, path: Path) -> Path:
        """The member of that path; a path that does not exist where there is none."""


class ZipMember(_SystemPath):
    """``archive.zip/folder/name``. ``source`` is None of paths derived from it, which are nowhere."""

    source: MemberSource | None = None

    def with_segments(self, *segments: Any) -> Path:  # from Python 3.12 on
        return Path(*segments)

    @property
    def parent(self) -> Any:
        return Path(str(self)).parent

    def with_name(self, name: str) -> Any:
        other = self.parent / name
        return other if self.source is None else self.source.member(other)

    def absolute(self) -> Any:
        return self  # the archive's path is absolute

    def open(self, mode: str = "r", buffering: int = -1, *_args: Any, **_kwargs: Any) -> IO[Any]:  # type: ignore[override]
        if self.source is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(self))
        if mode != "rb":
            raise PermissionError(errno.EACCES, "members of an archive are only read, as bytes", str(self))
        raw = _MemberStream(self.source, str(self))
        return raw if buffering == 0 else io.BufferedReader(raw, _BUFFER_BYTES)  # type: ignore[return-value]

    def read_bytes(self) -> bytes:
        if self.source is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(self))
        return self.source.content(str(self))

    def stat(self, *, follow_symlinks: bool = True) -> os.stat_result:
        if self.source is None:
            return super().stat(follow_symlinks=follow_symlinks)
        size, when = self.source.size(str(self)), self.source.mtime_ns
        seconds = when // 1_000_000_000
        fields = (stat.S_IFREG | 0o444, 0, 0, 1, 0, 0, size, seconds, seconds, seconds)
        return os.stat_result(fields, {"st_mtime_ns": when, "st_mtime": when / 1e9})

    def exists(self, **_kwargs: Any) -> bool:
        return self.source is not None

    def is_file(self, **_kwargs: Any) -> bool:
        return self.source is not None

    def is_dir(self, **_kwargs: Any) -> bool:
        return False

    def __reduce__(self) -> Any:
        if self.source is None:
            return Path, (str(self),)
        return _carried, (str(self), self.source.content(str(self)), self.source.mtime_ns)


def member_path(path: Path, source: MemberSource) -> ZipMember:
    """The path of a member of ``source``."""
    made = ZipMember(path)
    made.source = source
    return made


def beside(path: Path, relative: str) -> Path:
    """The file that a header names relative to its own place."""
    if isinstance(path, ZipMember) and path.source is not None:
        return path.source.member(path.parent / relative)
    return path.parent / relative


def stamp_of(path: Path, file: IO[bytes]) -> tuple[int, int]:
    """Size and time of change of an open file, by which one that was replaced meanwhile is noticed."""
    status = path.stat() if isinstance(path, ZipMember) else os.fstat(file.fileno())
    return status.st_size, status.st_mtime_ns


def same_bytes(a: Path, b: Path) -> bool:
    """Whether two files hold the same. Raises `OSError`."""
    if a.stat().st_size != b.stat().st_size:
        return False
    with a.open("rb") as one, b.open("rb") as other:
        while piece := one.read(1 << 20):
            if piece != other.read(1 << 20):
                return False
    return True


class _Carried:
    """One member's bytes, in another process than the archive."""

    def __init__(self, content: bytes, mtime_ns: int) -> None:
        self._content, self.mtime_ns = content, mtime_ns

    def size(self, _key: str) -> int:
        return len(self._content)

    def head(self, _key: str) -> bytes:
        return self._content

    def content(self, _key: str) -> bytes:
        return self._content

    def member(self, path: Path) -> Path:
        return path


def _carried(path: str, content: bytes, mtime_ns: int) -> ZipMember:
    return member_path(Path(path), _Carried(content, mtime_ns))


class _MemberStream(io.RawIOBase):
    """Reads the head alone as long as that suffices; beyond it the whole member is inflated."""

    def __init__(self, source: MemberSource, key: str) -> None:
        self._source, self._key = source, key
        self.name = key  # pydicom asks for it
        self._size, self._at = source.size(key), 0
        self._known = source.head(key)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        if start + offset < 0:
            raise ValueError("negative seek position")
        self._at = start + offset
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: Any) -> int:
        target = memoryview(buffer).cast("B")
        count = max(0, min(len(target), self._size - self._at))
        if self._at + count > len(self._known):
            self._known = self._source.content(self._key)
        piece = memoryview(self._known)[self._at : self._at + count]
        target[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)
