"""A plane that lies in the patient any way, not only along the grid: how it stands, turns, and cuts other planes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.imaging.geometry import Geometry, direction_letters
from medcrypt_gui.core.imaging.planes import Plane, PlaneView

Vector = NDArray[np.float64]

_L, _P, _S = np.eye(3)
_STANDING = {Plane.AXIAL: (_L, _P), Plane.SAGITTAL: (_P, -_S), Plane.CORONAL: (_L, -_S)}
_PARALLEL = 1e-3  # sine of the angle below which two planes do not cut each other within reach


@dataclass(frozen=True, eq=False)
class ObliquePlane:
    """``point`` lies in it; ``right`` and ``down`` are perpendicular unit vectors along the screen. All LPS mm."""

    point: Vector
    right: Vector
    down: Vector

    @classmethod
    def standing(cls, plane: Plane, point: Vector, neurological: bool = False) -> ObliquePlane:
        """The patient's own axial, sagittal or coronal plane through ``point``, however the grid lies."""
        right, down = _STANDING[plane]
        flips = neurological and plane is not Plane.SAGITTAL
        return cls(np.array(point, np.float64), -right if flips else right, down)

    @property
    def normal(self) -> Vector:
        """Unit vector away from who looks at the screen."""
        return np.asarray(np.cross(self.right, self.down))

    @property
    def letters(self) -> tuple[str, str, str, str]:
        """At the left, right, top and bottom edge."""
        ways = (-self.right, self.right, -self.down, self.down)
        left, right, top, bottom = (direction_letters(way) for way in ways)
        return left, right, top, bottom

    def through(self, point: Vector) -> ObliquePlane:
        """The parallel plane through ``point``."""
        return ObliquePlane(np.array(point, np.float64), self.right, self.down)

    def moved(self, mm: float) -> ObliquePlane:
        """The parallel plane so far along the normal."""
        return self.through(self.point + self.normal * mm)

    def turned(self, about: Vector, degrees: float) -> ObliquePlane:
        """Turned around ``point`` about the direction ``about``, by the right-hand rule."""
        turn = rotation(about, degrees)
        right = turn @ self.right
        right /= np.linalg.norm(right)
        down = turn @ self.down
        down -= right * (right @ down)  # many small turns must not add up to a skew
        return ObliquePlane(self.point, right, down / np.linalg.norm(down))

    def from_standing(self) -> tuple[float, Plane]:
        """How many degrees it is turned away from the patient's own plane that is nearest, and which that is."""
        strength = np.abs(self.normal)
        nearest = (Plane.SAGITTAL, Plane.CORONAL, Plane.AXIAL)[int(np.argmax(strength))]
        return float(np.degrees(np.arccos(min(1.0, strength.max())))), nearest

    def foot(self, point: Vector) -> Vector:
        """The place in the plane that is nearest to ``point``."""
        return np.asarray(point - self.normal * float(self.normal @ (point - self.point)))


def rotation(about: Vector, degrees: float) -> NDArray[np.float64]:
    """``(3, 3)``: the turn about a direction by the right-hand rule (Rodrigues' formula)."""
    x, y, z = np.asarray(about) / np.linalg.norm(about)
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    angle = np.radians(degrees)
    return np.asarray(np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross)


def cut(plane: ObliquePlane, geometry: Geometry, view: PlaneView, n: int) -> tuple[Vector, Vector] | None:
    """Where ``plane`` cuts slice ``n`` of a view: a displayed point ``(u, v)`` and a direction; None where parallel.

    The point is the one of the cut that is nearest, in pixels, to the middle of the slice.
    """
    middle = np.array([(view.width - 1) / 2, (view.height - 1) / 2])
    points = middle + np.array([[0, 0], [1, 0], [0, 1]])
    places = [geometry.to_mm(view.display_to_index(u, v, n)) for u, v in points]
    origin, across, down = ((place - plane.point) @ plane.normal for place in places)
    slope = np.array([across - origin, down - origin])
    steps = [np.linalg.norm(places[1] - places[0]), np.linalg.norm(places[2] - places[0])]
    if np.abs(slope / steps).max() < _PARALLEL:
        return None
    return middle - slope * origin / float(slope @ slope), np.array([-slope[1], slope[0]])
