"""The mask: which voxels belong to which label."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.mask.labels import ROI, LabelTable


@dataclass(frozen=True, eq=False)
class RoiMask:
    """Labels on an image's grid.

    ``labels`` is ``(Z, Y, X)`` uint8, 0 = outside, else the number of a label of ``table``. The array itself is changed
    only through ``core.mask.sink.apply``; everything else treats it as read-only.
    """

    labels: NDArray[np.uint8]
    geometry: Geometry
    table: LabelTable = field(default_factory=LabelTable)

    def __post_init__(self) -> None:
        if self.labels.dtype != np.uint8 or self.labels.shape != self.geometry.shape:
            raise ValueError(f"labels must be uint8 of shape {self.geometry.shape}")

    @classmethod
    def empty(cls, geometry: Geometry) -> RoiMask:
        return cls(np.zeros(geometry.shape, np.uint8), geometry)

    @classmethod
    def from_bool(cls, region: NDArray[np.bool_], geometry: Geometry) -> RoiMask:
        return cls(np.where(region, np.uint8(ROI), np.uint8(0)), geometry)

    def region(self, label: int) -> NDArray[np.bool_]:
        """The voxels of one label, ``(Z, Y, X)`` bool."""
        return self.labels == label

    def roi(self) -> NDArray[np.bool_]:
        """The region to protect, ``(Z, Y, X)`` bool: every label that the table counts to the ROI."""
        return roi_of(self.labels, self.table)


def roi_of(labels: NDArray[np.uint8], table: LabelTable) -> NDArray[np.bool_]:
    """Which of these labels, in an array of any shape, Protect encrypts.

    A value that the table does not name is encrypted too: what nobody decided about stays hidden.
    """
    spared = [label.number for label in table if not label.in_roi]
    region = labels != 0
    for number in spared:
        region &= labels != number
    return region
