"""What is measured in a slice: distances, angles, and the values within an ellipse or a rectangle."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.language import mark, tr

Place = tuple[float, float, float]

_ELLIPSE_POINTS = 64


class Shape(Enum):
    """The value is what users read."""

    DISTANCE = mark("Distance")
    ANGLE = mark("Angle")
    ELLIPSE = mark("Ellipse")
    RECTANGLE = mark("Rectangle")


@dataclass(frozen=True)
class Measurement:
    """``start`` and ``end`` are indices ``(x, y, z)``, fractional; both lie in one slice across index axis ``axis``.

    They are the ends of a distance, or opposite corners of what holds an ellipse or is a rectangle. Of an angle
    ``start`` and ``end`` are the first leg, and the second one goes from ``end``, the vertex, to ``second``. Refuses
    what is not finite, and a second leg that is missing or too much.
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

    @property
    def handles(self) -> tuple[Place, ...]:
        """What can be taken hold of: the ends, or all four corners."""
        if self.shape in (Shape.DISTANCE, Shape.ANGLE):
            return self.points
        others = self._corner(0), self._corner(1)
        return (self.start, self.end, *others)

    def with_handle(self, number: int, place: Place) -> Measurement:
        """The measurement with that handle moved to ``place``, which is drawn into its slice."""
        moved = list(place)
        moved[self.axis] = self.start[self.axis]
        to = (moved[0], moved[1], moved[2])
        if number == 0:
            return replace(self, start=to)
        if number == 1:
            return replace(self, end=to)
        if self.second is not None:
            return replace(self, second=to)
        # The corner between takes one coordinate from the start and the other one from the end.
        first, second = (axis for axis in range(3) if axis != self.axis)
        of_start, of_end = (first, second) if number == 2 else (second, first)
        start, end = list(self.start), list(self.end)
        start[of_start], end[of_end] = to[of_start], to[of_end]
        return replace(self, start=(start[0], start[1], start[2]), end=(end[0], end[1], end[2]))

    @property
    def outline(self) -> tuple[Place, ...]:
        """Corners of the line that is drawn; a closed one ends where it begins."""
        if self.shape in (Shape.DISTANCE, Shape.ANGLE):
            return self.points
        if self.shape is Shape.RECTANGLE:
            return (self.start, self._corner(0), self.end, self._corner(1), self.start)
        turn = np.linspace(0, 2 * np.pi, _ELLIPSE_POINTS + 1)
        first, second = (axis for axis in range(3) if axis != self.axis)
        line = np.tile(np.asarray(self.start, np.float64), (turn.size, 1))
        for axis, share in ((first, np.cos(turn)), (second, np.sin(turn))):
            low, high = self.start[axis], self.end[axis]
            line[:, axis] = (low + high) / 2 + (high - low) / 2 * share
        return tuple((float(x), float(y), float(z)) for x, y, z in line)

    def _corner(self, which: int) -> Place:
        first, second = (axis for axis in range(3) if axis != self.axis)
        corner = list(self.end)
        kept = first if which == 0 else second
        corner[kept] = self.start[kept]
        return corner[0], corner[1], corner[2]


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
    """Of the voxels whose centres lie within; None where there are none, or only such as hold no number."""
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


def lines_of(measurement: Measurement, volume: Volume) -> tuple[str, ...]:
    """What stands beside the measurement."""
    if measurement.shape is Shape.DISTANCE:
        return (f"{length_mm(measurement, volume.geometry):.1f} mm",)
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
        f"{found.area_mm2 / 100:.2f} cm²",
    )


def values_within(measurement: Measurement, volume: Volume) -> NDArray[np.float64]:
    """The scaled values of the voxels whose centres lie within the shape, in one row."""
    rows, columns = sorted((axis for axis in range(3) if axis != measurement.axis), reverse=True)
    plane = np.moveaxis(volume.stored, 2 - measurement.axis, 0)[measurement.slice_number]
    parts, shares = [], []
    for axis, size in ((rows, plane.shape[0]), (columns, plane.shape[1])):
        low, high = sorted((measurement.start[axis], measurement.end[axis]))
        # Only the part that the shape may hold is looked at: a slice is large and a shape is small.
        first, last = max(math.ceil(low - 1e-9), 0), min(math.floor(high + 1e-9), size - 1)
        parts.append(slice(first, max(last + 1, first)))
        half = max((high - low) / 2, 1e-9)
        shares.append((np.arange(parts[-1].start, parts[-1].stop) - (low + high) / 2) / half)
    down, across = shares[0][:, None], shares[1][None, :]
    if measurement.shape is Shape.ELLIPSE:
        inside = down**2 + across**2 <= 1
    else:
        inside = np.ones((down.size, across.size), np.bool_)
    return plane[parts[0], parts[1]][inside].astype(np.float64) * volume.slope + volume.intercept
