"""What the file formats give to Protect and Restore: originals on the way in, protected files on the way out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from medcrypt_gui.core.protect.block import BytesLike, ProtectionBlock
from medcrypt_gui.core.protect.restore_record import Mode
from medcrypt_gui.core.protect.samples import SampleLayout, Words


@dataclass(frozen=True, eq=False)
class Enclosure:
    """A protected file in pieces, around its file tag. ``encode_tag`` makes the tag's piece, as long for every tag."""

    before: tuple[BytesLike, ...]
    after: tuple[BytesLike, ...]
    encode_tag: Callable[[bytes], bytes] = bytes

    def pieces(self, file_tag: bytes) -> tuple[BytesLike, ...]:
        return (*self.before, self.encode_tag(file_tag), *self.after)


class Envelope(Protocol):
    """The visible file around protected samples."""

    @property
    def visible_header(self) -> bytes:
        """What item 13 of R_1 repeats."""
        ...

    @property
    def uids(self) -> tuple[bytes, bytes]:
        """Visible SOP Instance UID and Series Instance UID; empty for NIfTI."""
        ...

    def enclose(self, block: ProtectionBlock, samples: Words) -> Enclosure:
        """The file with this block and these samples; the block's own file tag is not looked at."""
        ...


@dataclass(frozen=True, eq=False)
class Source:
    """An original, taken apart.

    ``words`` are its samples as they shall be protected (value bits at the bottom, sign-extended). ``noise`` is the
    range from which stand-ins for samples of a words block are drawn, both ends included; the numbers are stored in
    ``big_endian`` order or not. ``kept`` is what R_0 keeps.
    """

    original: bytes
    mode: Mode
    kept: tuple[bytes, ...]
    layout: SampleLayout
    words: Words
    envelope: Envelope
    noise: tuple[int, int] = (0, 1)
    big_endian: bool = False


@dataclass(frozen=True, eq=False)
class ProtectedInstance:
    """A protected file, taken apart and not yet verified.

    ``pieces`` are the whole file with its file tag zeroed. ``big_endian`` is how the numbers in ``words`` are stored.
    """

    block: ProtectionBlock
    visible_header: bytes
    uids: tuple[bytes, bytes]
    layout: SampleLayout
    words: Words
    pieces: tuple[BytesLike, ...]
    big_endian: bool = False
