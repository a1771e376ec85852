"""A table that turns one value into another, as DICOM files carry them (PS3.3 C.11.1.1 and C.11.2.1.1)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class LookupTable:
    """``values[0]`` is what ``first`` becomes, ``values[1]`` what the next whole number becomes, and so on.

    What lies below ``first`` becomes the first entry, what lies beyond the table the last. Entries run from 0 to
    ``top``; ``values`` is ``(n,)`` uint16 and never empty. Tables are equal only when they are the same one.
    """

    first: int
    values: NDArray[np.uint16]
    top: int

    def __post_init__(self) -> None:
        if self.values.ndim != 1 or self.values.size == 0 or self.top < 1:
            raise ValueError("a lookup table needs entries")

    def of(self, numbers: NDArray[np.generic]) -> NDArray[np.uint16]:
        """The entries for ``numbers`` of any shape and type, rounded to whole ones; NaN counts as the lowest."""
        with np.errstate(invalid="ignore"):
            places = np.nan_to_num(np.rint(numbers.astype(np.float64)), nan=-np.inf, posinf=np.inf, neginf=-np.inf)
        places = np.clip(places - self.first, 0, self.values.size - 1)
        return np.asarray(self.values[places.astype(np.int64)], np.uint16)
