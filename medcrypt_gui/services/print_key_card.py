"""Print a key card: set it, write it, and read it back from the very file before calling it done."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from medcrypt_gui.core.enumeration import any_of
from medcrypt_gui.core.errors import InputError, KeyMaterialError, TargetExistsError, UsageError, WriteError
from medcrypt_gui.core.keys.card_content import CardContent
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.ports import CardWriter, QrReader
from medcrypt_gui.core.safe_write import os_errors_as_write_errors, write_atomically

_log = logging.getLogger("medcrypt.keys")


def check_card_paths(
    paths: Sequence[Path], *, writer: CardWriter, protected_folder: Path | None, force: bool = False
) -> None:
    """Raise what `write_key_card` would refuse, before anything is encrypted.

    `UsageError` for no path, one path twice, another kind of file, or a place within ``protected_folder``, where
    whoever takes the study would take its key along; `TargetExistsError` unless ``force``.
    """
    if not paths:
        raise UsageError(tr("a key card needs a file to go to"))
    resolved = [path.resolve() for path in paths]
    if len(set(resolved)) < len(resolved):
        raise UsageError(tr("one file is named for two key cards"))
    for path, place in zip(paths, resolved, strict=True):
        if path.suffix.lower() not in writer.suffixes:
            raise UsageError(tr("a key card is saved as {kinds}", kinds=any_of(writer.suffixes)), path=path)
        if protected_folder is not None and _lies_within(place, protected_folder):
            raise UsageError(tr("a key card must not lie in the folder of the study that it opens"), path=path)
        with os_errors_as_write_errors(path):  # such as a name that is too long
            exists = path.exists()
        if exists and not force:
            raise TargetExistsError(tr("a file of this name exists"), path=path)


def _lies_within(place: Path, folder: Path) -> bool:
    """Also by another spelling, where the disk does not tell capitals from small letters."""
    if place.is_relative_to(folder.resolve()):
        return True
    with suppress(OSError):  # there is no such folder
        return any(parent.samefile(folder) for parent in place.parents if parent.exists())
    return False


def write_key_card(
    content: CardContent,
    paths: Sequence[Path],
    *,
    writer: CardWriter,
    reader: QrReader,
    protected_folder: Path | None,
    force: bool = False,
) -> None:
    """Write the card to every path, as the kind its suffix names (``.png``, ``.pdf``).

    All paths are checked first (`check_card_paths`). Each file is read back with the QR reader; one from which the card
    does not come back is removed and raises `WriteError`.
    """
    check_card_paths(paths, writer=writer, protected_folder=protected_folder, force=force)
    for path in paths:
        rendered = writer.render(content, path.suffix)
        _check_reads_back(content, rendered, reader, path)  # Before a file of that name is replaced.
        write_atomically(path, rendered, force=force, private=True)
        try:
            _check_reads_back(content, path, reader, path)
        except WriteError:
            with suppress(OSError):
                path.unlink()
            raise
        _log.info("key card %s written and read back", content.fingerprint_hex)


def _check_reads_back(content: CardContent, source: Path | bytes, reader: QrReader, path: Path) -> None:
    try:
        text = reader.read_card_text(source)
    except (InputError, KeyMaterialError) as error:
        raise WriteError(tr("the key card could not be read back"), path=path) from error
    if text != content.text:
        raise WriteError(tr("the key card could not be read back: it came out as another text"), path=path)
