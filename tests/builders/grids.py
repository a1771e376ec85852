"""Grids that lie every way in the patient, and a ball scanned with a tilted gantry."""

from __future__ import annotations

from itertools import permutations, product

import numpy as np

from medcrypt_gui.core.imaging.geometry import Geometry

ORIENTATIONS = [(order, signs) for order in permutations(range(3)) for signs in product((1, -1), repeat=3)]
"""All 48 ways to lay three axes along the patient's: for each index axis the patient axis, and its sign."""

KINDS = ("isotropic", "anisotropic", "oblique", "tilted")
_SPACING = {"isotropic": (1.0, 1.0, 1.0)}


def turn(about: int, degrees: float) -> np.ndarray:
    """``(3, 3)``: the turn about a patient axis by the right-hand rule."""
    first, second = (about + 1) % 3, (about + 2) % 3
    turned, angle = np.eye(3), np.radians(degrees)
    turned[first, first] = turned[second, second] = np.cos(angle)
    turned[second, first], turned[first, second] = np.sin(angle), -np.sin(angle)
    return turned


def grid(
    kind: str = "isotropic",
    order: tuple[int, ...] = (0, 1, 2),
    signs: tuple[int, ...] = (1, 1, 1),
    shape: tuple[int, int, int] = (5, 4, 3),
    oriented: bool = True,
) -> Geometry:
    """Index axis i runs along patient axis ``order[i]`` with sign ``signs[i]``; half of the signs mirror the patient.

    "oblique" is turned by 17 degrees about two axes. "tilted" leans what runs along the patient's back by 15 degrees
    towards the head, as the rows of a tilted gantry do.
    """
    columns = np.zeros((3, 3))
    for axis, (patient, sign) in enumerate(zip(order, signs, strict=True)):
        columns[patient, axis] = sign
    columns = columns * _SPACING.get(kind, (0.5, 1.0, 3.0))
    if kind == "oblique":
        columns = turn(2, 17) @ turn(0, 17) @ columns
    if kind == "tilted":
        back = order.index(1)
        columns[:, back] = turn(0, 15) @ columns[:, back]
    affine = np.eye(4)
    affine[:3, :3], affine[:3, 3] = columns, (-10.0, 20.0, 5.0)
    return Geometry(shape, affine, oriented)


def tilted_grid(
    tilt_deg: float = 15.0,
    shape: tuple[int, int, int] = (44, 104, 100),
    spacing: tuple[float, float, float] = (1.0, 1.0, 2.5),
) -> Geometry:
    """An axial stack around (0, 0, 0) whose rows lean by ``tilt_deg``; slices are ``spacing[2]`` apart upright."""
    affine = np.diag([*spacing, 1.0])
    affine[:3, 1] = turn(0, tilt_deg) @ affine[:3, 1]
    affine[2, 2] /= np.cos(np.radians(tilt_deg))
    affine[:3, 3] = -affine[:3, :3] @ ((np.array(shape[::-1]) - 1) / 2)
    return Geometry(shape, affine)


def places_mm(geometry: Geometry) -> np.ndarray:
    """``(Z, Y, X, 3)``: where every voxel lies."""
    z, y, x = np.indices(geometry.shape)
    return geometry.to_mm(np.stack([x, y, z], axis=-1))


def ball(geometry: Geometry, radius_mm: float, centre_mm: tuple[float, float, float] = (0.0, 0.0, 0.0)) -> np.ndarray:
    """``(Z, Y, X)`` bool: the voxels whose centres lie in it."""
    return np.linalg.norm(places_mm(geometry) - centre_mm, axis=-1) <= radius_mm
