"""From where a scene in patient millimetres is looked at: turned, moved and enlarged; parallel rays, no perspective."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.language import mark

_ZOOM_LIMITS = (0.2, 40.0)
_MARGIN = 0.94
_ALL_BUT_CORNERS = 0.98


class Side(Enum):
    """Where the viewer stands; the value is what users read. The letter of each is the patient's side."""

    FRONT = mark("From the front")
    BACK = mark("From the back")
    LEFT = mark("From the left")
    RIGHT = mark("From the right")
    TOP = mark("From above")
    BOTTOM = mark("From below")


# Towards the viewer, and what is up on the screen, in LPS. From above the nose is up; from below it is as well, so that
# the patient's left is on the right of the screen as in an axial slice.
_STANDS: dict[Side, tuple[tuple[int, int, int], tuple[int, int, int]]] = {
    Side.FRONT: ((0, -1, 0), (0, 0, 1)),
    Side.BACK: ((0, 1, 0), (0, 0, 1)),
    Side.LEFT: ((1, 0, 0), (0, 0, 1)),
    Side.RIGHT: ((-1, 0, 0), (0, 0, 1)),
    Side.TOP: ((0, 0, 1), (0, -1, 0)),
    Side.BOTTOM: ((0, 0, -1), (0, -1, 0)),
}


@dataclass(frozen=True, eq=False)
class Camera:
    """A view of a sphere of ``radius_mm`` around ``centre_mm`` (LPS), which fills the picture at zoom 1.

    The rows of ``rotation`` (3, 3) are the patient directions that run to the right, up, and towards the viewer.
    ``pan_mm`` moves the picture to the right and up.
    """

    rotation: NDArray[np.float64]
    centre_mm: NDArray[np.float64]
    radius_mm: float
    zoom: float = 1.0
    pan_mm: tuple[float, float] = (0.0, 0.0)

    @classmethod
    def around(cls, centre_mm: NDArray[np.float64], radius_mm: float, side: Side = Side.FRONT) -> Camera:
        """All of that sphere from a side."""
        return cls(_rotation(side), np.asarray(centre_mm, np.float64), max(float(radius_mm), 1e-3))

    @classmethod
    def fitting(cls, places_mm: NDArray[np.float32]) -> Camera:
        """From the front, enlarged so that nearly all of these places (N, 3), however they are turned, are seen."""
        centre = ((places_mm.min(axis=0) + places_mm.max(axis=0)) / 2).astype(np.float64)
        distances = np.linalg.norm(places_mm - centre, axis=1)
        return cls.around(centre, float(np.quantile(distances, _ALL_BUT_CORNERS)))

    def seen_from(self, side: Side) -> Camera:
        """The same part from another side."""
        return replace(self, rotation=_rotation(side), pan_mm=(0.0, 0.0))

    def turned(self, right: float, up: float) -> Camera:
        """As when the ball is dragged by so many radians at its front: to the right and upwards."""
        angle = math.hypot(right, up)
        if angle < 1e-9:
            return self
        # The axis lies in the screen, across the drag; Rodrigues' formula.
        x, y = -up / angle, right / angle
        cross = np.array([[0.0, 0.0, y], [0.0, 0.0, -x], [-y, x, 0.0]])
        turn = np.eye(3) + math.sin(angle) * cross + (1 - math.cos(angle)) * cross @ cross
        rows, _, columns = np.linalg.svd(turn @ self.rotation)  # thousands of small turns must not shear the picture
        return replace(self, rotation=rows @ columns)

    def zoomed(self, factor: float, right_mm: float = 0.0, up_mm: float = 0.0) -> Camera:
        """Enlarged within limits; what lies so far from the picture's middle, as it is now, stays there."""
        zoom = min(max(self.zoom * factor, _ZOOM_LIMITS[0]), _ZOOM_LIMITS[1])
        shrink = self.zoom / zoom - 1
        return replace(self, zoom=zoom).moved(right_mm * shrink, up_mm * shrink)

    def moved(self, right_mm: float, up_mm: float) -> Camera:
        return replace(self, pan_mm=(self.pan_mm[0] + right_mm, self.pan_mm[1] + up_mm))

    def pixels_per_mm(self, width: int, height: int) -> float:
        return min(width, height) * _MARGIN / (2 * self.radius_mm) * self.zoom

    def to_picture(self, mm_lps: NDArray[np.float64], width: int, height: int) -> NDArray[np.float64]:
        """``(..., 3)``: column, row (pixel centres at whole numbers) and nearness in mm of patient places."""
        local = (np.asarray(mm_lps, np.float64) - self.centre_mm) @ self.rotation.T
        scale = self.pixels_per_mm(width, height)
        result = np.empty_like(local)
        result[..., 0] = (width - 1) / 2 + (local[..., 0] + self.pan_mm[0]) * scale
        result[..., 1] = (height - 1) / 2 - (local[..., 1] + self.pan_mm[1]) * scale
        result[..., 2] = local[..., 2]
        return result

    def to_mm(self, column: float, row: float, nearness: float, width: int, height: int) -> NDArray[np.float64]:
        """The patient place (LPS) of a point of the picture; the inverse of `to_picture`."""
        scale = self.pixels_per_mm(width, height)
        local = (
            (column - (width - 1) / 2) / scale - self.pan_mm[0],
            ((height - 1) / 2 - row) / scale - self.pan_mm[1],
            nearness,
        )
        return np.asarray(np.array(local) @ self.rotation + self.centre_mm, dtype=np.float64)


def _rotation(side: Side) -> NDArray[np.float64]:
    near, up = (np.array(direction, np.float64) for direction in _STANDS[side])
    return np.stack([np.cross(up, near), up, near])
