"""The header record: which set an instance belongs to, and its salt (format.md, 2.6)."""

from __future__ import annotations

from dataclasses import dataclass

from medcrypt_gui.core.errors import UnreadableFileError, UnsupportedInputError
from medcrypt_gui.core.language import tr

VERSION = 0  # draft: becomes 1 when the format is declared final
TIERS = 1
SET_ID_BYTES = 16
SALT_BYTES = 24
_RECORD_BYTES = 4 + SET_ID_BYTES + SALT_BYTES


@dataclass(frozen=True)
class HeaderRecord:
    """44 bytes: version, number of tiers, two zeros, set id, instance salt."""

    set_id: bytes
    salt: bytes

    def __post_init__(self) -> None:
        if len(self.set_id) != SET_ID_BYTES or len(self.salt) != SALT_BYTES:
            raise ValueError("set id or salt has the wrong length")

    def encode(self) -> bytes:
        return bytes((VERSION, TIERS, 0, 0)) + self.set_id + self.salt

    @classmethod
    def decode(cls, record: bytes) -> HeaderRecord:
        """Raises `UnreadableFileError`, or `UnsupportedInputError` for a version or tier count not known here."""
        if len(record) != _RECORD_BYTES:
            raise UnreadableFileError(tr("the protection header has the wrong length"))
        if record[0] != VERSION:
            raise UnsupportedInputError(
                tr(
                    "protected by format version {given}; this program reads {version}",
                    given=record[0],
                    version=VERSION,
                )
            )
        if record[1] != TIERS or record[2] or record[3]:
            raise UnsupportedInputError(tr("protected with several tiers, which this program does not read yet"))
        return cls(record[4:20], record[20:44])
