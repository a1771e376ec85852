"""The header of an age file: who may open it (age-encryption.org/v1, C2SP). Parsed strictly, written canonically."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from medcrypt_gui.core.errors import IntegrityError, UnreadableFileError, UnsupportedInputError
from medcrypt_gui.core.language import tr

VERSION_LINE = b"age-encryption.org/v1\n"
FILE_KEY_BYTES = 16
MAC_BYTES = 32

_VERSION_PREFIX = b"age-encryption.org/"
_STANZA_PREFIX = b"-> "
_FOOTER_PREFIX = b"---"
_BODY_COLUMNS = 64


@dataclass(frozen=True)
class Stanza:
    """One recipient's wrapping of the file key: a type, further arguments, and a body."""

    type: str
    args: tuple[str, ...]
    body: bytes

    def encode(self) -> bytes:
        """The canonical text: the body in lines of 64 columns, the last one shorter, if need be empty."""
        text = encode_base64(self.body)
        lines = [text[start : start + _BODY_COLUMNS] for start in range(0, len(text) + 1, _BODY_COLUMNS)]
        return "\n".join([" ".join(["->", self.type, *self.args]), *lines, ""]).encode("ascii")


@dataclass(frozen=True)
class Header:
    """The stanzas, the MAC over them, and where they end in the file."""

    stanzas: tuple[Stanza, ...]
    mac: bytes
    authenticated: bytes
    length: int

    def verify(self, file_key: bytes) -> None:
        """Raise `IntegrityError` unless the MAC was made with this file key over exactly this header."""
        try:
            _mac(file_key, self.authenticated).verify(self.mac)
        except InvalidSignature as error:
            raise IntegrityError(tr("the header of the age file was changed")) from error


def encode_header(stanzas: tuple[Stanza, ...], file_key: bytes) -> bytes:
    """The header of a file with this key, MAC included."""
    authenticated = VERSION_LINE + b"".join(stanza.encode() for stanza in stanzas) + _FOOTER_PREFIX
    mac = _mac(file_key, authenticated).finalize()
    return authenticated + b" " + encode_base64(mac).encode("ascii") + b"\n"


def parse_header(data: bytes) -> Header:
    """Read the header at the start of ``data``.

    Raises `UnreadableFileError` if it is malformed or not canonical, `UnsupportedInputError` for another version.
    """
    if not data.startswith(VERSION_LINE):
        if data.startswith(_VERSION_PREFIX):
            raise UnsupportedInputError(tr("an age file of another version"))
        raise UnreadableFileError(tr("not an age file"))
    position = len(VERSION_LINE)
    stanzas: list[Stanza] = []
    while data.startswith(_STANZA_PREFIX, position):
        stanza, position = _parse_stanza(data, position)
        stanzas.append(stanza)
    if not stanzas:
        raise UnreadableFileError(tr("the age file names no recipient"))
    line, end = _line(data, position)
    if not line.startswith(_FOOTER_PREFIX + b" "):
        raise UnreadableFileError(tr("the age header has no proper last line"))
    mac = decode_base64(line[len(_FOOTER_PREFIX) + 1 :])
    if len(mac) != MAC_BYTES:
        raise UnreadableFileError(tr("the age header's MAC has the wrong length"))
    return Header(tuple(stanzas), mac, data[: position + len(_FOOTER_PREFIX)], end)


def encode_base64(data: bytes) -> str:
    """Base64 without padding."""
    return base64.b64encode(data).rstrip(b"=").decode("ascii")


def decode_base64(text: bytes) -> bytes:
    """Inverse of `encode_base64`; anything not canonical raises `UnreadableFileError`."""
    try:
        data = base64.b64decode(text + b"=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError) as error:
        raise UnreadableFileError(tr("the age header holds malformed Base64")) from error
    if encode_base64(data).encode("ascii") != text:
        raise UnreadableFileError(tr("the age header holds Base64 that is not canonical"))
    return data


def _parse_stanza(data: bytes, position: int) -> tuple[Stanza, int]:
    line, position = _line(data, position)
    arguments = line[len(_STANZA_PREFIX) :].split(b" ")
    if any(not argument or any(not 33 <= byte <= 126 for byte in argument) for argument in arguments):
        raise UnreadableFileError(tr("the age header has a malformed recipient line"))
    body = bytearray()
    while True:
        line, position = _line(data, position)
        if len(line) > _BODY_COLUMNS:
            raise UnreadableFileError(tr("the age header has a line that is too long"))
        body += decode_base64(line)
        if len(line) < _BODY_COLUMNS:
            kind, *rest = (argument.decode("ascii") for argument in arguments)
            return Stanza(kind, tuple(rest), bytes(body)), position


def _line(data: bytes, position: int) -> tuple[bytes, int]:
    end = data.find(b"\n", position)
    if end < 0:
        raise UnreadableFileError(tr("the age header is cut off"))
    return data[position:end], end + 1


def _mac(file_key: bytes, authenticated: bytes) -> HMAC:
    key = HKDF(SHA256(), 32, salt=None, info=b"header").derive(file_key)
    mac = HMAC(key, SHA256())
    mac.update(authenticated)
    return mac
