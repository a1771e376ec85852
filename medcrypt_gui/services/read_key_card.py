"""Get a key card from what the user has: a picture, a PDF, or text."""

from __future__ import annotations

from pathlib import Path

from medcrypt_gui.core.errors import InvalidCardError
from medcrypt_gui.core.keys.key_card import PlainCard, ProtectedCard, parse
from medcrypt_gui.core.keys.typed_card import parse_entered
from medcrypt_gui.core.ports import QrReader


def read_key_card(source: Path | bytes, reader: QrReader) -> PlainCard | ProtectedCard:
    """The card in a picture or PDF, given as its file or (dropped or pasted) as its bytes.

    Raises `UnreadableFileError`, `NoQrCodeError` or `InvalidCardError`.
    """
    path = source if isinstance(source, Path) else None
    try:
        return parse(reader.read_card_text(source))
    except InvalidCardError as error:
        raise InvalidCardError(error.detail, path=path) from error


def enter_key_card(text: str) -> PlainCard | ProtectedCard:
    """The card in text that was pasted, scanned or typed, as the code has it or as it is printed for typing.

    Raises `InvalidCardError`, which names the line with a slip.
    """
    return parse_entered(text)
