"""The same head lying otherwise in the scanner: its voxels resampled, the image's grid and axes as they were."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.segmentation.preprocess import sample

_DEGREES = 20.0

TURNS = {
    f"{name} {sign * _DEGREES:+.0f}": Rotation.from_euler(axis, sign * _DEGREES, degrees=True).as_matrix()
    for name, axis in (("nod", "x"), ("tilt", "y"), ("turn", "z"))
    for sign in (1, -1)
}
"""Rotations in LPS: nodding, tilting towards a shoulder, turning to a side, each both ways."""


def turned(volume: Volume, turn: NDArray[np.float64]) -> Volume:
    """The head turned about the image's middle; air where there was no image. Values become float32."""
    values = volume.stored.astype(np.float32)
    moved = sample(values, _moved(volume.geometry, turn), volume.geometry, outside=float(values.min()))
    return Volume(moved, volume.geometry, volume.slope, volume.intercept, volume.unit, volume.inverted)


def turned_region(region: NDArray[np.bool_], geometry: Geometry, turn: NDArray[np.float64]) -> NDArray[np.bool_]:
    """A region turned with the head."""
    return sample(region.astype(np.float32), _moved(geometry, turn), geometry) > 0.5


def _moved(geometry: Geometry, turn: NDArray[np.float64]) -> Geometry:
    """Where the grid's voxels come to lie."""
    middle = geometry.to_mm((np.array(geometry.shape[::-1]) - 1) / 2)
    about = np.eye(4)
    about[:3, :3] = turn
    about[:3, 3] = middle - turn @ middle
    return Geometry(geometry.shape, about @ geometry.affine_lps)
