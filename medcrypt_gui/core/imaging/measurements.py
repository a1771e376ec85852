"""What is measured in a slice: distances, and the values within an ellipse or a rectangle."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.shear import in_plane
from medcrypt_gui.core.imaging.volume import Volume

Place = tuple[float, float, float]

_ELLIPSE_POINTS = 72
_ON_THE_EDGE = 1 + 1e-9  # a voxel exactly on the edge belongs to the shape, whatever rounding makes of it


class Shape(Enum):
    """The value is what users read."""

    DISTANCE = "Distance"
    ELLIPSE = "Ellipse"
    RECTANGLE = "Rectangle"


@dataclass(frozen=True)
class Measurement:
    """``start`` and ``end`` are indices ``(x, y, z)``, fractional; both lie in one slice across index axis ``axis``.

    They are the ends of a distance, or opposite corners of what holds an ellipse or is a rectangle. Both stand upright
    in the patient's millimetres as `shear.in_plane` lays the slice out, not in the grid where that is sheared.
    """

    shape: Shape
    axis: int
    start: Place
    end: Place

    @property
    def slice_number(self) -> int:
        return round(self.start[self.axis])


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


def statistics(measurement: Measurement, volume: Volume) -> Statistics | None:
    """Of the voxels whose centres lie within; None where there are none, or only such as hold no number."""
    inside = _inside(measurement, volume.geometry)
    stored = np.moveaxis(volume.stored, 2 - measurement.axis, 0)[measurement.slice_number][inside]
    values = stored.astype(np.float64) * volume.slope + volume.intercept
    values = values[np.isfinite(values)]
    if values.size == 0:
        return None
    rows, columns = _axes(measurement)
    steps = volume.geometry.affine_lps[:3, :3]
    pixel_mm2 = float(np.linalg.norm(np.cross(steps[:, columns], steps[:, rows])))
    return Statistics(
        float(values.mean()),
        float(values.std()),
        float(values.min()),
        float(values.max()),
        pixel_mm2 * int(inside.sum()),
        int(values.size),
    )


def lines_of(measurement: Measurement, volume: Volume) -> tuple[str, ...]:
    """What stands beside the measurement."""
    if measurement.shape is Shape.DISTANCE:
        return (f"{length_mm(measurement, volume.geometry):.1f} mm",)
    found = statistics(measurement, volume)
    if found is None:
        return ("no values",)
    return (
        f"Mean {found.mean:.4g}  SD {found.deviation:.3g} {volume.unit}".rstrip(),
        f"{found.lowest:.4g} to {found.highest:.4g}",
        f"{found.area_mm2 / 100:.2f} cm²",
    )


def outline(measurement: Measurement, geometry: Geometry) -> NDArray[np.float64]:
    """``(N, 3)`` indices ``(x, y, z)``: corners of a rectangle, points around an ellipse, ends of a distance."""
    if measurement.shape is Shape.DISTANCE:
        return np.array([measurement.start, measurement.end])
    if measurement.shape is Shape.ELLIPSE:
        angles = np.linspace(0.0, 2.0 * np.pi, _ELLIPSE_POINTS, endpoint=False)
        rim = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    else:
        rim = np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]])
    rows, columns = _axes(measurement)
    to_mm, half_mm = _in_mm(measurement, geometry)
    found = (np.array(measurement.start) + np.array(measurement.end)) / 2 + np.zeros((len(rim), 1))
    found[:, [columns, rows]] += np.linalg.solve(to_mm, (rim * half_mm).T).T
    return found


def _axes(measurement: Measurement) -> tuple[int, int]:
    """The index axes along the rows' order and along the columns, as the slice of the array has them."""
    rows, columns = sorted((axis for axis in range(3) if axis != measurement.axis), reverse=True)
    return rows, columns


def _in_mm(measurement: Measurement, geometry: Geometry) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """``(2, 2)`` from steps (column, row) to mm (right, down), and half of the shape's width and height in mm."""
    rows, columns = _axes(measurement)
    laid = in_plane(geometry.affine_lps[:3, columns], geometry.affine_lps[:3, rows])
    to_mm = np.array([laid.u_mm, laid.v_mm]).T
    across = np.array(measurement.end) - np.array(measurement.start)
    return to_mm, np.maximum(np.abs(to_mm @ across[[columns, rows]]) / 2, 1e-9)


def _inside(measurement: Measurement, geometry: Geometry) -> NDArray[np.bool_]:
    """``(rows, columns)`` of the slice, in the array's order: true within the shape."""
    rows, columns = _axes(measurement)
    to_mm, half_mm = _in_mm(measurement, geometry)
    sizes = geometry.shape[::-1]
    row, column = (
        np.arange(sizes[axis]) - (measurement.start[axis] + measurement.end[axis]) / 2 for axis in (rows, columns)
    )
    right, down = (
        (along[0] * column[None, :] + along[1] * row[:, None]) / half
        for along, half in zip(to_mm, half_mm, strict=True)
    )
    if measurement.shape is Shape.ELLIPSE:
        return np.asarray(right**2 + down**2 <= _ON_THE_EDGE)
    return np.asarray((np.abs(right) <= _ON_THE_EDGE) & (np.abs(down) <= _ON_THE_EDGE))
