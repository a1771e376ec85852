"""What is measured in a slice: distances, angles, and the values within an ellipse or a rectangle."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.shear import in_plane
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.imaging.windowing import is_padding
from medcrypt_gui.core.language import mark, tr

Place = tuple[float, float, float]

_ELLIPSE_POINTS = 72
_QUICK_VOXELS = 250_000
_ON_THE_EDGE = 1 + 1e-9  # a voxel exactly on the edge belongs to the shape, whatever rounding makes of it


class Shape(Enum):
    """The value is what users read."""

    DISTANCE = mark("Distance")
    ANGLE = mark("Angle")
    ELLIPSE = mark("Ellipse")
    RECTANGLE = mark("Rectangle")


@dataclass(frozen=True)
class Measurement:
    """``start`` and ``end`` are indices ``(x, y, z)``, fractional; both lie in one slice across index axis ``axis``.

    They are the ends of a distance, or opposite corners of what holds an ellipse or is a rectangle. These stand upright
    in the patient's millimetres as `shear.in_plane` lays the slice out, not in the grid where that is sheared. Of an
    angle ``start`` and ``end`` are the first leg, and the second one goes from ``end``, the vertex, to ``second``.
    Refuses what is not finite, and a second leg that is missing or too much.
    """

    shape: Shape
    axis: int
    start: Place
    end: Place
    second: Place | None = None

    def __post_init__(self) -> None:
        if self.axis not in (0, 1, 2) or not all(math.isfinite(i) for place in self.points for i in place):
            raise ValueError("a measurement lies in a slice, at finite places")
        if (self.second is not None) is not (self.shape is Shape.ANGLE):
            raise ValueError("an angle, and nothing else, has a second leg")

    @property
    def slice_number(self) -> int:
        return round(self.start[self.axis])

    @property
    def points(self) -> tuple[Place, ...]:
        """The places that were given, in their order."""
        return (self.start, self.end) if self.second is None else (self.start, self.end, self.second)


@dataclass(frozen=True)
class Statistics:
    """Of scaled values: mean, standard deviation (of the voxels, not of a sample), extremes; and the area."""

    mean: float
    deviation: float
    lowest: float
    highest: float
    area_mm2: float
    voxels: int


def length_mm(measurement: Measurement, geometry: Geometry) -> float:
    """From start to end, through the patient."""
    start, end = (np.asarray(geometry.to_mm(place)) for place in (measurement.start, measurement.end))
    return float(np.linalg.norm(end - start))


def angle_degrees(measurement: Measurement, geometry: Geometry) -> float | None:
    """Between the legs, in the patient, 0 to 180; None where a leg has no length."""
    assert measurement.second is not None
    start, vertex, second = (geometry.to_mm(place) for place in measurement.points)
    first_leg, second_leg = start - vertex, second - vertex
    lengths = float(np.linalg.norm(first_leg) * np.linalg.norm(second_leg))
    if lengths <= 0:
        return None
    return math.degrees(math.acos(min(max(float(np.dot(first_leg, second_leg)) / lengths, -1.0), 1.0)))


def statistics(measurement: Measurement, volume: Volume) -> Statistics | None:
    """Of the voxels whose centres lie within; None where there are none, or only such as hold no number.

    The area is that of all of them.
    """
    inside = values_within(measurement, volume)
    values = inside[np.isfinite(inside)]
    if values.size == 0:
        return None
    across, down = (volume.geometry.affine_lps[:3, axis] for axis in range(3) if axis != measurement.axis)
    return Statistics(
        float(values.mean()),
        float(values.std()),
        float(values.min()),
        float(values.max()),
        float(np.linalg.norm(np.cross(across, down))) * int(inside.size),
        int(values.size),
    )


def is_quick(measurement: Measurement) -> bool:
    """Whether what it measures is had within a frame: of a shape that is being drawn, larger ones wait for the end."""
    if measurement.shape in (Shape.DISTANCE, Shape.ANGLE):
        return True
    sides = (abs(a - b) for a, b in zip(measurement.start, measurement.end, strict=True))
    return math.prod(max(side, 1.0) for side in sides) <= _QUICK_VOXELS


def lines_of(measurement: Measurement, volume: Volume) -> tuple[str, ...]:
    """What stands beside the measurement."""
    if measurement.shape is Shape.DISTANCE:
        return (f"{length_mm(measurement, volume.geometry):.1f} {_unit(volume.geometry)}",)
    if measurement.shape is Shape.ANGLE:
        degrees = angle_degrees(measurement, volume.geometry)
        return (f"{degrees:.1f}°",) if degrees is not None else ()
    found = statistics(measurement, volume)
    if found is None:
        return (tr("no values"),)
    return (
        tr(
            "Mean {mean}  SD {deviation} {unit}",
            mean=f"{found.mean:.4g}",
            deviation=f"{found.deviation:.3g}",
            unit=volume.unit,
        ).rstrip(),
        tr("{lowest} to {highest}", lowest=f"{found.lowest:.4g}", highest=f"{found.highest:.4g}"),
        f"{found.area_mm2 / 100:.2f} cm²" if volume.geometry.calibrated else f"{found.area_mm2:.0f} px²",
    )


def _unit(geometry: Geometry) -> str:
    return "mm" if geometry.calibrated else "px"


def values_within(measurement: Measurement, volume: Volume) -> NDArray[np.float64]:
    """The scaled values of the voxels whose centres lie within the shape, in one row; NaN where there is no image."""
    upright = _Upright.of(measurement, volume.geometry)
    plane = np.moveaxis(volume.stored, 2 - measurement.axis, 0)[measurement.slice_number]
    corners = np.array([_indices_of(place, upright) for place in _corners(measurement, upright)])
    # Only the part that the shape may hold is looked at: a slice is large and a shape is small.
    first = np.maximum(np.ceil(corners.min(axis=0) - 1e-9).astype(int), 0)
    last = np.minimum(np.floor(corners.max(axis=0) + 1e-9).astype(int) + 1, plane.shape[::-1])
    columns, rows = (np.arange(low, max(high, low)) for low, high in zip(first, last, strict=True))
    centre = (upright.mm(measurement.start) + upright.mm(measurement.end)) / 2
    half = np.maximum(np.abs(upright.mm(measurement.end) - upright.mm(measurement.start)) / 2, 1e-9)
    right, down = (
        (upright.to_mm[k, 0] * columns[None, :] + upright.to_mm[k, 1] * rows[:, None] - centre[k]) / half[k]
        for k in (0, 1)
    )
    if measurement.shape is Shape.ELLIPSE:
        inside = right**2 + down**2 <= _ON_THE_EDGE
    else:
        inside = (np.abs(right) <= _ON_THE_EDGE) & (np.abs(down) <= _ON_THE_EDGE)
    part = plane[first[1] : first[1] + rows.size, first[0] : first[0] + columns.size]
    stored = part[inside]
    values = stored.astype(np.float64) * volume.slope + volume.intercept
    if volume.padding is not None:
        values[is_padding(stored, volume.padding)] = np.nan
    return values


def outline(measurement: Measurement, geometry: Geometry) -> tuple[Place, ...]:
    """Corners of the line that is drawn; a closed one ends where it begins."""
    if measurement.shape in (Shape.DISTANCE, Shape.ANGLE):
        return measurement.points
    upright = _Upright.of(measurement, geometry)
    if measurement.shape is Shape.RECTANGLE:
        first, second, third, fourth = _corners(measurement, upright)
        return first, second, third, fourth, first
    start, end = upright.mm(measurement.start), upright.mm(measurement.end)
    turn = np.linspace(0, 2 * np.pi, _ELLIPSE_POINTS + 1)
    rim = (start + end) / 2 + np.stack([np.cos(turn), np.sin(turn)], axis=1) * (end - start) / 2
    return tuple(upright.place(right, down) for right, down in rim)


def handles_of(measurement: Measurement, geometry: Geometry) -> tuple[Place, ...]:
    """What can be taken hold of: the ends, or all four corners, those of start and end first."""
    if measurement.shape in (Shape.DISTANCE, Shape.ANGLE):
        return measurement.points
    start, second, end, fourth = _corners(measurement, _Upright.of(measurement, geometry))
    return start, end, second, fourth


def with_handle(measurement: Measurement, number: int, place: Place, geometry: Geometry) -> Measurement:
    """The measurement with that handle moved to ``place``, which is drawn into its slice."""
    moved = list(place)
    moved[measurement.axis] = measurement.start[measurement.axis]
    to = (moved[0], moved[1], moved[2])
    if number == 0:
        return replace(measurement, start=to)
    if number == 1:
        return replace(measurement, end=to)
    if measurement.second is not None:
        return replace(measurement, second=to)
    # A corner between takes one coordinate from the start and the other one from the end.
    upright = _Upright.of(measurement, geometry)
    start, end, corner = (upright.mm(one) for one in (measurement.start, measurement.end, to))
    of_start, of_end = (1, 0) if number == 2 else (0, 1)
    start[of_start], end[of_end] = corner[of_start], corner[of_end]
    return replace(measurement, start=upright.place(*start), end=upright.place(*end))


@dataclass(frozen=True, eq=False)
class _Upright:
    """The slice in millimetres to the right and down, as `shear.in_plane` lays it out.

    ``to_mm`` is ``(2, 2)``: steps along ``columns`` and ``rows``, which are index axes, to (right, down).
    """

    to_mm: NDArray[np.float64]
    columns: int
    rows: int
    slice_place: Place

    @classmethod
    def of(cls, measurement: Measurement, geometry: Geometry) -> _Upright:
        columns, rows = (axis for axis in range(3) if axis != measurement.axis)
        laid = in_plane(geometry.affine_lps[:3, columns], geometry.affine_lps[:3, rows])
        return cls(np.array([laid.u_mm, laid.v_mm]).T, columns, rows, measurement.start)

    def mm(self, place: Place) -> NDArray[np.float64]:
        """Right and down of a place in the slice."""
        return np.asarray(self.to_mm @ np.array([place[self.columns], place[self.rows]]), np.float64)

    def place(self, right: float, down: float) -> Place:
        """The inverse of `mm`."""
        found = list(self.slice_place)
        found[self.columns], found[self.rows] = (float(i) for i in np.linalg.solve(self.to_mm, [right, down]))
        return found[0], found[1], found[2]


def _corners(measurement: Measurement, upright: _Upright) -> tuple[Place, Place, Place, Place]:
    """Around what holds the shape, from start over end and back."""
    (right, down), (further, lower) = upright.mm(measurement.start), upright.mm(measurement.end)
    return measurement.start, upright.place(further, down), measurement.end, upright.place(right, lower)


def _indices_of(place: Place, upright: _Upright) -> tuple[float, float]:
    return place[upright.columns], place[upright.rows]
