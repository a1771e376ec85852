"""Issue a key card: make it, write it, read it back, and open the protected study with it before it counts as done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from medcrypt_gui import __version__
from medcrypt_gui.core.age import HybridIdentity
from medcrypt_gui.core.errors import InputError, IntegrityError, KeyMaterialError, PartialResultError, WriteError
from medcrypt_gui.core.keys.card_content import CardContent
from medcrypt_gui.core.keys.key_card import Purpose, encode_plain, encode_protected
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.safe_write import taken_back_on_error
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.print_key_card import check_card_paths, write_key_card
from medcrypt_gui.services.protect_study import ProtectedSet
from medcrypt_gui.services.read_key_card import read_key_card
from medcrypt_gui.services.verify_study import verify
from medcrypt_gui.services.workbench import Workbench


def issue_key_card(
    identity: HybridIdentity,
    protected: ProtectedSet,
    paths: Sequence[Path],
    passphrase: str | None,
    bench: Workbench,
    task: TaskContext,
    *,
    force: bool = False,
) -> CardContent:
    """The card of ``identity``, written to every path, read back from each and tried on the protected files.

    ``passphrase`` None makes a card that opens by itself. When this raises, every path is as it was before: a card
    that was replaced may be the only key of another study.
    Raises what `check_card_paths`, `write_key_card` and `make_card` raise, `WriteError`, `Cancelled`.
    """
    check_card_paths(paths, writer=bench.card_writer, protected_folder=protected.folder, force=force)
    task.progress(0.0, tr("Making the key card"))
    content = make_card(identity, passphrase, bench)
    task.progress(0.2, tr("Writing the key card and reading it back"))
    with taken_back_on_error(paths):
        write_key_card(
            content,
            paths,
            writer=bench.card_writer,
            reader=bench.qr_reader,
            protected_folder=protected.folder,
            force=force,
        )
        # Every file was found to hold the same text, so what opens with one opens with all.
        _try_on(protected, paths[0], passphrase, bench, task.part(0.4, 1.0))
    return content


def make_card(identity: HybridIdentity, passphrase: str | None, bench: Workbench) -> CardContent:
    """What the card says; with a passphrase this takes about a second.

    Raises `WeakPassphraseError`, and `ForbiddenByPolicyError` for a passphrase, or none, that the site does not allow.
    """
    bench.policy.read().check_passphrase(passphrase)
    if passphrase is None:
        text = encode_plain(identity, Purpose.ROI)
    else:
        text = encode_protected(identity, Purpose.ROI, passphrase)
    today = date.today()
    return CardContent.of(text, identity, wordlist=bench.wordlist(), made_on=today, program_version=__version__)


def _try_on(protected: ProtectedSet, path: Path, passphrase: str | None, bench: Workbench, task: TaskContext) -> None:
    """Open the protected study with the card that was just written."""
    task.progress(0.0, tr("Opening the protected study with {name}", name=path.name))
    try:
        identity = read_key_card(path, bench.qr_reader).open(passphrase)
        report = verify(protected.files, [identity], task.part(0.2, 1.0))
        report.raise_if_incomplete()
    except (InputError, KeyMaterialError, IntegrityError, PartialResultError) as error:
        raise WriteError(tr("the protected study did not open with the card that was written"), path=path) from error
