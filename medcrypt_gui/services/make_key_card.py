"""Make the key card of a protected set: set, written, read back, and tried on the protected files."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from medcrypt_gui import __version__
from medcrypt_gui.core.errors import MedcryptError
from medcrypt_gui.core.keys.card_content import CardContent
from medcrypt_gui.core.keys.key_card import CardIdentity, Purpose, encode_plain, encode_protected
from medcrypt_gui.core.ports import CardWriter, QrReader
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.print_key_card import check_card_paths, write_key_card
from medcrypt_gui.services.read_key_card import read_key_card
from medcrypt_gui.services.verify_study import verify


@dataclass(frozen=True)
class CardRequest:
    """Whose key goes where. ``passphrase`` None makes a card that opens for whoever holds it."""

    identity: CardIdentity
    passphrase: str | None
    paths: tuple[Path, ...]
    protected_folder: Path
    protected_files: Sequence[Path]
    wordlist: tuple[str, ...]
    made_on: date


def make_key_card(request: CardRequest, writer: CardWriter, reader: QrReader, task: TaskContext) -> CardContent:
    """The content of the card that was written to every path of the request.

    The key that is tried is the one read from the first file, opened with the passphrase. If it does not open every
    protected file, or the work is cancelled, the cards are removed again, so that none is taken for a good one.

    Raises `UsageError`, `WeakPassphraseError`, `WriteError`, `IntegrityError`, `Cancelled`.
    """
    check_card_paths(request.paths, writer=writer, protected_folder=request.protected_folder)
    task.progress(0.05, "Locking the key with the passphrase")
    identity = request.identity
    if request.passphrase is None:
        text = encode_plain(identity, Purpose.ROI)
    else:
        text = encode_protected(identity, Purpose.ROI, request.passphrase)
    content = CardContent.of(
        text, identity, wordlist=request.wordlist, made_on=request.made_on, program_version=__version__
    )
    task.progress(0.3, "Writing the key card and reading it back")
    write_key_card(content, request.paths, writer=writer, reader=reader, protected_folder=request.protected_folder)
    try:
        task.progress(0.6, "Trying the key card on the protected files")
        opened = read_key_card(request.paths[0], reader).open(request.passphrase)
        verify(request.protected_files, (opened,), task.part(0.7, 1.0)).raise_if_incomplete()
    except MedcryptError:
        for path in request.paths:
            with suppress(OSError):
                path.unlink()
        raise
    return content
