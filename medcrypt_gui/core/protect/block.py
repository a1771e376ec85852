"""The protection block: what Protect adds to a file, whatever the file's format (format.md, 4.2)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from medcrypt_gui.core.errors import UnreadableFileError
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.protect.header_record import HeaderRecord
from medcrypt_gui.core.protect.restore_record import Place

BytesLike = bytes | bytearray | memoryview


class Part(IntEnum):
    """The parts by number: low byte of the private DICOM element, type of the NIfTI item (tier 1)."""

    HEADER = 0x00
    FRAME_DIGESTS = 0x01
    CARD_FINGERPRINT = 0x02
    PLACE = 0x03
    KEY_BLOB = 0x11
    FULL_RESTORE_BLOCK = 0x20
    RESTORE_BLOCK = 0x21
    WORDS = 0x31
    TAG = 0x41
    FILE_TAG = 0x51


@dataclass(frozen=True)
class ProtectionBlock:
    """All parts of tier 1. ``restore_blocks`` are of R_0 and R_1; without a words block ``words`` is empty."""

    header: HeaderRecord
    frame_digests: bytes
    card_fingerprint: bytes
    place: Place
    key_blob: bytes
    restore_blocks: tuple[bytes, bytes]
    words: bytes
    tag: bytes
    file_tag: bytes

    def parts(self) -> dict[int, bytes]:
        """Number -> value, ascending; an empty words part is left out."""
        full_block, region_block = self.restore_blocks
        parts: dict[int, bytes] = {
            Part.HEADER: self.header.encode(),
            Part.FRAME_DIGESTS: self.frame_digests,
            Part.CARD_FINGERPRINT: self.card_fingerprint,
            Part.PLACE: self.place.encode(),
            Part.KEY_BLOB: self.key_blob,
            Part.FULL_RESTORE_BLOCK: full_block,
            Part.RESTORE_BLOCK: region_block,
            Part.WORDS: self.words,
            Part.TAG: self.tag,
            Part.FILE_TAG: self.file_tag,
        }
        if not self.words:
            del parts[Part.WORDS]
        return {int(number): value for number, value in parts.items()}

    @classmethod
    def from_parts(cls, parts: dict[int, bytes]) -> ProtectionBlock:
        """Inverse of `parts`.

        Raises `UnreadableFileError` if one is missing, `UnsupportedInputError` for a version not known here,
        `IntegrityError` for an impossible place.
        """
        missing = [part.name for part in Part if part is not Part.WORDS and part not in parts]
        if missing:
            raise UnreadableFileError(tr("the protection block lacks {parts}", parts=", ".join(missing).lower()))
        return cls(
            header=HeaderRecord.decode(parts[Part.HEADER]),
            frame_digests=parts[Part.FRAME_DIGESTS],
            card_fingerprint=parts[Part.CARD_FINGERPRINT],
            place=Place.decode(parts[Part.PLACE]),
            key_blob=parts[Part.KEY_BLOB],
            restore_blocks=(parts[Part.FULL_RESTORE_BLOCK], parts[Part.RESTORE_BLOCK]),
            words=parts.get(Part.WORDS, b""),
            tag=parts[Part.TAG],
            file_tag=parts[Part.FILE_TAG],
        )
