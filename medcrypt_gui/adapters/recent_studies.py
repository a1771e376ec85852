"""The recently opened studies: paths only, in one small JSON file of the user; never a picture or a name."""

from __future__ import annotations

import json
import logging
from pathlib import Path

from medcrypt_gui.core.errors import WriteError
from medcrypt_gui.core.safe_write import write_atomically

_log = logging.getLogger("medcrypt.image")
_LIMIT = 10


class RecentStudiesFile:
    """Remembers up to ten paths, newest first; a damaged or unwritable file only means an empty list."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def list(self) -> tuple[Path, ...]:
        """The remembered paths that still exist."""
        try:
            entries = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return ()
        if not isinstance(entries, list):
            return ()
        return tuple(Path(entry) for entry in entries if isinstance(entry, str) and Path(entry).exists())

    def add(self, path: Path) -> None:
        """Put a path first."""
        path = path.resolve()
        entries = [path, *(other for other in self.list() if other != path)][:_LIMIT]
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(self._path, json.dumps([str(entry) for entry in entries]).encode(), force=True)
        except (OSError, WriteError):
            _log.warning("the list of recent studies could not be written")

    def clear(self) -> None:
        """Forget all of them."""
        self._path.unlink(missing_ok=True)
