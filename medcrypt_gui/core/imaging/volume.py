"""A volume as it is shown and measured: stored values, how to scale them, and where they lie."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.imaging.geometry import Geometry

Padding: TypeAlias = tuple[float, float]


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
    ``rgb``, of a colour image, is ``(Z, Y, X, 3)`` uint8, and ``stored`` its grey values. ``loaded`` is None when all
    slices are there, else a shared ``(Z,)`` bool array of the slices filled so far (it fills while the first ones are
    already shown). ``paged`` says that the arrays lie on the disk, where a plane across the slices is slow to gather.
    ``padding`` is the lowest and the highest stored value that mean "no image here": they are black and count for no
    window. ``graphics`` ``(Z, Y, X)`` uint8 is not 0 where the file lays graphics over its images.
    """

    stored: NDArray[np.generic]
    geometry: Geometry
    slope: float = 1.0
    intercept: float = 0.0
    unit: str = ""
    inverted: bool = False  # MONOCHROME1: low values are bright
    file_window: Window | None = None
    loaded: NDArray[np.bool_] | None = None
    rgb: NDArray[np.uint8] | None = None
    paged: bool = False
    padding: Padding | None = None
    graphics: NDArray[np.uint8] | None = None

    def __post_init__(self) -> None:
        if self.stored.shape != self.geometry.shape:
            raise ValueError(f"voxels {self.stored.shape} do not fit the grid {self.geometry.shape}")
        if self.rgb is not None and self.rgb.shape != (*self.stored.shape, 3):
            raise ValueError(f"colours {self.rgb.shape} do not fit the grid {self.geometry.shape}")
        if self.graphics is not None and self.graphics.shape != self.stored.shape:
            raise ValueError(f"graphics {self.graphics.shape} do not fit the grid {self.geometry.shape}")

    @property
    def shown(self) -> NDArray[np.generic]:
        """What is painted: the colours where there are any, else the stored values."""
        return self.stored if self.rgb is None else self.rgb

    def every(self, step: int) -> NDArray[np.generic]:
        """Every ``step``-th of the slices that are there: a view, or a copy of no more than those."""
        if self.loaded is None or self.loaded.all():
            return self.stored[::step]
        return self.stored[np.flatnonzero(self.loaded)[::step]]

    def value_at(self, x: int, y: int, z: int) -> float:
        """The scaled value of one voxel."""
        return float(self.stored[z, y, x]) * self.slope + self.intercept
