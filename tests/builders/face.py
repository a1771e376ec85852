"""A head with a face: the mean brain in an egg of scalp, with nose, eyes, ears, chin and neck, turned at will."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.segmentation.brain_pose import mean_radius_mm

AIR, SCALP, BRAIN = 5, 500, 800
_SHAPE = (100, 104, 92)
SPACING_MM = 2.5

# Centre and radii (mm) in the head frame of `brain_pose`.
_FEATURES = {
    "nose": ((0, -112, -45), (14, 20, 18)),
    "left eye": ((32, -84, -15), (12, 12, 12)),
    "right eye": ((-32, -84, -15), (12, 12, 12)),
    "mouth": ((0, -92, -80), (26, 14, 10)),
    "left ear": ((84, 8, -45), (10, 16, 30)),
    "right ear": ((-84, 8, -45), (10, 16, 30)),
    "chin": ((0, -80, -112), (24, 20, 14)),
}


@dataclass(frozen=True, eq=False)
class HeadWithFace:
    volume: Volume
    brain: NDArray[np.bool_]
    head: NDArray[np.bool_]
    features: dict[str, NDArray[np.bool_]]


@lru_cache(maxsize=8)
def head_with_face(turn_degrees: tuple[float, float, float] = (0.0, 0.0, 0.0)) -> HeadWithFace:
    """Turned about L, P and S, in this order; the image's grid stays upright."""
    affine = np.diag([SPACING_MM, SPACING_MM, SPACING_MM, 1.0])
    affine[:3, 3] = -np.array([_SHAPE[2], _SHAPE[1] * 1.1, _SHAPE[0] * 1.3]) * SPACING_MM / 2
    geometry = Geometry(_SHAPE, affine)
    z, y, x = np.meshgrid(*(np.arange(n) for n in _SHAPE), indexing="ij")
    turn = Rotation.from_euler("xyz", turn_degrees, degrees=True).as_matrix()
    at = geometry.to_mm(np.stack([x, y, z], axis=-1).astype(np.float64)) @ turn
    length = np.maximum(np.linalg.norm(at, axis=-1), 1e-6)
    brain = length < mean_radius_mm((at / length[..., None]).reshape(-1, 3)).reshape(length.shape)
    skull = _ellipsoid(at, (0, -6, -12), (76, 96, 92))
    jaw = _ellipsoid(at, (0, -45, -75), (58, 52, 58))
    neck = (np.hypot(at[..., 0], at[..., 1] - 10) < 52) & (at[..., 2] < -60)
    features = {name: _ellipsoid(at, centre, radii) for name, (centre, radii) in _FEATURES.items()}
    head = np.logical_or.reduce([brain, skull, jaw, neck, *features.values()])
    stored = np.where(brain, BRAIN, np.where(head, SCALP, AIR)).astype(np.int16)
    return HeadWithFace(Volume(stored, geometry), brain, head, features)


def _ellipsoid(at: NDArray[np.float64], centre: tuple[float, ...], radii: tuple[float, ...]) -> NDArray[np.bool_]:
    return (((at - centre) / radii) ** 2).sum(axis=-1) < 1
