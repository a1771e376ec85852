"""Small files that this program or its users keep: read whole, but never more than such a file may hold."""

from __future__ import annotations

from pathlib import Path

from medcrypt_gui.core.errors import UnreadableFileError
from medcrypt_gui.core.language import tr


def content_of(path: Path, most_bytes: int) -> bytes | None:
    """What the file holds; None where there is no such file. Raises `UnreadableFileError`, for a larger one, too."""
    try:
        with path.open("rb") as stream:
            content = stream.read(most_bytes + 1)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        reason = tr("it cannot be read: {reason}", reason=error.strerror or type(error).__name__)
        raise UnreadableFileError(reason, path=path) from error
    if len(content) > most_bytes:
        raise UnreadableFileError(tr("it is far too large"), path=path)
    return content
