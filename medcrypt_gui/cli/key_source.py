"""The key a command was given: a picture or PDF of a card, or a text file with a card or an age identity."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from medcrypt_gui.cli.secrets import known_passphrase
from medcrypt_gui.core.age import Identity
from medcrypt_gui.core.errors import InvalidCardError, UnreadableFileError, UsageError
from medcrypt_gui.core.keys.identity import read_key_file
from medcrypt_gui.core.keys.typed_card import parse_entered
from medcrypt_gui.services.restore_study import check_card
from medcrypt_gui.services.workbench import Workbench

_IDENTITY_PREFIX = "AGE-SECRET-KEY-"
_MOST_BYTES = 65536


def add_arguments(parser: argparse.ArgumentParser, *, required: bool) -> None:
    source = parser.add_mutually_exclusive_group(required=required)
    source.add_argument("--card", type=Path, metavar="FILE", help="a picture or PDF of the key card")
    source.add_argument(
        "--key-file", metavar="F|-", help="a text file with the card's letters or an age identity; - is standard input"
    )
    parser.add_argument("--passphrase-file", type=Path, metavar="F", help="its first line is the passphrase")


def identities(options: argparse.Namespace, folder: Path, bench: Workbench) -> tuple[Identity, ...]:
    """The identities to open ``folder`` with.

    A card of another study raises `WrongKeyError` before its passphrase is asked.
    """
    text = bench.qr_reader.read_card_text(options.card) if options.card else _key_text(options.key_file)
    if _IDENTITY_PREFIX in text.upper():
        return read_key_file(text)
    card = parse_entered(text)
    check_card([folder], card.fingerprint)
    return (card.open(known_passphrase(options.passphrase_file) if card.protected else None),)


def _key_text(source: str) -> str:
    if source == "-":
        if sys.stdin.isatty():
            raise UsageError("standard input is the keyboard; pipe the key into it")
        content = getattr(sys.stdin, "buffer", sys.stdin).read(_MOST_BYTES)
        return content if isinstance(content, str) else _decoded(content, None)
    try:
        with Path(source).open("rb") as stream:
            return _decoded(stream.read(_MOST_BYTES), Path(source))
    except OSError as error:
        raise UnreadableFileError("the key file cannot be read", path=source) from error


def _decoded(content: bytes, path: Path | None) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidCardError("the key file is not text; give a picture with --card", path=path) from error
