"""Writes one journal in a thread of its own: nothing that the disk does can be felt while painting."""

from __future__ import annotations

import logging
import os
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from medcrypt_gui.core.errors import KeyringUnavailableError, MedcryptError, WriteError
from medcrypt_gui.core.journal.kept_work import replayed, snapshot
from medcrypt_gui.core.journal.port import Change, Keeping, KeySource, Work
from medcrypt_gui.core.journal.recognition import Hallmark
from medcrypt_gui.core.journal.record import NOTHING_TOLD, Record, Subject, Voxels, encode
from medcrypt_gui.core.journal.seal import SALT_BYTES, Header, Sealer
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.mask.labels import LabelTable
from medcrypt_gui.core.mask.packed_labels import PackedLabels
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.safe_write import os_errors_as_write_errors, sync_folder, write_atomically

_log = logging.getLogger("medcrypt.journal")
_KEY_PATIENCE_S = 1.5  # then it is begun without the key, and sealed as soon as the key comes
_RETRY_S = 5.0
_LEAST_REWRITE_BYTES = 4 << 20
_REWRITE_FACTOR = 8  # so that rewriting costs an eighth of writing at most


class JournalWriter:
    """The port `Journal`. The file is made by the first change.

    ``place`` is asked for its path and ``hallmark`` for what recognises the series, both in the thread; the first may
    raise `WriteError`.
    """

    def __init__(
        self,
        work: Work,
        place: Callable[[], Path],
        hallmark: Callable[[], Hallmark],
        keys: KeySource,
        report: Callable[[Keeping], None],
    ) -> None:
        self._work, self._place, self._hallmark, self._keys, self._report = work, place, hallmark, keys, report
        self._queue: deque[Change] = deque()
        self._backlog = 0
        self._wake = threading.Condition()
        self._closing: bool | None = None  # whether to keep the file
        self._key_clear = threading.Event()
        self._key_news = False
        self._state = Keeping()
        self._file: _File | None = None
        self._table = LabelTable()
        self._thread = threading.Thread(target=self._run, name="medcrypt-journal", daemon=True)
        self._thread.start()
        keys.ask(self._on_key_known)

    @property
    def backlog_bytes(self) -> int:
        return self._backlog

    def tell(self, change: Change) -> None:
        with self._wake:
            self._queue.append(change)
            self._backlog += change.labels.nbytes
            self._wake.notify()

    def close(self, keep: bool) -> None:
        with self._wake:
            self._closing = keep
            self._wake.notify()

    def join(self, patience_s: float) -> None:
        """Wait for the end after `close`, but not longer than this."""
        self._thread.join(patience_s)

    # In the thread

    def _run(self) -> None:
        """The thread's edge: whatever ends it, somebody hears of it."""
        try:
            self._keep()
        except Exception as error:  # noqa: BLE001 - nobody else would notice that nothing is kept any more
            _log.error("the journal ended unexpectedly: %s", type(error).__name__)
            self._say(replace(self._state, problem=WriteError(tr("unexpected {name}", name=type(error).__name__))))

    def _keep(self) -> None:
        while (change := self._next()) is not None:
            if not self._until_it_works(lambda change=change: self._write(change)):  # type: ignore[misc]
                break
            with self._wake:
                self._queue.popleft()
                self._backlog -= change.labels.nbytes
            if change.whole:
                self._say(replace(self._state, told=self._state.told + 1, problem=None, unsealed=self._unsealed()))
                self._rewrite_if_due()
        if self._file is not None:
            self._file.close(remove=not self._closing)

    def _next(self) -> Change | None:
        """The next change to be written; None when the work is over and all is written or unwanted."""
        while True:
            with self._wake:
                self._wake.wait_for(lambda: self._queue or self._closing is not None or self._key_news)
                self._key_news = False
                if self._closing is False:
                    return None
                if self._queue:
                    return self._queue[0]
                if self._closing is not None:
                    return None
            if self._file is not None:  # only the keyring had news
                self._say(replace(self._state, unsealed=self._unsealed()))
                self._rewrite_if_due()

    def _until_it_works(self, write: Callable[[], None]) -> bool:
        """Try again and again, and say why it fails; False when the work was over before it worked."""
        while True:
            try:
                write()
                return True
            except WriteError as error:
                _log.warning("the journal cannot be written: %s", type(error).__name__)
                self._say(replace(self._state, problem=error))
            with self._wake:
                self._wake.wait_for(lambda: self._closing is not None, _RETRY_S)
                if self._closing is not None:
                    return False

    def _write(self, change: Change) -> None:
        """Raises `WriteError`; written again, the same change takes the place of what was half written."""
        if self._file is None:
            self._key_clear.wait(_KEY_PATIENCE_S)
            self._file = self._begun()
        self._table = change.table or self._table
        voxels = Voxels(change.box, PackedLabels.of(change.labels)) if change.labels.size else None
        self._file.append(Record(change.when, voxels, change.table, whole=change.whole))

    def _begun(self) -> _File:
        return _File.made(self._place(), *self._sealed_for(RoiMask.empty(self._work.geometry), NOTHING_TOLD))

    def _sealed_for(self, mask: RoiMask, when: float) -> tuple[bytes | None, bytes, Record]:
        """The secret or None, a salt, and the record that a file of these begins with."""
        try:
            secret: bytes | None = self._keys.secret()
        except KeyringUnavailableError:
            secret = None
        salt = os.urandom(SALT_BYTES)
        work = self._work
        subject = Subject(work.geometry, self._hallmark().hashed(salt), work.paths, work.had_mask)
        return secret, salt, snapshot(mask, subject, when)

    def _unsealed(self) -> str:
        """Why the file is not sealed; empty also while the keyring was not heard of yet."""
        try:
            self._keys.secret()
        except KeyringUnavailableError as error:
            sealed = self._file is not None and self._file.keyed
            return "" if sealed or not self._key_clear.is_set() else error.detail
        return ""

    def _on_key_known(self) -> None:
        """From any thread."""
        with self._wake:
            self._key_clear.set()
            self._key_news = True
            self._wake.notify()

    def _rewrite_if_due(self) -> None:
        """Begin the file anew with one snapshot when it has grown, or when it can be sealed now."""
        assert self._file is not None
        try:
            self._keys.secret()
            sealable = not self._file.keyed
        except KeyringUnavailableError:
            sealable = False
        if not (sealable or self._file.grown) or not self._file.ends_whole:
            return
        try:
            work = replayed(self._file.path.read_bytes(), self._file.secret)
            mask = replace(work.mask, table=self._table)
            self._file = self._file.rewritten(*self._sealed_for(mask, work.when))
        except (OSError, MedcryptError) as error:
            _log.warning("the journal could not be rewritten: %s", type(error).__name__)
            self._file.put_off()

    def _say(self, state: Keeping) -> None:
        if state != self._state:
            self._state = state
            if self._closing is None:  # afterwards there may be nobody left to hear it
                self._report(state)


class _File:
    """One open file, and how far it is written."""

    def __init__(self, path: Path, secret: bytes | None, sealer: Sealer, size: int) -> None:
        self.path, self.secret = path, secret
        self.ends_whole = True
        self._sealer, self._end = sealer, size
        self._limit = max(_LEAST_REWRITE_BYTES, _REWRITE_FACTOR * size)
        self._frame: bytes | None = None
        self._stream = path.open("r+b", buffering=0)

    @classmethod
    def made(cls, path: Path, secret: bytes | None, salt: bytes, first: Record) -> _File:
        """Put the file there whole, instead of one that is there. Raises `WriteError`."""
        header = Header.of(secret, salt)
        sealer = Sealer(header, secret)
        content = header.to_bytes() + sealer.seal(encode(first, names=secret is not None))
        write_atomically(path, content, force=True, private=True, verify=False)
        with os_errors_as_write_errors(path):
            return cls(path, secret, sealer, len(content))

    @property
    def keyed(self) -> bool:
        return self.secret is not None

    @property
    def grown(self) -> bool:
        return self._end > self._limit

    def append(self, record: Record) -> None:
        """Write a record behind the others, to the disk where it ends a state. Raises `WriteError`."""
        with os_errors_as_write_errors(self.path):
            frame = self._framed(record)
            self._stream.seek(self._end)
            self._stream.truncate()
            rest = memoryview(frame)
            while rest:
                rest = rest[self._stream.write(rest) :]
            if record.whole:
                os.fsync(self._stream.fileno())
        self._end += len(frame)
        self.ends_whole = record.whole
        self._frame = None

    def rewritten(self, secret: bytes | None, salt: bytes, first: Record) -> _File:
        """A file of the same name in place of this one, which is closed. Raises `WriteError`; this one stays then."""
        self._stream.close()  # Windows replaces no open file
        try:
            return _File.made(self.path, secret, salt, first)
        except WriteError:
            self._stream = self.path.open("r+b", buffering=0)
            raise

    def put_off(self) -> None:
        """Do not try to rewrite again soon."""
        self._limit = 2 * max(self._limit, self._end)

    def close(self, remove: bool) -> None:
        self._stream.close()
        if remove:
            with suppress(OSError):
                self.path.unlink(missing_ok=True)
            sync_folder(self.path.parent)

    def _framed(self, record: Record) -> bytes:
        """Sealed once only, however often it is written: a number is a nonce, and never stands for two contents."""
        if self._frame is None:
            self._frame = self._sealer.seal(encode(record, names=self.keyed))
        return self._frame
