"""The typed form of a key card: groups of five, a checksum a line, for when no camera or scanner is at hand."""

from __future__ import annotations

import zlib

from medcrypt_gui.core.errors import InvalidCardError
from medcrypt_gui.core.keys.key_card import CARD_CHARACTERS, MISREAD, PREFIX, PlainCard, ProtectedCard, parse
from medcrypt_gui.core.language import tr

GROUP = 5
LINE_GROUPS = 4
CHECK_CHARACTERS = 2

_LINE = GROUP * LINE_GROUPS
_TYPED_CHARACTERS = tuple(length + CHECK_CHARACTERS * -(-length // _LINE) for length in CARD_CHARACTERS)
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


def typed_lines(text: str) -> list[str]:
    """The lines to print: four groups of five characters and, after two spaces, two that check the line."""
    pieces = [text[start : start + _LINE] for start in range(0, len(text), _LINE)]
    return [f"{_grouped(piece)}  {_checksum(number, piece)}" for number, piece in enumerate(pieces, start=1)]


def parse_typed(text: str) -> PlainCard | ProtectedCard:
    """The card in its typed form, line by line or all in one; spaces and case do not matter.

    Raises `InvalidCardError`, whose detail names the first line with an error.
    """
    lines = [_normalised(line) for line in text.splitlines() if line.strip()]
    if len(lines) == 1:
        whole, width = lines[0], _LINE + CHECK_CHARACTERS
        lines = [whole[start : start + width] for start in range(0, len(whole), width)]
    pieces = [_checked_line(number, line) for number, line in enumerate(lines, start=1)]
    return parse("".join(pieces))


def parse_entered(text: str) -> PlainCard | ProtectedCard:
    """The card in what somebody pasted, scanned or typed into a field, in either form. Raises `InvalidCardError`."""
    characters = len("".join(text.split()))
    in_lines = len(text.strip().splitlines()) > 1 and characters not in CARD_CHARACTERS
    return parse_typed(text) if in_lines or characters in _TYPED_CHARACTERS else parse(text)


def _checked_line(number: int, line: str) -> str:
    piece, checksum = line[:-CHECK_CHARACTERS], line[-CHECK_CHARACTERS:]
    if not piece.isascii() or _checksum(number, piece) != checksum:
        raise InvalidCardError(tr("line {number} of the key card has an error", number=number))
    return piece


def _normalised(line: str) -> str:
    characters = "".join(line.split()).upper()
    kept = PREFIX if characters.startswith(PREFIX) else ""
    return kept + characters[len(kept) :].translate(MISREAD)


def _grouped(piece: str) -> str:
    return " ".join(piece[start : start + GROUP] for start in range(0, len(piece), GROUP))


def _checksum(number: int, piece: str) -> str:
    """Ten bits of the CRC-32 of line number and characters, so that exchanged lines are noticed too."""
    bits = zlib.crc32(bytes([number]) + piece.encode("ascii")) & 0x3FF
    return _ALPHABET[bits >> 5] + _ALPHABET[bits & 31]
