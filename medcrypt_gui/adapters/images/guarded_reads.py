"""A file whose endless repetitions are not followed to their end.

pydicom takes eight zeros for an empty element and reads on: gigabytes of them, as an interrupted download leaves
behind, would keep it busy for hours without a moment at which it could be cancelled.
"""

from __future__ import annotations

from typing import BinaryIO

_HEAD_BYTES = 8
_MOST_ALIKE = 1000


class GuardedReads:
    """What pydicom needs of a file. ``read`` raises `EOFError` when the same element came a thousand times."""

    def __init__(self, file: BinaryIO) -> None:
        self._read = file.read
        self.seek, self.tell = file.seek, file.tell
        self.name = file.name
        self._last, self._alike = b"", 0

    def read(self, size: int = -1) -> bytes:
        data = self._read(size)
        if size == _HEAD_BYTES:
            self._alike = self._alike + 1 if data == self._last else 0
            self._last = data
            if self._alike > _MOST_ALIKE:
                raise EOFError("the same element again and again")
        return data

    def close(self) -> None:
        """The file is closed by whoever opened it."""
