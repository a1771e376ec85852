"""The mask: which voxels belong to which region."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.imaging.geometry import Geometry

ROI = 1  # the label that Protect encrypts


@dataclass(frozen=True, eq=False)
class RoiMask:
    """Labels on an image's grid.

    ``labels`` is ``(Z, Y, X)`` uint8, 0 = outside, 1 = ROI (more labels come later). The array itself is changed only
    through ``core.mask.sink.apply``; everything else treats it as read-only.
    """

    labels: NDArray[np.uint8]
    geometry: Geometry

    def __post_init__(self) -> None:
        if self.labels.dtype != np.uint8 or self.labels.shape != self.geometry.shape:
            raise ValueError(f"labels must be uint8 of shape {self.geometry.shape}")

    @classmethod
    def empty(cls, geometry: Geometry) -> RoiMask:
        return cls(np.zeros(geometry.shape, np.uint8), geometry)

    @classmethod
    def from_bool(cls, region: NDArray[np.bool_], geometry: Geometry) -> RoiMask:
        return cls(np.where(region, np.uint8(ROI), np.uint8(0)), geometry)

    def roi(self) -> NDArray[np.bool_]:
        """The region to protect, ``(Z, Y, X)`` bool."""
        return self.labels == ROI
