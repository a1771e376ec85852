"""How a file itself wants to be shown: a window with a name, along a line, a curve or a table.

It is a `Window`, so everything that shows an image can show one; and since whoever changes level or width makes a plain
`Window` of them, the curve lasts exactly until then.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.imaging.lookup_table import LookupTable
from medcrypt_gui.core.imaging.volume import Window


class Curve(Enum):
    """VOILUTFunction (PS3.3 C.11.2.1.2 and C.11.2.1.3)."""

    EXACT = "LINEAR_EXACT"
    """From ``level - width/2`` to ``level + width/2``, as any plain `Window`."""
    LINEAR = "LINEAR"
    """``width`` whole numbers, of which the lowest is black and the highest white."""
    SIGMOID = "SIGMOID"
    """Black and white are only approached."""


@dataclass(frozen=True)
class FileWindow(Window):
    """A window as the file gives it; ``name`` is the file's explanation, empty where it has none."""

    curve: Curve | LookupTable = Curve.EXACT
    name: str = ""

    @property
    def straight(self) -> Window | None:
        """The same as a plain window, or None where it is no straight line."""
        if self.curve is Curve.EXACT:
            return Window(self.level, self.width)
        if self.curve is Curve.LINEAR:
            return Window(self.level - 0.5, self.width - 1.0)
        return None

    def grey_of(self, numbers: NDArray[np.generic]) -> NDArray[np.float64]:
        """0 (black) to 255 of scaled values along the curve or through the table; for those that are not straight."""
        if isinstance(self.curve, LookupTable):
            return self.curve.of(numbers).astype(np.float64) * (255.0 / self.curve.top)
        with np.errstate(over="ignore", invalid="ignore"):
            grey = 255.0 / (1.0 + np.exp(-4.0 * (numbers.astype(np.float64) - self.level) / self.width))
        return np.asarray(np.nan_to_num(grey, nan=0.0), np.float64)
