"""Which window works on which journals: a lock that the system lets go of however a program ends."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

_SUFFIX = ".lock"


def _try_lock(stream: BinaryIO) -> bool:
    """Whether this handle has the lock now. Some network folders know no locks: they give it to everybody."""
    if os.name == "nt":
        import msvcrt

        stream.seek(0)
        try:
            msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        except OSError:
            return False
        return True
    import fcntl

    try:
        fcntl.flock(stream.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


class InstanceLock:
    """Held from its making until `release`."""

    def __init__(self, folder: Path, name: str) -> None:
        """Raises OSError, also when another window takes it for a stray one at this very moment."""
        self._path = folder / f"{name}{_SUFFIX}"
        self._stream = self._path.open("a+b")
        try:
            if not _try_lock(self._stream) or not os.path.samestat(os.fstat(self._stream.fileno()), self._path.stat()):
                raise BlockingIOError(f"{self._path.name} is held")
        except OSError:
            self._stream.close()
            raise

    def release(self, remove: bool) -> None:
        """Let go; with ``remove`` no file remains."""
        if os.name == "nt":  # which removes no file that anybody has open
            self._stream.close()
        if remove:
            with suppress(OSError):
                self._path.unlink(missing_ok=True)
        self._stream.close()


def is_held(folder: Path, name: str) -> bool:
    """Whether a running window holds this lock."""
    try:
        with (folder / f"{name}{_SUFFIX}").open("r+b") as stream:
            return not _try_lock(stream)
    except FileNotFoundError:
        return False
    except OSError:
        return True  # not ours to decide


def remove_stray_locks(folder: Path, used: frozenset[str]) -> None:
    """Remove locks that nobody holds and that belong to none of these names."""
    for path in folder.glob(f"*{_SUFFIX}"):
        if path.stem not in used and not is_held(folder, path.stem):
            with suppress(OSError):
                path.unlink(missing_ok=True)
