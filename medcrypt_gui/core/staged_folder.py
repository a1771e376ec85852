"""Several files that appear together or not at all (format.md, section 8)."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterable
from contextlib import ExitStack, suppress
from pathlib import Path, PurePosixPath
from types import TracebackType

from medcrypt_gui.core.errors import PermissionDeniedError, TargetExistsError
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.safe_write import BytesLike, os_errors_as_write_errors, sync_folder, taken_back_on_error

_PREFIX, _SUFFIX = ".medcrypt-", ".part"


def is_staging(name: str) -> bool:
    """Whether a file or folder of this name holds what is not finished yet, or never was."""
    return name.startswith(_PREFIX) and name.endswith(_SUFFIX)


class StagedFolder:
    """Files written beside their final place; `publish` moves them there, leaving the block without it removes them.

    A target folder that does not exist appears by one rename. Into an existing one the files are moved one by one,
    never over others of the same name unless ``force``. If the block ends in an error after `publish`, the target is as
    it was before: what was replaced comes back. Names are relative, with ``/``.
    """

    def __init__(self, target: Path, *, force: bool = False) -> None:
        self._target = target
        self._force = force
        with os_errors_as_write_errors(target):
            self._new = not target.exists()
        # A folder inside an existing target lies on the same disk even if the target is a mount point.
        self._staging = (target.parent if self._new else target) / f"{_PREFIX}{secrets.token_hex(6)}{_SUFFIX}"
        self._names: list[str] = []
        self._published = ExitStack()

    def __enter__(self) -> StagedFolder:
        with os_errors_as_write_errors(self._target):
            self._staging.mkdir(parents=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._published.__exit__(kind, error, trace)
        shutil.rmtree(self._staging, ignore_errors=True)

    def write(self, name: str, pieces: Iterable[BytesLike]) -> Path:
        """Write and fsync one file; returns where it lies for now. May be called from several threads."""
        path = self._staging / PurePosixPath(name)
        with os_errors_as_write_errors(self._target / PurePosixPath(name)):
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("xb") as stream:
                stream.writelines(pieces)
                stream.flush()
                os.fsync(stream.fileno())
        self._names.append(name)
        return path

    @property
    def files(self) -> tuple[Path, ...]:
        """Where the files written so far lie for now, sorted by name."""
        return tuple(self._staging / PurePosixPath(name) for name in sorted(self._names))

    def publish(self) -> tuple[Path, ...]:
        """Give the files their final place; returns their paths, sorted by name."""
        names = sorted(self._names)
        if self._new and not self._target.exists():
            sync_folder(self._staging)
            self._published.push(self._remove_on_error)
            self._published.enter_context(taken_back_on_error(map(self._final, names)))
            with os_errors_as_write_errors(self._target):
                self._staging.rename(self._target)
        else:
            self._move_each(names)
        sync_folder(self._target)
        sync_folder(self._target.parent)
        return tuple(map(self._final, names))

    def _final(self, name: str) -> Path:
        return self._target / PurePosixPath(name)

    def _remove_on_error(self, kind: type[BaseException] | None, *_: object) -> None:
        """Remove the folders of a target that was new; their files are gone by now."""
        if kind is not None:
            for folder in sorted((path for path in self._target.rglob("*") if path.is_dir()), reverse=True):
                with suppress(OSError):
                    folder.rmdir()
            with suppress(OSError):
                self._target.rmdir()

    def _move_each(self, names: list[str]) -> None:
        if not self._force:
            refuse_existing(self._target, names)
        self._published.enter_context(taken_back_on_error(map(self._final, names)))
        for name in names:
            final = self._final(name)
            with os_errors_as_write_errors(final):
                final.parent.mkdir(parents=True, exist_ok=True)
                (self._staging / PurePosixPath(name)).replace(final)


def refuse_existing(target: Path, names: Iterable[str]) -> None:
    """Raise `TargetExistsError` if a file of one of these names lies in ``target``."""
    for name in names:
        path = target / PurePosixPath(name)
        if os.path.lexists(path):
            raise TargetExistsError(tr("a file of this name exists"), path=path)


def refuse_unwritable(target: Path) -> None:
    """Raise `WriteError` if ``target``, or where it would be created, is no folder that may be written to."""
    with os_errors_as_write_errors(target):  # such as a name that is too long
        if target.exists() and not target.is_dir():
            raise TargetExistsError(tr("a file lies where the folder should be"), path=target)
        nearest = next(folder for folder in (target, *target.absolute().parents) if folder.exists())
    if not nearest.is_dir() or not os.access(nearest, os.W_OK | os.X_OK):
        raise PermissionDeniedError(tr("the folder may not be written to"), path=nearest)
