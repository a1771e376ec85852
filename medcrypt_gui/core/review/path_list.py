"""Lists of studies as others make them: a path a line, or a table whose first column is the path."""

from __future__ import annotations

import csv
import io
import os
from dataclasses import dataclass
from pathlib import Path

from medcrypt_gui.core.errors import UnreadableFileError
from medcrypt_gui.core.language import tr

LIST_SUFFIXES = (".csv", ".txt")
_HEADINGS = {"path", "file", "image", "study", "folder", "filename"}


@dataclass(frozen=True)
class ListedStudy:
    """One line: a study, and the mask that came with it, if the line names one."""

    path: Path
    mask: Path | None = None


def paths_in(content: bytes, folder: Path, table: bool = True) -> tuple[ListedStudy, ...]:
    """The studies of a list that lies in ``folder``, to which its paths are relative.

    UTF-8, with or without a byte order mark. Empty lines and lines beginning with ``#`` are passed over. Of a
    ``table`` the cells are parted by comma, semicolon or tab, and a first line of headings (``path,mask``) is passed
    over; else a line is one path, whatever stands in it. Raises `UnreadableFileError` for bytes that are no text.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFileError(tr("the list is not UTF-8")) from error
    if "\0" in text:
        raise UnreadableFileError(tr("the list is not text"))
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    if not lines:
        return ()
    if not table:
        return tuple(ListedStudy(_place(line.strip(), folder)) for line in lines)
    try:
        rows = list(csv.reader(io.StringIO("\n".join(lines)), delimiter=_delimiter(lines)))
    except csv.Error as error:
        raise UnreadableFileError(tr("the list is not a table")) from error
    found = [[cell.strip() for cell in row] for row in rows]
    if found[0][0].lower() in _HEADINGS:
        found = found[1:]
    return tuple(_listed(row, folder) for row in found if row and row[0])


def _delimiter(lines: list[str]) -> str:
    """The one that occurs; a comma in a name of a list of plain paths is rare, and can be quoted."""
    return next((mark for mark in ("\t", ";") if any(mark in line for line in lines)), ",")


def _listed(row: list[str], folder: Path) -> ListedStudy:
    path, mask = _place(row[0], folder), row[1] if len(row) > 1 else ""
    return ListedStudy(path, _place(mask, folder) if mask else None)


def _place(text: str, folder: Path) -> Path:
    return Path(os.path.normpath(folder / text))
