"""How large the ROI is and what lies in it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.mask.edit import bounding_box
from medcrypt_gui.core.mask.roi_mask import RoiMask, roi_of


@dataclass(frozen=True)
class RoiExtent:
    """Size of the ROI; ``share`` is its part of all voxels, 0 to 1."""

    voxels: int
    volume_ml: float
    share: float


@dataclass(frozen=True)
class RoiValues:
    """Scaled values inside the ROI, in the volume's ``unit``; ``sd`` is the population's."""

    mean: float
    sd: float
    minimum: float
    maximum: float
    unit: str


def extent(mask: RoiMask) -> RoiExtent:
    """Voxel count, volume and share of the ROI; all zero for an empty mask."""
    # Slice by slice: what is compared stays in the processor's cache, and no second mask is made.
    voxels = sum(int(np.count_nonzero(roi_of(plane, mask.table))) for plane in mask.labels)
    return RoiExtent(voxels, voxels * mask.geometry.voxel_volume_ml, voxels / mask.labels.size)


def values(mask: RoiMask, volume: Volume) -> RoiValues | None:
    """Mean, standard deviation and range of the volume inside the ROI; None when the ROI is empty."""
    region = mask.roi()
    box = bounding_box(region)
    if box is None:
        return None
    stored = volume.stored[box][region[box]].astype(np.float64)
    slope, intercept = volume.slope, volume.intercept
    ends = sorted(float(stored_end) * slope + intercept for stored_end in (stored.min(), stored.max()))
    return RoiValues(
        mean=float(stored.mean()) * slope + intercept,
        sd=float(stored.std()) * abs(slope),
        minimum=ends[0],
        maximum=ends[1],
        unit=volume.unit,
    )
