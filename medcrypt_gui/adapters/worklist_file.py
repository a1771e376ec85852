"""Worklists as files: those the user saves, and the one of the last session in the user's data."""

from __future__ import annotations

import logging
from pathlib import Path

from medcrypt_gui.adapters.small_file import content_of
from medcrypt_gui.core.errors import InputError, UnreadableFileError, speaking_of
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.review.file_names import WORKLIST_SUFFIX
from medcrypt_gui.core.review.worklist import Worklist
from medcrypt_gui.core.review.worklist_json import LARGEST_BYTES, worklist_in, worklist_text
from medcrypt_gui.core.safe_write import os_errors_as_write_errors, write_atomically

_log = logging.getLogger("medcrypt.mask")


class WorklistFile:
    """The port `WorklistStore`; ``folder`` is where the worklist of the last session is kept."""

    def __init__(self, folder: Path) -> None:
        self._last = folder / f"last{WORKLIST_SUFFIX}"

    def read(self, path: Path) -> Worklist:
        """A worklist that was saved. Raises `UnreadableFileError`, `UnsupportedInputError`."""
        content = content_of(path, LARGEST_BYTES)
        if content is None:
            raise UnreadableFileError(tr("the file is missing"), path=path)
        with speaking_of(path):
            return worklist_in(content, path.absolute().parent)

    def write(self, path: Path, worklist: Worklist, force: bool = False) -> None:
        """Save it. Raises `WriteError` and its kinds."""
        write_atomically(path, worklist_text(worklist, path.absolute().parent), force=force)

    def last(self) -> Worklist | None:
        """The worklist of the last session; None where there is none, or where it cannot be used."""
        if not self._last.exists():
            return None
        try:
            return self.read(self._last)
        except InputError as error:
            _log.warning("the last worklist cannot be used: %s", type(error).__name__)
            return None

    def keep_last(self, worklist: Worklist | None) -> None:
        """Remember it, or forget it. Raises `WriteError` and its kinds."""
        with os_errors_as_write_errors(self._last):
            self._last.parent.mkdir(parents=True, exist_ok=True)
            if worklist is None:
                self._last.unlink(missing_ok=True)
                return
        write_atomically(self._last, worklist_text(worklist, self._last.absolute().parent), force=True, private=True)
