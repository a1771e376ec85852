"""One-bit graphics that a file lays over its image (DICOM PS3.3 C.9.2)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class OverlayPlane:
    """The graphics of one image, of ``rows`` x ``columns`` pixels.

    Its first pixel lies on row ``top`` and column ``left`` of the image, from 0; it may reach beyond the image.
    ``packed`` holds one bit a pixel, the lowest bit of a byte first, beginning at bit ``start``; where it is empty, the
    graphics are bit ``position`` of the image's own stored samples.
    """

    rows: int
    columns: int
    top: int
    left: int
    packed: bytes = b""
    start: int = 0
    position: int = 0

    @property
    def embedded(self) -> bool:
        """Whether the graphics lie in unused bits of the samples."""
        return not self.packed

    def draw(self, onto: NDArray[np.uint8], samples: NDArray[np.integer] | None = None) -> None:
        """Set to 1 the pixels of ``onto`` ``(rows, columns)`` that the graphics cover.

        ``samples`` are the image's as they are stored, all bits of them; embedded graphics need them.
        """
        if self.embedded:
            if samples is not None:
                onto |= ((samples >> self.position) & 1).astype(np.uint8)
            return
        top, left = max(self.top, 0), max(self.left, 0)
        bottom, right = min(self.top + self.rows, onto.shape[0]), min(self.left + self.columns, onto.shape[1])
        if top < bottom and left < right:
            drawn = self._bits()[top - self.top : bottom - self.top, left - self.left : right - self.left]
            onto[top:bottom, left:right] |= drawn

    def _bits(self) -> NDArray[np.uint8]:
        count = self.rows * self.columns
        first, skipped = divmod(self.start, 8)
        used = np.frombuffer(self.packed, np.uint8)[first : first + (skipped + count + 7) // 8]
        bits = np.unpackbits(used, bitorder="little")[skipped : skipped + count]
        return bits.reshape(self.rows, self.columns)
