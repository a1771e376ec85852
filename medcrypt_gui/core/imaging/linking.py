"""Two series looked at together: whether their coordinates mean the same, and where a place of one lies in the other.

A *place* is a point in LPS millimetres. It is kept, not the voxel that is nearest to it: a series of thin slices that
is scrolled beside one of thick slices would otherwise drag its neighbour's rounding along.
"""

from __future__ import annotations

import math
from enum import Enum
from typing import TypeAlias

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.series import ImageFormat, Series
from medcrypt_gui.core.imaging.volume import Volume

Place: TypeAlias = tuple[float, float, float]
Index: TypeAlias = tuple[int, int, int]

_HALF = 0.5 + 1e-6  # the edge of a voxel belongs to it, rounding errors included


class LinkBasis(Enum):
    """Why places of one series may be taken for places of the other."""

    FRAME = "frame"
    COORDINATES = "coordinates"
    NONE = "nothing"


def basis_of(one: Series, other: Series) -> LinkBasis:
    """What links two series.

    NIfTI files do not name what their coordinates refer to, so that only the coordinates themselves can link them;
    DICOM does (FrameOfReferenceUID, PS3.3 C.7.4.1), and where it says two things nothing links them. Slices of one and
    the same DICOM series share what they refer to even when it is not named.
    """
    if not (one.geometry.oriented and other.geometry.oriented):
        return LinkBasis.NONE
    if one.format is ImageFormat.NIFTI and other.format is ImageFormat.NIFTI:
        return LinkBasis.COORDINATES
    if one.format is not other.format:
        return LinkBasis.NONE
    frames = one.frame_of_reference_uid, other.frame_of_reference_uid
    same_series = one.series_instance_uid == other.series_instance_uid
    return LinkBasis.FRAME if frames[0] == frames[1] and (frames[0] or same_series) else LinkBasis.NONE


def windows_mean_the_same(one: Series, volume: Volume, other: Series, other_volume: Volume) -> bool:
    """Whether one grey-level window serves both: the same modality in the same unit, which must have a name.

    MR signal is in no unit: a window that suits one contrast shows another black or white.
    """
    return bool(volume.unit) and (one.modality, volume.unit) == (other.modality, other_volume.unit)


def exact_index(geometry: Geometry, place: Place) -> Place:
    """The fractional index ``(x, y, z)`` of a place; it may lie outside the grid."""
    x, y, z = geometry.to_index(place)
    return float(x), float(y), float(z)


def nearest_index(geometry: Geometry, exact: Place) -> Index:
    """The voxel of the grid that is nearest along each axis."""
    sizes = geometry.shape[::-1]
    x, y, z = (min(max(math.floor(f + 0.5), 0), n - 1) for f, n in zip(exact, sizes, strict=True))
    return x, y, z


def beyond_mm(geometry: Geometry, exact: Place, axis: int) -> float:
    """How far an index lies from the outermost slice across one index axis, at right angles to it; 0 inside."""
    last = geometry.shape[2 - axis] - 1
    voxels = max(-_HALF - exact[axis], exact[axis] - last - _HALF, 0.0)
    return (voxels + 0.5) * geometry.slice_distance_mm[axis] if voxels else 0.0


def moved(geometry: Geometry, place: Place, wanted: Index, axes: tuple[int, ...] = (0, 1, 2)) -> Place:
    """The place after its nearest voxel was to become ``wanted``.

    Along an axis where that changes nothing the place stays as exact as it was; elsewhere it moves to the voxel's
    centre.
    ``axes`` are those along which a place beyond the grid is brought back.
    """
    exact = exact_index(geometry, place)
    before = nearest_index(geometry, exact)
    index = [
        float(new) if new != old or (axis in axes and beyond_mm(geometry, exact, axis)) else f
        for axis, (new, old, f) in enumerate(zip(wanted, before, exact, strict=True))
    ]
    x, y, z = geometry.to_mm((index[0], index[1], index[2]))
    return float(x), float(y), float(z)


def shifted(place: Place, by: Place, sign: int = 1) -> Place:
    """``place + sign * by``."""
    return place[0] + sign * by[0], place[1] + sign * by[1], place[2] + sign * by[2]
