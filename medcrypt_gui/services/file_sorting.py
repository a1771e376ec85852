"""Which reader each file is for, and what the files are that none reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from medcrypt_gui.core.errors import InputError, UnreadableFileError
from medcrypt_gui.core.imaging.series import Skipped, Unreadable
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.ports import ArchiveOpener, SeriesReader
from medcrypt_gui.core.task import TaskContext


class FileSorting:
    """Takes one file after the other; ``found`` are those for each reader, in the readers' order."""

    def __init__(
        self,
        readers: Sequence[SeriesReader],
        archives: ArchiveOpener | None,
        passwords: Mapping[Path, str],
        task: TaskContext,
    ) -> None:
        self.found: list[list[Path]] = [[] for _ in readers]
        self.skipped: list[Skipped] = []
        self.unreadable: list[Unreadable] = []
        self.archive_of: dict[Path, Path] = {}
        self._readers, self._archives, self._passwords, self._task = readers, archives, passwords, task
        self._named: set[Path] = set()

    def take(self, path: Path, named: bool) -> None:
        """One file; ``named`` says that it was given itself, not the folder that it lies in.

        Raises `ArchiveLockedError`, `WrongArchivePasswordError`, `Cancelled`.
        """
        self._task.checkpoint()
        try:
            self._sort(path, named)
        except OSError as exc:
            reason = tr("cannot be read: {reason}", reason=exc.strerror or type(exc).__name__)
            self.unreadable.append(Unreadable(path, UnreadableFileError(reason, path=path)))

    def settle(self) -> None:
        """Pass over pictures that merely lie beside other images."""
        others = any(files for files, reader in zip(self.found, self._readers, strict=True) if not reader.only_alone)
        for files, reader in zip(self.found, self._readers, strict=True):
            if reader.only_alone and others:
                reason = tr("a picture; open it by itself")
                self.skipped += [Skipped(path, reason) for path in files if path not in self._named]
                files[:] = [path for path in files if path in self._named]

    def _sort(self, path: Path, named: bool) -> None:
        if path.exists() and not path.is_file():  # reading a pipe or a device might never end
            self.skipped.append(Skipped(path, tr("not a file")))
            return
        index = next((i for i, reader in enumerate(self._readers) if reader.recognises(path)), None)
        if index is not None:
            self.found[index].append(path)
            if named:
                self._named.add(path)
            return
        kind = self._archives.kind(path) if self._archives is not None else None
        if self._archives is None or kind is None:
            self.skipped.append(Skipped(path, tr("not an image")))
        elif kind.opens and named:
            self._look_into(path, self._archives)
        else:
            self.skipped.append(Skipped(path, kind.reason))

    def _look_into(self, path: Path, archives: ArchiveOpener) -> None:
        try:
            members = archives.members(path, self._passwords.get(path.absolute()), self._task)
        except InputError as exc:
            self.unreadable.append(Unreadable(path, exc))
            return
        for member in members:
            self.archive_of[member] = path
            self.take(member, named=False)
