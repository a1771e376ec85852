"""Passphrases on the command line: from a file or the keyboard, never from an argument."""

from __future__ import annotations

import getpass
import signal
import sys
from pathlib import Path

from medcrypt_gui.core.errors import UsageError, WeakPassphraseError
from medcrypt_gui.core.keys.passphrase import passphrase_from_file
from medcrypt_gui.core.language import tr


def new_passphrase(file: Path | None, *, none_wanted: bool) -> str | None:
    """The passphrase for a new card; None when the user asked for a card without one."""
    if none_wanted and file is not None:
        raise UsageError("--no-passphrase and --passphrase-file exclude each other")
    if none_wanted:
        return None
    if file is not None:
        return passphrase_from_file(file)
    _need_keyboard("give --passphrase-file FILE, or --no-passphrase for a card that opens without one")
    first = getpass.getpass("Passphrase for the key card: ")
    if getpass.getpass("The same again: ") != first:
        raise WeakPassphraseError("the two entries differ")
    return first


def known_passphrase(file: Path | None) -> str:
    """The passphrase of an existing card."""
    if file is not None:
        return passphrase_from_file(file)
    _need_keyboard("this card needs its passphrase: give --passphrase-file FILE")
    return getpass.getpass("Passphrase of the key card: ")


def archive_password(file: Path | None, *, again: bool) -> str:
    """The password of a ZIP archive. Ctrl+C while it is typed cancels at once."""
    if file is not None:
        return passphrase_from_file(file)
    _need_keyboard(tr("this archive needs its password: give --password-file FILE"))
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        text = tr("Wrong. Password of the archive: ") if again else tr("Password of the archive: ")
        return getpass.getpass(text)
    finally:
        signal.signal(signal.SIGINT, before)


def _need_keyboard(otherwise: str) -> None:
    if not sys.stdin.isatty():
        raise UsageError(otherwise)
