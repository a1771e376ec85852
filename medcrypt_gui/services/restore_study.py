"""Restore: give the originals back, byte for byte, or show them without writing anything."""

from __future__ import annotations

import hashlib
import hmac
import logging
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core import age
from medcrypt_gui.core.errors import IntegrityError, PartialResultError, UsageError, WriteError, WrongKeyError
from medcrypt_gui.core.imaging.series import Series
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.protect.instance import OpenedInstance
from medcrypt_gui.core.protect.opened_members import Roll, call_the_roll
from medcrypt_gui.core.protect.protected_files import OpenedSet, find_protected, open_set, read_file
from medcrypt_gui.core.protect.restore_record import Place
from medcrypt_gui.core.safe_write import os_errors_as_write_errors
from medcrypt_gui.core.staged_folder import StagedFolder, refuse_unwritable
from medcrypt_gui.core.task import TaskContext

_log = logging.getLogger("medcrypt.protect")


@dataclass(frozen=True)
class LockedStudy:
    """A protected set as it lies there, locked and not verified.

    ``card_fingerprint`` is a hint, which key card to look for, and ``missing`` another, which members are not there
    ("number 3 of 4"); nothing is decided by them alone.
    """

    set_id: bytes
    card_fingerprint: bytes
    files: tuple[Path, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True)
class RestoreReport:
    """What was restored.

    ``missing`` names the originals whose protected files were not there; ``strays`` are image files of another set or
    of none; ``duplicates`` are protected files that were there twice.
    """

    restored: tuple[Path, ...]
    missing: tuple[str, ...]
    strays: tuple[Path, ...]
    duplicates: tuple[Path, ...]

    @property
    def complete(self) -> bool:
        return not self.missing

    def raise_if_incomplete(self) -> None:
        """Raise `PartialResultError` if something is missing."""
        if self.missing:
            done = tuple(str(path) for path in self.restored)
            raise PartialResultError(tr("some protected files are missing"), done=done, missing=self.missing)


@dataclass(frozen=True, eq=False)
class UnlockedStudy:
    """A set verified and decrypted in memory; nothing was written. ``samples`` are the original stored values by
    protected file."""

    set_id: bytes
    samples: Mapping[Path, NDArray[np.integer]] = field(repr=False)
    missing: tuple[str, ...]
    strays: tuple[Path, ...]
    duplicates: tuple[Path, ...]

    def reveal(self, locked: Volume, files: Sequence[Path], series: Series | None = None) -> Volume:
        """The volume with its region visible. ``locked`` was loaded from the protected ``files``, in this order.

        ``series`` is needed where the volume holds scaled values, as those of slices that are scaled differently.

        Its header data were verified with the files: they equal those in the restore records. Raises `IntegrityError`
        if a file is none of the unlocked ones, or if the volume is not theirs.
        """
        by_path = {path.resolve(): samples for path, samples in self.samples.items()}
        try:
            stored = np.concatenate([by_path[path.resolve()].reshape(-1) for path in files])
        except KeyError as error:
            raise IntegrityError(tr("a file of the series was not unlocked"), path=error.args[0]) from error
        if stored.size != locked.stored.size:
            raise IntegrityError(tr("the unlocked images do not fit the volume that is shown"))
        shaped = stored.reshape(locked.geometry.shape)
        if series is not None and series.holds_values:
            shaped = np.stack([one.values_of(plane) for one, plane in zip(series.instances, shaped, strict=True)])
        shaped = shaped.astype(locked.stored.dtype, copy=False)
        return replace(locked, stored=shaped, loaded=None)


def inspect_protected(paths: Iterable[Path]) -> tuple[LockedStudy, ...]:
    """The protected sets under these paths. Raises `NotProtectedError` if there is none."""
    found = find_protected(paths)
    studies = []
    for set_id in dict.fromkeys(member.set_id for member in found.members):
        members = [member for member in found.members if member.set_id == set_id]
        files = tuple(member.path for member in members)
        missing = _absent([member.place for member in members])
        studies.append(LockedStudy(set_id, members[0].card_fingerprint, files, missing))
    return tuple(studies)


def _absent(places: Sequence[Place]) -> tuple[str, ...]:
    """The places that nobody claims, of as many as the files say there are."""
    count, claimed = max(place.count for place in places), {place.index for place in places}
    return tuple(
        tr("number {number} of {count}", number=index + 1, count=count)
        for index in range(count)
        if index not in claimed
    )


def fingerprints_of(paths: Iterable[Path]) -> frozenset[bytes]:
    """The fingerprints of the cards that open the sets under these paths."""
    return frozenset(study.card_fingerprint for study in inspect_protected(paths))


def check_card(paths: Iterable[Path], card_fingerprint: bytes) -> None:
    """Raise `WrongKeyError` if a card is for none of the sets, before its passphrase is asked."""
    if card_fingerprint not in fingerprints_of(paths):
        raise WrongKeyError(tr("the key card belongs to another study"))


def unlock(paths: Iterable[Path], identities: Sequence[age.Identity], task: TaskContext) -> UnlockedStudy:
    """Verify and decrypt a set in memory, to be looked at.

    Raises `NotProtectedError`, `WrongKeyError`, `IntegrityError` or `Cancelled`.
    """
    opened = open_set(find_protected(paths), identities)
    roll = call_the_roll(opened, lambda instance, _: _typed(instance), task, tr("Verifying and decrypting"))
    samples = {member.path: member.result for member in roll.members}
    return UnlockedStudy(opened.keys.set_id, samples, roll.missing, opened.strays, roll.duplicates)


def restore(
    paths: Iterable[Path],
    identities: Sequence[age.Identity],
    out: Path,
    task: TaskContext,
    *,
    force: bool = False,
) -> RestoreReport:
    """Write the originals to the folder ``out`` under their own names.

    Each is compared with its SHA-256 before and after writing. If a protected file is damaged nothing is written; if
    some are missing the others are restored and the report says so.

    Raises `NotProtectedError`, `WrongKeyError`, `IntegrityError`, `WriteError` or `Cancelled`, and `UsageError` for a
    folder of protected files.
    """
    began = time.perf_counter()
    opened = open_set(find_protected(paths), identities)
    _refuse_protected_folder(out, opened)
    refuse_unwritable(out)
    with StagedFolder(out, force=force) as staged:
        roll = _restore_each(opened, staged, task)
        task.checkpoint()
        restored = staged.publish()
    _log.info("restored set %s: %d files, %.2f s", opened.keys.set_id.hex(), len(restored), time.perf_counter() - began)
    return RestoreReport(restored, roll.missing, opened.strays, roll.duplicates)


def _refuse_protected_folder(out: Path, opened: OpenedSet) -> None:
    """Whoever passes on a protected folder must not pass on the originals with it."""
    with os_errors_as_write_errors(out):
        if out.exists() and any(out.samefile(folder) for folder in {path.parent for path in opened.paths}):
            raise UsageError(
                tr("the originals must not lie among the protected files; choose another folder"), path=out
            )


def _restore_each(opened: OpenedSet, staged: StagedFolder, task: TaskContext) -> Roll[None]:
    claimed: set[int] = set()
    claim = threading.Lock()

    def write_original(instance: OpenedInstance, _: Path) -> None:
        pieces = instance.original_pieces()
        with claim:
            if instance.original.place.index in claimed:
                return
            claimed.add(instance.original.place.index)
        written = staged.write(instance.original.path, pieces)
        digest = hashlib.sha256(read_file(written)).digest()
        if not hmac.compare_digest(digest, instance.original.sha256):
            raise WriteError(tr("what was read back differs from what was written"), path=written)

    return call_the_roll(opened, write_original, task, tr("Verifying and restoring"))


def _typed(instance: OpenedInstance) -> NDArray[np.integer]:
    """The original samples as numbers of this machine's byte order, ``(frames, rows, columns)``."""
    layout = instance.instance.layout
    order, kind = ">" if instance.instance.big_endian else "<", "i" if layout.signed else "u"
    numbers = instance.words().view(f"{order}{kind}{layout.bits_allocated // 8}")
    native = numbers.astype(numbers.dtype.newbyteorder("="), copy=False)
    return native.reshape(layout.frames, layout.rows, layout.columns)
