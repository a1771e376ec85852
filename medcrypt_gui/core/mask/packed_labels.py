"""Labels as they are kept in the history and in the journal: at one bit a voxel wherever two values are enough."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_SLICES_AT_ONCE = 8  # so that whole bytes of bits come of them, and they stay in the processor's cache


@dataclass(frozen=True, eq=False)
class PackedLabels:
    """``payload`` holds bits where ``values`` says which two labels they stand for, else the labels themselves."""

    payload: NDArray[np.uint8]
    values: tuple[int, int] | None

    @classmethod
    def of(cls, labels: NDArray[np.uint8]) -> PackedLabels:
        """Pack labels of any shape; the caller's array is copied."""
        low, high = (int(labels.min()), int(labels.max())) if labels.size else (0, 0)
        packed = [np.zeros(0, np.uint8)]
        step = _SLICES_AT_ONCE if labels.ndim == 3 else max(len(labels), 1)
        for start in range(0, len(labels), step):
            some = labels[start : start + step]
            bits = some == high
            if high - low > 1 and np.count_nonzero(bits) + np.count_nonzero(some == low) != some.size:
                return cls(labels.copy(), None)
            packed.append(np.packbits(bits.reshape(-1)))
        return cls(np.concatenate(packed), (low, high))

    def unpacked(self, shape: tuple[int, int, int]) -> NDArray[np.uint8]:
        """The labels in their shape, which the caller remembers."""
        if self.values is None:
            return self.payload.reshape(shape)
        low, high = self.values
        bits = np.unpackbits(self.payload, count=int(np.prod(shape))).reshape(shape)
        if (low, high) == (0, 1):
            return bits
        return np.where(bits, np.uint8(high), np.uint8(low))
