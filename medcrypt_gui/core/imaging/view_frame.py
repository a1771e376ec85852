"""Where a view shows a plane: which of its pixels belong to which of the view."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.imaging.planes import PlaneView

OUTLINE_REACH = 4
"""How many view pixels beyond its voxels, and those next to them, a mask's outline is drawn."""


class ViewArea(NamedTuple):
    """Pixels of a view, from ``left`` and ``top`` to before ``right`` and ``bottom``; none where those are not more."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def is_empty(self) -> bool:
        return self.left >= self.right or self.top >= self.bottom

    @property
    def pixels(self) -> tuple[slice, slice]:
        """Its rows and columns in the picture of the view."""
        return slice(self.top, self.bottom), slice(self.left, self.right)

    def within(self, outer: ViewArea) -> ViewArea:
        """The same area, counted from the corner of another one."""
        return ViewArea(self.left - outer.left, self.top - outer.top, self.right - outer.left, self.bottom - outer.top)


@dataclass(frozen=True)
class ViewFrame:
    """Which part of a plane a view of ``width`` x ``height`` pixels shows.

    ``centre`` is the displayed point ``(u, v)`` of the plane that lies in the middle of the view, ``scale`` is view
    pixels per millimetre, ``pixel_mm`` and ``lean_mm`` are those of its `PlaneView`. View points are in pixels, whole
    numbers at their centres.
    """

    width: int
    height: int
    scale: float
    centre: tuple[float, float]
    pixel_mm: tuple[float, float]
    lean_mm: tuple[float, float] = (0.0, 0.0)

    @classmethod
    def fit(cls, view: PlaneView, width: int, height: int) -> ViewFrame:
        """The whole plane, centred, as large as it fits."""
        across = view.width * view.pixel_mm[0] + view.height * abs(view.lean_mm[1])
        upright = view.height * view.pixel_mm[1] + view.width * abs(view.lean_mm[0])
        centre = ((view.width - 1) / 2, (view.height - 1) / 2)
        return cls(width, height, min(width / across, height / upright), centre, view.pixel_mm, view.lean_mm)

    def to_view(self, u: float, v: float) -> tuple[float, float]:
        """View point of a displayed point."""
        du, dv = u - self.centre[0], v - self.centre[1]
        x = (du * self.pixel_mm[0] + dv * self.lean_mm[1]) * self.scale + (self.width - 1) / 2
        y = (dv * self.pixel_mm[1] + du * self.lean_mm[0]) * self.scale + (self.height - 1) / 2
        return x, y

    def to_display(self, x: float, y: float) -> tuple[float, float]:
        """Displayed point of a view point; the inverse of `to_view`."""
        du, dv = self.steps(x - (self.width - 1) / 2, y - (self.height - 1) / 2)
        return du + self.centre[0], dv + self.centre[1]

    def steps(self, right: float, down: float) -> tuple[float, float]:
        """How many columns and rows it is to a point so many view pixels to the right and down."""
        (ux, vy), (uy, vx) = self.pixel_mm, self.lean_mm
        area = (ux * vy - uy * vx) * self.scale
        return (right * vy - down * vx) / area, (down * ux - right * uy) / area

    def cut(self, area: ViewArea) -> ViewFrame:
        """The frame of a part of this view, in which everything lies as it does here."""
        centre = self.to_display((area.left + area.right - 1) / 2, (area.top + area.bottom - 1) / 2)
        return replace(self, width=area.right - area.left, height=area.bottom - area.top, centre=centre)

    def area_of(self, rows: slice, columns: slice, border: int) -> ViewArea:
        """What these rows and columns of the plane take of the view, with so many view pixels around."""
        return area_of(self.matrix(), (self.width, self.height), rows, columns, border)

    def seen(self, shape: tuple[int, ...], around: int) -> tuple[slice, slice]:
        """The rows and columns of a plane of this shape that the view shows, and so many around; both may be empty."""
        ends = [self.to_display(x, y) for x in (0, self.width - 1) for y in (0, self.height - 1)]
        low, high = np.floor(np.min(ends, axis=0)) - around, np.ceil(np.max(ends, axis=0)) + around + 1
        (left, top), (right, bottom) = np.clip([low, high], 0, [shape[1], shape[0]]).astype(int)
        return slice(int(top), int(bottom)), slice(int(left), int(right))

    @property
    def is_fine(self) -> bool:
        """Whether pixels of the plane are shown without several of them being averaged."""
        return min(math.hypot(*column) for column in self.matrix()[:, :2].T) > 0.5

    def matrix(self) -> NDArray[np.float64]:
        """``(2, 3)``: displayed point to view point."""
        (x0, y0), (ux, vy), (uy, vx) = self.to_view(0, 0), self.pixel_mm, self.lean_mm
        return np.array([[ux * self.scale, vx * self.scale, x0], [uy * self.scale, vy * self.scale, y0]])


def area_of(matrix: NDArray[np.float64], size: tuple[int, int], rows: slice, columns: slice, border: int) -> ViewArea:
    """What a box of the plane takes of a view of ``size`` ``(width, height)``, with ``border`` pixels around."""
    ends = [columns.start - 1.0, columns.stop], [rows.start - 1.0, rows.stop]
    corners = matrix[:, :2] @ np.array([[u, v] for u in ends[0] for v in ends[1]]).T + matrix[:, 2:]
    x0, y0 = np.maximum(np.floor(corners.min(axis=1)).astype(int) - border, 0)
    x1, y1 = np.minimum(np.ceil(corners.max(axis=1)).astype(int) + border + 1, size)
    return ViewArea(int(x0), int(y0), int(x1), int(y1))
