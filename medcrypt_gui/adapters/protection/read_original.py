"""Originals are read here, and only read."""

from __future__ import annotations

from pathlib import Path

from medcrypt_gui.core.errors import UnreadableFileError
from medcrypt_gui.core.language import tr


def read_original(path: Path) -> bytes:
    """The file's bytes. Raises `UnreadableFileError`."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnreadableFileError(error.strerror or tr("the file cannot be read"), path=path) from error
