"""Files that are there whole or not at all (format.md, section 8)."""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from medcrypt_gui.core.errors import DiskFullError, PermissionDeniedError, TargetExistsError, WriteError
from medcrypt_gui.core.language import tr

BytesLike = bytes | bytearray | memoryview

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_DENIED = {errno.EACCES, errno.EPERM, errno.EROFS}
_NO_HARD_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EACCES}
_READ_BACK_BYTES = 1 << 20


def write_atomically(
    path: Path,
    chunks: BytesLike | Iterable[BytesLike],
    *,
    force: bool = False,
    verify: bool = True,
    sync_parent: bool = True,
    private: bool = False,
    check: Callable[[Path], None] | None = None,
) -> None:
    """Put ``chunks`` under ``path``: temporary file beside it, fsync, read back, rename, sync of the folder.

    Whatever goes wrong, ``path`` holds either what it held before or the complete new file, and the temporary file is
    gone. ``force`` replaces an existing file. ``verify`` compares what was read back with what was given. A batch
    passes ``sync_parent=False`` and calls `sync_folder` once at its end. ``private`` files can be read by their owner
    only, where the system knows owners. ``check`` is given the finished temporary file before it gets its name, and
    raises what is wrong with it. Errors of the iterable and of ``check`` pass through unchanged.

    Raises `TargetExistsError`, `DiskFullError`, `PermissionDeniedError` or `WriteError`.
    """
    if not force and os.path.lexists(path):
        raise TargetExistsError(tr("a file of this name exists"), path=path)
    pieces = [chunks] if isinstance(chunks, (bytes, bytearray, memoryview)) else chunks
    temporary = path.with_name(f".medcrypt-{secrets.token_hex(6)}.part")
    try:
        written = _write_and_sync(temporary, pieces, path, 0o600 if private else 0o666)
        with os_errors_as_write_errors(path):
            if verify and _digest_of_file(temporary) != written:
                raise WriteError(tr("what was read back differs from what was written"), path=path)
        if check is not None:
            check(temporary)
        with os_errors_as_write_errors(path):
            _publish(temporary, path, force=force)
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
    if sync_parent:
        sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in ``folder`` durable, where the system can; elsewhere (Windows) nothing is done."""
    if os.name != "posix":
        return
    # Some network file systems cannot sync a folder; the files themselves are already safe.
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextmanager
def taken_back_on_error(paths: Iterable[Path]) -> Iterator[None]:
    """If the block raises, each of ``paths`` is afterwards as it was before: a file that was replaced comes back.

    Meanwhile the old files also have names ``.medcrypt-*.old`` beside their own; a killed process leaves them there.
    Raises `WriteError` if a path is a folder or cannot be kept.
    """
    kept: dict[Path, Path | None] = {}
    try:
        for path in paths:
            with os_errors_as_write_errors(path):
                kept[path] = _second_name(path) if os.path.lexists(path) else None
        yield
    except BaseException:
        for path, old in kept.items():
            with suppress(OSError):
                _put_back(path, old)
        raise
    for old in filter(None, kept.values()):
        with suppress(OSError):
            old.unlink(missing_ok=True)


def _second_name(path: Path) -> Path:
    if path.is_dir() and not path.is_symlink():
        raise TargetExistsError(tr("a folder lies where the file should be"), path=path)
    old = path.with_name(f".medcrypt-{secrets.token_hex(6)}.old")
    try:
        os.link(path, old, follow_symlinks=False)
    except (OSError, NotImplementedError):
        path.rename(old)  # no hard links here
    return old


def _put_back(path: Path, old: Path | None) -> None:
    if old is None:
        path.unlink(missing_ok=True)
    else:
        old.replace(path)
        old.unlink(missing_ok=True)  # POSIX leaves both if they were still names of the same file


def _write_and_sync(temporary: Path, pieces: Iterable[BytesLike], path: Path, mode: int) -> bytes:
    """Write and fsync; returns the SHA-256 of what was given. ``path`` is only named in errors."""
    digest = hashlib.sha256()
    with os_errors_as_write_errors(path):
        # Without O_BINARY Windows would change line ends.
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        stream = os.fdopen(os.open(temporary, flags, mode), "wb")
    with stream:
        for piece in pieces:
            digest.update(piece)
            with os_errors_as_write_errors(path):
                stream.write(piece)
        with os_errors_as_write_errors(path):
            stream.flush()
            os.fsync(stream.fileno())
    return digest.digest()


def _digest_of_file(path: Path) -> bytes:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while piece := stream.read(_READ_BACK_BYTES):
            digest.update(piece)
    return digest.digest()


def _publish(temporary: Path, path: Path, *, force: bool) -> None:
    """Give the finished file its name; without ``force`` never over a file that appeared meanwhile."""
    if force:
        temporary.replace(path)
    elif os.name == "nt":
        temporary.rename(path)  # On Windows this fails if the name is taken.
    else:
        try:
            os.link(temporary, path)  # Unlike rename, this fails if the name is taken.
        except FileExistsError:
            raise
        except OSError as error:
            if error.errno not in _NO_HARD_LINKS:
                raise
            # FAT and some network file systems have no hard links; the name was checked a moment ago.
            temporary.replace(path)


@contextmanager
def os_errors_as_write_errors(path: Path) -> Iterator[None]:
    """Within it, an `OSError` becomes the `WriteError` that says what it means, naming ``path``."""
    try:
        yield
    except OSError as error:
        raise _translated(error, path) from error


def _translated(error: OSError, path: Path) -> WriteError:
    reason = error.strerror or type(error).__name__
    if isinstance(error, FileExistsError):
        return TargetExistsError(tr("a file of this name exists"), path=path)
    if error.errno in _FULL or getattr(error, "winerror", None) == 112:  # ERROR_DISK_FULL
        return DiskFullError(reason, path=path)
    if isinstance(error, PermissionError) or error.errno in _DENIED:
        return PermissionDeniedError(reason, path=path)
    return WriteError(reason, path=path)
