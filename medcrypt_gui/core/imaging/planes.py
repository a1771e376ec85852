"""Which way up a slice is shown: the three patient planes of any grid, and where a displayed pixel lies in it.

Radiological by default: axial slices as seen from the feet with the patient's left on the right of the screen, coronal
slices as seen from the front, sagittal slices with anterior on the left; superior is up. Oblique grids are shown in
their own planes, each under the name of the patient plane it is closest to, so no voxel is interpolated. A sheared
grid is laid out with its true angles: its columns and rows need not be perpendicular on the screen.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.imaging.geometry import Geometry, direction_letters
from medcrypt_gui.core.imaging.shear import InPlane, distance_across_mm, in_plane, is_sheared
from medcrypt_gui.core.language import mark

Place: TypeAlias = tuple[slice, slice]
"""Rows and columns of a displayed slice, each with explicit start and stop."""

ScalarT = TypeVar("ScalarT", bound=np.generic)


class Plane(Enum):
    """The three planes; the value is the name that users read."""

    AXIAL = mark("Axial")
    SAGITTAL = mark("Sagittal")
    CORONAL = mark("Coronal")


_L, _P, _S = 0, 1, 2
# Patient axis across the plane; patient axis and sign that run to the right on the screen; the same downwards.
_LAYOUT = {
    Plane.AXIAL: (_S, (_L, 1), (_P, 1)),
    Plane.SAGITTAL: (_L, (_P, 1), (_S, -1)),
    Plane.CORONAL: (_P, (_L, 1), (_S, -1)),
}


@dataclass(frozen=True)
class PlaneView:
    """How one plane of one grid is laid out on the screen.

    A displayed pixel is ``(u, v, n)``: column from the left, row from the top, slice; whole numbers at pixel centres.
    ``n`` is the stored index along ``through_axis``. Axes are index axes, 0 = x, 1 = y, 2 = z; a sign of -1 means that
    the displayed coordinate runs against the stored index.

    A column further on lies ``pixel_mm[0]`` to the right and ``lean_mm[0]`` further down; a row further on lies
    ``pixel_mm[1]`` down and ``lean_mm[1]`` to the right. Both leans are 0 unless the grid is sheared in this plane.
    ``thickness_mm`` is the distance of neighbouring slices along their normal; following that, what lies at ``(u, v)``
    is found in the next slice at ``(u + drift[0], v + drift[1])``.
    """

    plane: Plane
    shape: tuple[int, int, int]
    through_axis: int
    u_axis: int
    u_sign: int
    v_axis: int
    v_sign: int
    count: int
    width: int
    height: int
    pixel_mm: tuple[float, float]
    thickness_mm: float
    through_sign: int  # +1 when n grows towards the patient's left, back or head
    lean_mm: tuple[float, float]
    drift: tuple[float, float]
    letters: tuple[str, str, str, str]  # at the left, right, top and bottom edge; empty when the file does not say

    def slice_of(self, array: NDArray[ScalarT], n: int) -> NDArray[ScalarT]:
        """Slice ``n`` of a ``(Z, Y, X)`` array as ``(height, width)``: a view, nothing is copied.

        Of ``(Z, Y, X, 3)`` colours it is ``(height, width, 3)``.
        """
        if array.shape[:3] != self.shape:
            raise ValueError(f"an array of shape {array.shape} is not on the grid {self.shape}")
        axes = (2 - self.through_axis, 2 - self.v_axis, 2 - self.u_axis)
        plane = array.transpose(*axes, *range(3, array.ndim))[n]
        return plane[:: self.v_sign, :: self.u_sign]

    def place_of(self, box: tuple[slice, slice, slice]) -> Place:
        """Where a box ``(Z, Y, X)`` of the grid lies in a slice, as `slice_of` gives one."""
        rows = _shown(box[2 - self.v_axis], self.v_sign, self.height)
        return rows, _shown(box[2 - self.u_axis], self.u_sign, self.width)

    def display_to_index(self, u: float, v: float, n: float) -> tuple[float, float, float]:
        """The index ``(x, y, z)`` of a displayed point."""
        index = [0.0, 0.0, 0.0]
        index[self.u_axis] = u if self.u_sign > 0 else self.width - 1 - u
        index[self.v_axis] = v if self.v_sign > 0 else self.height - 1 - v
        index[self.through_axis] = n
        return index[0], index[1], index[2]

    def index_to_display(self, index_xyz: tuple[float, float, float]) -> tuple[float, float, float]:
        """The displayed point ``(u, v, n)`` of an index; the inverse of `display_to_index`."""
        u, v = index_xyz[self.u_axis], index_xyz[self.v_axis]
        return (
            u if self.u_sign > 0 else self.width - 1 - u,
            v if self.v_sign > 0 else self.height - 1 - v,
            index_xyz[self.through_axis],
        )


def around_both(first: Place, second: Place) -> Place:
    """The smallest place that holds both."""
    rows, columns = (slice(min(a.start, b.start), max(a.stop, b.stop)) for a, b in zip(first, second, strict=True))
    return rows, columns


def _shown(stored: slice, sign: int, count: int) -> slice:
    """Stored indices, from start to before stop, as they are counted on the screen."""
    return stored if sign > 0 else slice(count - stored.stop, count - stored.start)


def plane_view(geometry: Geometry, plane: Plane, neurological: bool = False, as_stored: bool = False) -> PlaneView:
    """The layout of ``plane`` for a grid.

    ``neurological`` puts the patient's left on the left of the screen. ``as_stored`` lays out a sheared grid as if its
    axes were perpendicular.
    """
    axes = geometry.patient_axes()
    through, (u_patient, u_wanted), (v_patient, v_wanted) = _LAYOUT[plane]
    if neurological and u_patient == _L:
        u_wanted = -u_wanted
    n_axis, n_sign = axes[through]
    u_axis, u_sign = axes[u_patient][0], axes[u_patient][1] * u_wanted
    v_axis, v_sign = axes[v_patient][0], axes[v_patient][1] * v_wanted
    sizes = geometry.shape[::-1]
    laid = _laid_out(geometry.affine_lps[:3, u_axis] * u_sign, geometry.affine_lps[:3, v_axis] * v_sign, as_stored)
    return PlaneView(
        plane=plane,
        shape=geometry.shape,
        through_axis=n_axis,
        u_axis=u_axis,
        u_sign=u_sign,
        v_axis=v_axis,
        v_sign=v_sign,
        count=sizes[n_axis],
        width=sizes[u_axis],
        height=sizes[v_axis],
        pixel_mm=(laid.u_mm[0], laid.v_mm[1]),
        lean_mm=(laid.u_mm[1], laid.v_mm[0]),
        drift=(0.0, 0.0) if as_stored else _drift(geometry, (u_axis, u_sign), (v_axis, v_sign), n_axis),
        thickness_mm=distance_across_mm(geometry, n_axis),
        through_sign=n_sign,
        letters=_edge_letters(laid) if geometry.oriented else ("", "", "", ""),
    )


def _laid_out(u: NDArray[np.float64], v: NDArray[np.float64], as_stored: bool) -> InPlane:
    if not as_stored:
        return in_plane(u, v)
    u_mm, v_mm = float(np.linalg.norm(u)), float(np.linalg.norm(v))
    return InPlane(u / u_mm, v / v_mm, (u_mm, 0.0), (0.0, v_mm))


def _drift(geometry: Geometry, u: tuple[int, int], v: tuple[int, int], n_axis: int) -> tuple[float, float]:
    if not is_sheared(geometry):
        return 0.0, 0.0
    columns = geometry.affine_lps[:3, :3]
    steps = np.column_stack([columns[:, u[0]] * u[1], columns[:, v[0]] * v[1], columns[:, n_axis]])
    normal = np.cross(steps[:, 0], steps[:, 1])
    across = normal * (steps[:, 2] @ normal) / (normal @ normal)
    du, dv, _one = np.linalg.solve(steps, across)
    return float(du), float(dv)


def acquired_plane(geometry: Geometry) -> Plane:
    """The plane in which the slices are stored."""
    return plane_across(geometry, 2)


def plane_across(geometry: Geometry, axis: int) -> Plane:
    """The plane whose slices lie across that index axis."""
    axes = geometry.patient_axes()
    return next(plane for plane, (through, _, _) in _LAYOUT.items() if axes[through][0] == axis)


def _edge_letters(laid: InPlane) -> tuple[str, str, str, str]:
    right, down = laid.right, laid.down
    return direction_letters(-right), direction_letters(right), direction_letters(-down), direction_letters(down)
