"""The folder of journals: unsaved work of the windows that run, and of those that did not end properly."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from medcrypt_gui.adapters.instance_lock import InstanceLock, is_held, remove_stray_locks
from medcrypt_gui.adapters.journal_writer import JournalWriter
from medcrypt_gui.core.errors import MedcryptError, UnreadableFileError
from medcrypt_gui.core.imaging.series import Series
from medcrypt_gui.core.journal.kept_work import KeptWork, replayed, subject_of
from medcrypt_gui.core.journal.port import Keeping, KeySource, Leftover, Work
from medcrypt_gui.core.journal.recognition import Hallmark, hallmark_of
from medcrypt_gui.core.journal.seal import HEADER_BYTES, Header
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.safe_write import os_errors_as_write_errors

_SUFFIX = ".work"
_PARTS_S = 24 * 3600


class JournalFiles:
    """The port `JournalShelf`. Files are named by chance; the part before the dash says whose window they belong to."""

    def __init__(self, folder: Path, keys: KeySource, clock: Callable[[], float] = time.time) -> None:
        self._folder, self._keys, self._clock = folder, keys, clock
        self._guard = threading.Lock()
        self._lock: InstanceLock | None = None
        self._instance = ""
        self._count = 0
        self._writers: list[JournalWriter] = []

    def begin(self, work: Work, report: Callable[[Keeping], None]) -> JournalWriter:
        writer = JournalWriter(work, self._new_place, lambda: _hallmark(work.series), self._keys, report)
        self._writers.append(writer)
        return writer

    def finish(self, patience_s: float) -> None:
        """Wait for what was closed, and let go of what is ours."""
        until = time.monotonic() + patience_s
        for writer in self._writers:
            writer.join(max(0.0, until - time.monotonic()))
        self._writers.clear()
        with self._guard:
            if self._lock is not None:
                self._lock.release(remove=not any(self._folder.glob(f"{self._instance}-*{_SUFFIX}")))
                self._lock = None

    def leftovers(self) -> tuple[Leftover, ...]:
        found: list[Leftover] = []
        try:
            paths = tuple(self._folder.glob(f"*{_SUFFIX}"))
        except OSError:
            return ()
        for path in paths:
            if not self._in_use(path):
                with suppress(OSError):
                    found += self._looked_at(path)
        self._sweep()
        return tuple(sorted(found, key=lambda one: one.changed, reverse=True))

    def ask_key(self, known: Callable[[], None]) -> None:
        self._keys.ask(known)

    def read(self, name: str) -> KeptWork:
        content = self._content(name)
        return replayed(content, self._secret_for(Header.read(content)))

    def fitting(self, names: Sequence[str], series: Series) -> tuple[str, ...]:
        hallmark = _hallmark(series)
        found: list[str] = []
        for name in names:
            try:
                content = self._content(name)
                header = Header.read(content)
                subject = subject_of(content, self._secret_for(header))
            except MedcryptError:
                continue
            if hallmark.fits(subject.identity, header.salt):
                found.append(name)
        return tuple(found)

    def discard(self, name: str) -> None:
        path = self._folder / name
        with os_errors_as_write_errors(path):
            path.unlink(missing_ok=True)

    def _new_place(self) -> Path:
        """Where the next journal goes; the first one takes the lock that keeps other windows away."""
        with self._guard, os_errors_as_write_errors(self._folder):
            if self._lock is None:
                self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                self._lock = self._locked()
            self._count += 1
            return self._folder / f"{self._instance}-{self._count}{_SUFFIX}"

    def _locked(self) -> InstanceLock:
        """A lock under a new name. Raises OSError."""
        for tries_left in (2, 1, 0):
            self._instance = secrets.token_hex(8)
            try:
                return InstanceLock(self._folder, self._instance)
            except OSError:
                if not tries_left:
                    raise
        raise AssertionError("the last try returns or raises")

    def _in_use(self, path: Path) -> bool:
        instance = _instance_of(path)
        return (self._lock is not None and instance == self._instance) or is_held(self._folder, instance)

    def _looked_at(self, path: Path) -> list[Leftover]:
        """What lies there, however old: clocks go wrong, so only the user throws work away. Raises OSError."""
        changed = path.stat().st_mtime
        with path.open("rb") as stream:
            beginning = stream.read(HEADER_BYTES)
        try:
            Header.read(beginning)
        except UnreadableFileError:
            return []
        return [Leftover(path.name, changed)]

    def _sweep(self) -> None:
        """Remove what killed windows left beside their journals."""
        with suppress(OSError):
            used = frozenset(_instance_of(path) for path in self._folder.glob(f"*{_SUFFIX}"))
            remove_stray_locks(self._folder, used)
            for part in self._folder.glob(".medcrypt-*.part"):
                if self._clock() - part.stat().st_mtime > _PARTS_S:
                    part.unlink(missing_ok=True)

    def _content(self, name: str) -> bytes:
        path = self._folder / name
        try:
            return path.read_bytes()
        except OSError as error:
            raise UnreadableFileError(tr("this unsaved work is no longer there"), path=path) from error

    def _secret_for(self, header: Header) -> bytes | None:
        return self._keys.secret() if header.keyed else None


def _instance_of(path: Path) -> str:
    return path.name.split("-", 1)[0]


def _hallmark(series: Series) -> Hallmark:
    """What recognises the series; where its file cannot be read, what it is called while it is open."""
    try:
        return hallmark_of(series, lambda: series.files[0].open("rb"))
    except (OSError, UnreadableFileError):
        return Hallmark(f"unread {series.uid}".encode())
