"""What is measured in a slice: distances, and the values within an ellipse or a rectangle."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.volume import Volume

Place = tuple[float, float, float]


class Shape(Enum):
    """The value is what users read."""

    DISTANCE = "Distance"
    ELLIPSE = "Ellipse"
    RECTANGLE = "Rectangle"


@dataclass(frozen=True)
class Measurement:
    """``start`` and ``end`` are indices ``(x, y, z)``, fractional; both lie in one slice across index axis ``axis``.

    They are the ends of a distance, or opposite corners of what holds an ellipse or is a rectangle.
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
    spacing = [mm for axis, mm in enumerate(volume.geometry.spacing_mm) if axis != measurement.axis]
    return Statistics(
        float(values.mean()),
        float(values.std()),
        float(values.min()),
        float(values.max()),
        float(np.prod(spacing)) * int(inside.sum()),
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


def _inside(measurement: Measurement, geometry: Geometry) -> NDArray[np.bool_]:
    """``(rows, columns)`` of the slice, in the array's order: true within the shape."""
    rows, columns = sorted((axis for axis in range(3) if axis != measurement.axis), reverse=True)
    sizes = geometry.shape[::-1]
    share = []
    for axis, along in ((rows, (slice(None), None)), (columns, (None, slice(None)))):
        low, high = sorted((measurement.start[axis], measurement.end[axis]))
        half = max((high - low) / 2, 1e-9)
        share.append(((np.arange(sizes[axis]) - (low + high) / 2) / half)[along])
    if measurement.shape is Shape.ELLIPSE:
        return np.asarray(share[0] ** 2 + share[1] ** 2 <= 1)
    return np.asarray((np.abs(share[0]) <= 1) & (np.abs(share[1]) <= 1))
