"""A volume as it is shown and measured: stored values, how to scale them, and where they lie."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.imaging.geometry import Geometry


@dataclass(frozen=True)
class Window:
    """A grey-level window in scaled units: ``level - width/2`` is black, ``level + width/2`` white."""

    level: float
    width: float


@dataclass(frozen=True, eq=False)
class Volume:
    """One series' voxels.

    ``stored`` is ``(Z, Y, X)``, the numbers in the file (any integer or float dtype, native byte order, C order).
    A displayed or measured value is ``stored * slope + intercept`` in ``unit`` ("HU", or "" when the file names none).
    ``loaded`` is None when all slices are there, else a shared ``(Z,)`` bool array of the slices filled so far (it
    fills while the first ones are already shown).
    """

    stored: NDArray[np.generic]
    geometry: Geometry
    slope: float = 1.0
    intercept: float = 0.0
    unit: str = ""
    inverted: bool = False  # MONOCHROME1: low values are bright
    file_window: Window | None = None
    loaded: NDArray[np.bool_] | None = None

    def __post_init__(self) -> None:
        if self.stored.shape != self.geometry.shape:
            raise ValueError(f"voxels {self.stored.shape} do not fit the grid {self.geometry.shape}")

    def value_at(self, x: int, y: int, z: int) -> float:
        """The scaled value of one voxel."""
        return float(self.stored[z, y, x]) * self.slope + self.intercept
