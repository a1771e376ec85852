"""Compressed files as streams, whatever they lie in."""

from __future__ import annotations

import bz2
import gzip
import io
import os
import zlib
from pathlib import Path
from typing import Any, BinaryIO, cast

_STEP_BYTES = 1 << 18


def inflated(path: Path, start: int = 0) -> BinaryIO:
    """The content of a gzip stream that begins at ``start``; closing it closes the file."""
    file = path.open("rb")
    file.seek(start)
    stream = gzip.GzipFile(fileobj=file, mode="rb")
    stream.myfileobj = file  # type: ignore[assignment]  # closed with it, as gzip.open has it
    return cast(BinaryIO, stream)


def unzlibbed(path: Path, start: int) -> BinaryIO:
    """The content of a zlib stream that begins at ``start``."""
    return cast(BinaryIO, io.BufferedReader(_Decompressed(path, start, zlib.decompressobj), _STEP_BYTES))


def unbzipped(path: Path, start: int) -> BinaryIO:
    """The content of a bzip2 stream that begins at ``start``."""
    return cast(BinaryIO, io.BufferedReader(_Decompressed(path, start, bz2.BZ2Decompressor), _STEP_BYTES))


class _Decompressed(io.RawIOBase):
    """Forward only: reading further back begins anew. Raises `EOFError` where the stream is cut off."""

    def __init__(self, path: Path, start: int, decompressor: Any) -> None:
        self._file, self._start, self._make = path.open("rb"), start, decompressor
        self._rewind()

    def _rewind(self) -> None:
        self._file.seek(self._start)
        self._decompressor, self._at, self._left = self._make(), 0, b""

    def close(self) -> None:
        self._file.close()
        super().close()

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        target = offset if whence == os.SEEK_SET else self._at + offset
        if target < self._at:
            self._rewind()
        while self._at < target and self.read(min(_STEP_BYTES, target - self._at)):
            pass
        return self._at

    def readinto(self, buffer: Any) -> int:
        target = memoryview(buffer).cast("B")
        if not self._left:
            self._left = self._next(max(len(target), 1))
        piece, self._left = self._left[: len(target)], self._left[len(target) :]
        target[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def _next(self, most: int) -> bytes:
        """Some more bytes, at most ``most``; none at the end."""
        pending = getattr(self._decompressor, "unconsumed_tail", b"")
        while not self._decompressor.eof:
            if not pending and getattr(self._decompressor, "needs_input", True):
                pending = self._file.read(_STEP_BYTES)
                ended = not pending
            else:
                ended = False
            piece: bytes = self._decompressor.decompress(pending, most)
            if piece:
                return piece
            if ended and not self._decompressor.eof:
                raise EOFError("the compressed stream ends early")
            pending = getattr(self._decompressor, "unconsumed_tail", b"")
        return b""
