"""How a journal recognises the series it belongs to without saying which one it is."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from medcrypt_gui.core.imaging.series import ImageFormat, Series

_LOOK_BYTES = 1 << 16
_COST = {"n": 1 << 14, "r": 8, "p": 1}  # 16 MB, some 40 ms: guessing names from a stolen folder is slow (RFC 7914)


@dataclass(frozen=True)
class Hallmark:
    """What tells a series from all others, wherever it lies. Never written down as it is."""

    text: bytes

    def hashed(self, salt: bytes) -> bytes:
        """As it may be written into the file with this salt. Takes some 40 ms."""
        return hashlib.scrypt(self.text, salt=salt, dklen=32, **_COST)

    def fits(self, identity: bytes, salt: bytes) -> bool:
        """Whether it is the one that was hashed. Takes some 40 ms."""
        return hmac.compare_digest(self.hashed(salt), identity)


def hallmark_of(series: Series, opened: Callable[[], BinaryIO]) -> Hallmark:
    """Of a DICOM series its identifier; else the size of its first file and what stands at its beginning and middle.

    The name of such a file says too little, since many are called alike, and its path changes when the folder moves.
    Raises OSError when the file cannot be read.
    """
    if series.format is ImageFormat.DICOM:
        return Hallmark(f"DICOM {series.lasting_uid}".encode())
    digest = hashlib.sha256()
    with opened() as stream:
        size = stream.seek(0, 2)
        for start in (0, size // 2):
            stream.seek(start)
            digest.update(stream.read(_LOOK_BYTES))
    stack = series.uid.rsplit("#", 1)[1] if "#" in series.uid else ""
    return Hallmark(f"file {size} {stack} {digest.hexdigest()}".encode())
