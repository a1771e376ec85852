"""Bech32 (BIP 173) without its length limit, as age uses it for keys: post-quantum recipients have 1959 characters."""

from __future__ import annotations

from medcrypt_gui.core.language import tr

_ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_VALUES = {character: value for value, character in enumerate(_ALPHABET)}
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_CHECKSUM_CHARACTERS = 6


def encode(prefix: str, data: bytes) -> str:
    """The lower-case text of ``data`` under ``prefix``."""
    values = _regroup(data, 8, 5, pad=True)
    polymod = _polymod([*_expanded(prefix), *values, *[0] * _CHECKSUM_CHARACTERS]) ^ 1
    checksum = [(polymod >> 5 * (5 - position)) & 31 for position in range(_CHECKSUM_CHARACTERS)]
    return prefix + "1" + "".join(_ALPHABET[value] for value in [*values, *checksum])


def decode(text: str) -> tuple[str, bytes]:
    """Prefix (lower case) and data of ``text``. Raises ValueError; its message never holds any of the text."""
    if text not in (text.lower(), text.upper()):
        raise ValueError(tr("mixed case"))
    text = text.lower()
    prefix, separator, payload = text.rpartition("1")
    if not separator or not prefix or len(payload) < _CHECKSUM_CHARACTERS:
        raise ValueError(tr("not a Bech32 text"))
    if any(not 33 <= ord(character) <= 126 for character in prefix) or any(c not in _VALUES for c in payload):
        raise ValueError(tr("a character that Bech32 does not have"))
    values = [_VALUES[character] for character in payload]
    if _polymod([*_expanded(prefix), *values]) != 1:
        raise ValueError(tr("the checksum does not fit"))
    return prefix, bytes(_regroup(values[:-_CHECKSUM_CHARACTERS], 5, 8, pad=False))


def decode_as(prefix: str, text: str) -> bytes:
    """The data of a string that must have ``prefix``. Raises `ValueError`."""
    found, data = decode(text)
    if found != prefix:
        raise ValueError(tr("another kind of key"))
    return data


def _expanded(prefix: str) -> list[int]:
    return [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]


def _polymod(values: list[int]) -> int:
    checksum = 1
    for value in values:
        top = checksum >> 25
        checksum = (checksum & 0x1FFFFFF) << 5 ^ value
        for position, generator in enumerate(_GENERATOR):
            if top >> position & 1:
                checksum ^= generator
    return checksum


def _regroup(values: bytes | list[int], bits_in: int, bits_out: int, *, pad: bool) -> list[int]:
    """Cut ``bits_in``-bit values into ``bits_out``-bit ones; padding bits must be zero and fewer than a group."""
    accumulator = bits = 0
    regrouped = []
    for value in values:
        accumulator = accumulator << bits_in | value
        bits += bits_in
        while bits >= bits_out:
            bits -= bits_out
            regrouped.append(accumulator >> bits & ((1 << bits_out) - 1))
        accumulator &= (1 << bits) - 1
    if pad and bits:
        regrouped.append(accumulator << (bits_out - bits))
    elif not pad and (bits >= bits_in or accumulator):
        raise ValueError(tr("the padding is not zero"))
    return regrouped
