"""An opened ZIP archive: its members as paths, inflated in memory when they are read.

Nothing that an archive declares is believed before it is checked: sizes bind, a member is never inflated beyond its
own, no stream may expand more than deflate can, members may not overlap, and names are only labels.
"""

from __future__ import annotations

import errno
import lzma
import struct
import threading
import weakref
import zlib
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pyzipper
from pyzipper.zipfile_aes import AESZipExtFile

from medcrypt_gui.adapters.archives.zip_member import ZipMember, member_path
from medcrypt_gui.core.errors import (
    ArchiveLockedError,
    UnreadableFileError,
    UnsupportedInputError,
    WrongArchivePasswordError,
)
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.task import TaskContext

_HEAD_BYTES = 1 << 16
_HEADS = 256
_CACHE_BYTES = 256 << 20
_MOST_MEMBERS = 100_000
_MOST_RATIO = 1032  # no deflate stream expands further
_SMALL_BYTES = 1 << 20  # what other methods may make of next to nothing
_PROBE_BYTES = 64 << 20
_DAMAGED = (pyzipper.BadZipFile, zlib.error, lzma.LZMAError, EOFError, struct.error, ValueError, IndexError)
_LOCAL_HEADER = 30
_ENCRYPTIONS = ("utf-8", "cp437", "latin-1")  # what programs make of a password before it is used


class _ExtFile(AESZipExtFile):  # type: ignore[misc]
    def setup_crczipdecrypter(self) -> Any:
        from medcrypt_gui.adapters.archives.zip_crypto import CompiledDecrypter

        super().setup_crczipdecrypter()
        return CompiledDecrypter


class _ZipFile(pyzipper.AESZipFile):  # type: ignore[misc]
    zipextfile_cls = _ExtFile


class ZipArchive:
    """The port `MemberSource` on a ZIP file. It stays open for as long as one of its members is kept."""

    def __init__(self, path: Path, password: str | None, task: TaskContext) -> None:
        """Raises `UnreadableFileError`, `UnsupportedInputError`, `ArchiveLockedError`, `Cancelled`."""
        self.path = path.absolute()
        self.mtime_ns = path.stat().st_mtime_ns
        self._zip = _opened(self.path)
        weakref.finalize(self, self._zip.close)
        self._lock = threading.Lock()
        self._heads: OrderedDict[str, bytes] = OrderedDict()
        self._contents: OrderedDict[str, bytes] = OrderedDict()
        self._password: bytes | None = None
        self._entries = _entries(self._zip, self.path, task)
        self._unlock(password)

    def members(self) -> Iterator[ZipMember]:
        """Every file in it, in order of name."""
        for key in sorted(self._entries):
            yield member_path(Path(key), self)

    def member(self, path: Path) -> Path:
        return member_path(path, self) if str(path) in self._entries else path

    def size(self, key: str) -> int:
        return int(self._entries[key].file_size)

    def head(self, key: str) -> bytes:
        with self._lock:
            known = self._contents.get(key) or self._heads.get(key)
        if known is not None:
            return known
        with self._reading(key) as stream:
            head = bytes(stream.read(_HEAD_BYTES))
        with self._lock:
            self._heads[key] = head
            while len(self._heads) > _HEADS:
                self._heads.popitem(last=False)
        return head

    def content(self, key: str) -> bytes:
        with self._lock:
            if key in self._contents:
                self._contents.move_to_end(key)
                return self._contents[key]
        self._refuse_too_large(key)
        with self._reading(key) as stream:
            content = bytes(stream.read())  # to its end, where the checksum is looked at
        if len(content) != self.size(key):
            raise _failure(tr("damaged within the archive"), key)
        with self._lock:
            self._contents[key] = content
            while len(self._contents) > 1 and sum(map(len, self._contents.values())) > _CACHE_BYTES:
                self._contents.popitem(last=False)
        return content

    def _refuse_too_large(self, key: str) -> None:
        entry = self._entries[key]
        packed = max(int(entry.compress_size), 1)
        if entry.file_size > _SMALL_BYTES and entry.file_size > packed * _MOST_RATIO:
            raise _failure(tr("it claims to hold more than it can"), key)
        if entry.file_size > psutil.virtual_memory().available // 2:
            raise _failure(tr("it does not fit into memory; unpack the archive"), key)

    @contextmanager
    def _reading(self, key: str) -> Iterator[Any]:
        """The stream of a member; what reading it raises, as `OSError`."""
        try:
            with self._zip.open(self._entries[key], pwd=self._password) as stream:
                yield stream
        except NotImplementedError as exc:
            raise _failure(tr("its compression or encryption is not supported"), key) from exc
        except RuntimeError as exc:
            raise _failure(tr("it has another password than the rest of the archive"), key) from exc
        except MemoryError as exc:
            raise _failure(tr("it does not fit into memory; unpack the archive"), key) from exc
        except _DAMAGED as exc:
            raise _failure(tr("damaged within the archive"), key) from exc

    def _unlock(self, password: str | None) -> None:
        """Try the password on the smallest member that has one: the right one leads to the right checksum."""
        locked = [key for key, entry in self._entries.items() if entry.is_encrypted and entry.file_size]
        if not locked:
            return
        if not password:
            raise ArchiveLockedError(tr("the archive is encrypted"), path=self.path)
        probe = min(locked, key=lambda key: int(self._entries[key].compress_size))
        for encoding in _ENCRYPTIONS:
            try:
                self._password = password.encode(encoding)
                (self.content if self.size(probe) < _PROBE_BYTES else self.head)(probe)
            except UnicodeEncodeError:
                continue
            except OSError as exc:
                if isinstance(exc.__cause__, NotImplementedError):
                    raise UnsupportedInputError(exc.strerror or "", path=self.path) from exc
                continue
            return
        raise WrongArchivePasswordError(tr("the archive does not open with this password"), path=self.path)


def _opened(path: Path) -> Any:
    try:
        return _ZipFile(path)
    except NotImplementedError as exc:
        raise UnsupportedInputError(tr("this kind of archive is not supported; unpack it first"), path=path) from exc
    except OSError as exc:
        raise UnreadableFileError(tr("cannot be read: {reason}", reason=exc.strerror), path=path) from exc
    except (*_DAMAGED, OverflowError, MemoryError) as exc:
        raise UnreadableFileError(tr("the archive is damaged or cut off"), path=path) from exc


def _entries(opened: Any, path: Path, task: TaskContext) -> dict[str, Any]:
    """The members by the path they are shown under. Raises for an archive that is a trap."""
    infos = [info for info in opened.infolist() if not info.is_dir()]
    if len(infos) > _MOST_MEMBERS:
        raise UnsupportedInputError(tr("the archive holds {count} files; unpack it first", count=len(infos)), path=path)
    _refuse_overlaps(infos, int(opened.start_dir), path)
    found: dict[str, Any] = {}
    taken: set[str] = set()  # without regard to capitals, as paths are compared on Windows
    for number, info in enumerate(infos):
        if number % 1000 == 0:
            task.checkpoint()
        parts = _harmless(info.filename)
        if parts is None:
            continue
        key, copy = str(path.joinpath(*parts)), 1
        while key.casefold() in taken:
            copy += 1
            key = str(path.joinpath(tr("copy {number}", number=copy), *parts))
        found[key] = info
        taken.add(key.casefold())
    return found


def _refuse_overlaps(infos: list[Any], directory: int, path: Path) -> None:
    """Members that share their bytes make gigabytes of little (D. Fifield, A better zip bomb, 2019)."""
    end = 0
    for info in sorted(infos, key=lambda info: int(info.header_offset)):
        if info.header_offset < end:
            raise UnreadableFileError(tr("the archive is damaged: its files overlap"), path=path)
        end = info.header_offset + _LOCAL_HEADER + info.compress_size
    if end > directory:
        raise UnreadableFileError(tr("the archive is damaged or cut off"), path=path)


def _harmless(name: str) -> tuple[str, ...] | None:
    """A member's name as parts below the archive; None for what operating systems leave in archives."""
    parts = [part.replace(":", "_").replace("\0", "_") for part in name.replace("\\", "/").split("/")]
    parts = [part for part in parts if part.strip(" .")]
    if not parts or parts[0] == "__MACOSX" or parts[-1].startswith("."):
        return None
    return tuple(parts)


def _failure(reason: str, key: str) -> OSError:
    return OSError(errno.EIO, reason, key)
