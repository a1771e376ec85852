"""Grids whose axes are not perpendicular: tilted gantries, and NIfTI affines that shear.

Such a grid stays as it is stored, and so does the mask on it; only the way it is laid on the screen changes. Directions
that deviate from perpendicular by at most `SHEARED_DEG` do so by rounding and count as perpendicular.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.language import tr

SHEARED_DEG = 0.1

Vector = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class InPlane:
    """Two axes of a grid in their own plane, in millimetres of the patient.

    ``right`` and ``down`` are perpendicular unit vectors (LPS). ``u_mm`` is where a step along the first axis leads,
    as (right, down); ``v_mm`` the same of the second. Without a shear ``u_mm`` is (length, 0), ``v_mm`` (0, length).
    """

    right: Vector
    down: Vector
    u_mm: tuple[float, float]
    v_mm: tuple[float, float]


def in_plane(u: Vector, v: Vector) -> InPlane:
    """The plane of two steps ``u`` and ``v`` (LPS mm), ``right`` along ``u`` and ``down`` along ``v``.

    Where they are not perpendicular, the one that runs closer along an axis of the patient keeps its direction, and the
    other one slants: of a tilted stack the table's axis stays upright, so that all views agree about what is up.
    """
    u_length, v_length = float(np.linalg.norm(u)), float(np.linalg.norm(v))
    right, down = u / u_length, v / v_length
    cosine = float(right @ down)
    if not _is_sheared(cosine):
        return InPlane(right, down, (u_length, 0.0), (0.0, v_length))
    sine = float(np.sqrt(1.0 - cosine * cosine))
    if np.abs(down).max() >= np.abs(right).max() - 1e-6:
        right = (right - cosine * down) / sine
        return InPlane(right, down, (u_length * sine, u_length * cosine), (0.0, v_length))
    down = (down - cosine * right) / sine
    return InPlane(right, down, (u_length, 0.0), (v_length * cosine, v_length * sine))


def circle_steps(u: Vector, v: Vector, radius_mm: float, points: int = 64) -> NDArray[np.float64]:
    """``(points, 2)`` steps along ``u`` and ``v`` (LPS mm) from the middle of a circle to its rim."""
    laid = in_plane(u, v)
    angles = np.linspace(0.0, 2.0 * np.pi, points, endpoint=False)
    rim = radius_mm * np.stack([np.cos(angles), np.sin(angles)])
    return np.asarray(np.linalg.solve(np.array([laid.u_mm, laid.v_mm]).T, rim).T)


def metric_root(geometry: Geometry) -> NDArray[np.float64]:
    """Upper triangular ``(3, 3)`` R: ``|R d|`` is the length in mm of a difference ``d`` of indices ``(x, y, z)``."""
    if not is_sheared(geometry):
        return np.diag(geometry.spacing_mm)
    steps = geometry.affine_lps[:3, :3]
    return np.asarray(np.linalg.cholesky(steps.T @ steps).T)


def is_sheared(geometry: Geometry) -> bool:
    """Whether any two axes deviate from perpendicular by more than rounding explains."""
    return any(_is_sheared(cosine) for cosine in _cosines(geometry).values())


def distance_across_mm(geometry: Geometry, axis: int) -> float:
    """How far apart slices across index axis ``axis`` lie along their normal; a tilted step is longer than that."""
    step = geometry.affine_lps[:3, axis]
    others = [geometry.affine_lps[:3, other] for other in range(3) if other != axis]
    if not any(_is_sheared(cosine) for pair, cosine in _cosines(geometry).items() if axis in pair):
        return float(np.linalg.norm(step))
    normal = np.cross(others[0], others[1])
    return float(abs(step @ normal) / np.linalg.norm(normal))


def shear_badge(geometry: Geometry, as_stored: bool = False) -> str:
    """What a view says about a sheared grid, empty for others; ``as_stored`` when it is shown without its shear."""
    cosines = _cosines(geometry)
    if not any(map(_is_sheared, cosines.values())):
        return ""
    tilted = not _is_sheared(cosines[0, 1])
    if tilted:
        # Of a slice axis that leans: the angle between the step and the slices' normal.
        angle = np.degrees(np.arcsin(min(1.0, np.hypot(cosines[0, 2], cosines[1, 2]))))
    else:
        angle = np.degrees(np.arcsin(max(map(abs, cosines.values()))))
    shown = f"{angle:.1f}"
    if as_stored:
        return tr("shown as stored, tilted {angle}°", angle=shown)
    return tr("gantry tilt {angle}°", angle=shown) if tilted else tr("sheared grid, {angle}°", angle=shown)


def _cosines(geometry: Geometry) -> dict[tuple[int, int], float]:
    """Of the angle between each two index axes."""
    steps = geometry.affine_lps[:3, :3]
    unit = steps / np.linalg.norm(steps, axis=0)
    return {(a, b): float(unit[:, a] @ unit[:, b]) for a, b in ((0, 1), (0, 2), (1, 2))}


def _is_sheared(cosine: float) -> bool:
    return abs(cosine) > np.sin(np.radians(SHEARED_DEG))
