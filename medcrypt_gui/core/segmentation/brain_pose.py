"""How a head lies in its image, from the shape of its brain: where, how large, which way it faces.

A similarity transform (7 numbers) lays the mean surface of a brain on the one that was found. The mean surface is a
radius for each direction from the brain's middle, symmetric from left to right: a polynomial in the y and z of the
unit direction, fitted to the reference masks of the 23 NiChart T1 images (`brain_pose` itself aligned them, starting
from a ball; root mean square distance 3.6 mm). The *head frame* has the brain's middle as origin, axes towards the
head's own left, back and top, and the millimetres of a brain of mean size.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.optimize import least_squares
from scipy.spatial.transform import Rotation

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.task import TaskContext

Points = NDArray[np.float64]

# Row b, column c: the factor of y**b * z**c in the radius (mm).
_RADIUS_MM = (
    (62.7, 1.8, 5.4, 16.1, -37.4, 20.5, 8.4, -31.9, 20.5),
    (5.4, 16.0, -2.2, -55.4, 74.3, -58.5, -40.5, 63.9),
    (21.9, -32.0, 81.0, -82.6, -10.3, 84.9, -54.0),
    (-15.3, -43.9, -0.9, 71.3, -51.6, 29.4),
    (-22.4, 139.6, -96.6, 45.2, -59.6),
    (41.4, -59.2, 48.4, 26.1),
    (22.3, -72.0, -62.2),
    (-29.2, 30.1),
    (-6.8,),
)
_POINTS = 700  # of the brain's surface that are fitted
_SEED = 20250107
_OUTLIER_MM = 4.0  # distances beyond it count less and less: missing or surplus parts of a mask do not turn the head
_POOR_FIT_MM = 6.0  # root mean square; the header's axes are doubted beyond it
_CLEARLY_BETTER = 0.8
_TRIED_FURTHER = 3


@dataclass(frozen=True, eq=False)
class BrainPose:
    """``q = (p - origin_mm) @ axes / scale`` takes LPS millimetres to the head frame; ``axes`` (3, 3) is a rotation.

    ``misfit_mm`` is the root mean square distance between the brain found and the mean one laid on it.
    """

    origin_mm: Points
    axes: Points
    scale: float
    misfit_mm: float

    def to_head(self, mm_lps: Points) -> Points:
        """Points ``(..., 3)`` in the head frame."""
        return (mm_lps - self.origin_mm) @ self.axes / self.scale

    def to_mm(self, head: Points) -> Points:
        """LPS millimetres of points ``(..., 3)`` of the head frame."""
        return head @ self.axes.T * self.scale + self.origin_mm


def brain_pose(brain: NDArray[np.bool_], grid: Geometry, task: TaskContext) -> BrainPose:
    """The pose of a brain ``(Z, Y, X)`` on ``grid``; the brain must not be empty.

    The axes in the header are believed, but for a tilt, unless another of the 24 ways to lay them fits clearly better.
    Where the header gives none, the best way counts.
    """
    points = _surface(brain, grid)
    best = _fitted(points, np.eye(3), task)
    if best.misfit_mm <= _POOR_FIT_MM and grid.oriented:
        return best
    ways = Rotation.create_group("O").as_matrix()
    rough = [float(np.mean(np.abs(_distances(_start(points, way), points)))) for way in ways]
    for number in np.argsort(rough, kind="stable")[:_TRIED_FURTHER]:
        other = _fitted(points, ways[number], task)
        if other.misfit_mm < (_CLEARLY_BETTER if grid.oriented else 1.0) * best.misfit_mm:
            best = other
    return best


def _surface(brain: NDArray[np.bool_], grid: Geometry) -> Points:
    """Some of the border voxels, LPS mm, the same ones however the image is stored.

    Where the image ends within the brain there is no surface.
    """
    border = brain & ~ndimage.binary_erosion(brain, border_value=1)
    found = np.argwhere(border if border.any() else brain)
    points = grid.to_mm(found[:, ::-1].astype(np.float64))
    points = points[np.lexsort(np.round(points, 2).T)]
    return points[np.random.default_rng(_SEED).permutation(len(points))[:_POINTS]]


def _fitted(points: Points, way: Points, task: TaskContext) -> BrainPose:
    def residuals(pose: Points) -> Points:
        task.checkpoint()
        return _distances(pose, points)

    steps = [0.1, 0.1, 0.1, 10.0, 10.0, 10.0, 0.1]
    found = least_squares(
        residuals, _start(points, way), x_scale=steps, loss="soft_l1", f_scale=_OUTLIER_MM, max_nfev=60
    )
    axes, origin, scale = _parts(found.x)
    return BrainPose(origin, axes, scale, float(np.sqrt(np.mean(found.fun**2))))


def _start(points: Points, way: Points) -> Points:
    middle = (points.min(axis=0) + points.max(axis=0)) / 2
    return np.concatenate([Rotation.from_matrix(way).as_rotvec(), middle, [0.0]])


def _parts(pose: Points) -> tuple[Points, Points, float]:
    return Rotation.from_rotvec(pose[:3]).as_matrix(), pose[3:6], float(np.exp(pose[6]))


def _distances(pose: Points, points: Points) -> Points:
    """How far each point lies outside the mean surface, along the line from the brain's middle."""
    axes, origin, scale = _parts(pose)
    relative = (points - origin) @ axes / scale
    length = np.maximum(np.linalg.norm(relative, axis=1), 1e-6)
    return length - mean_radius_mm(relative / length[:, None])


def mean_radius_mm(directions: Points) -> Points:
    """The mean brain's radius in each unit direction ``(n, 3)`` of the head frame, by Horner's rule in y and z."""
    y, z = directions[:, 1], directions[:, 2]
    radius = np.zeros(len(directions))
    for row in reversed(_RADIUS_MM):
        inner = np.zeros(len(directions))
        for factor in reversed(row):
            inner = inner * z + factor
        radius = radius * y + inner
    return radius
