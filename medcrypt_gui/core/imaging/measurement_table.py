"""All measurements of a series as a table, for a spreadsheet or a report."""

from __future__ import annotations

from collections.abc import Sequence

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.measurements import Measurement, Shape, angle_degrees, length_mm, statistics
from medcrypt_gui.core.imaging.planes import plane_across
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.language import mark, tr
from medcrypt_gui.core.spreadsheet import table_text

_LENGTH, _AREA = mark("Length (mm)"), mark("Area (mm²)")
_COLUMNS = (
    mark("Number"), mark("Kind"), mark("Plane"), mark("Slice"), _LENGTH, mark("Angle (degrees)"),
    mark("Mean"), mark("SD"), mark("Lowest"), mark("Highest"), mark("Unit"), _AREA, mark("Voxels"),
)  # fmt: skip
_OF_PIXELS = {_LENGTH: mark("Length (px)"), _AREA: mark("Area (px²)")}  # where nobody knows their size


def table_of(measurements: Sequence[Measurement], volume: Volume, separator: str = ",") -> str:
    """A line of titles and one line per measurement; numbers with a point, whatever the language; no names."""
    titles = _COLUMNS if volume.geometry.calibrated else [_OF_PIXELS.get(title, title) for title in _COLUMNS]
    rows = (
        (str(number), tr(one.shape.value), *_place(one, volume.geometry), *_values(one, volume))
        for number, one in enumerate(measurements, start=1)
    )
    return table_text(([tr(title) for title in titles], *rows), separator)


def _place(one: Measurement, geometry: Geometry) -> tuple[str, str]:
    return tr(plane_across(geometry, one.axis).value), str(one.slice_number + 1)


def _values(one: Measurement, volume: Volume) -> tuple[str, ...]:
    if one.shape is Shape.DISTANCE:
        return (f"{length_mm(one, volume.geometry):.2f}", *("",) * 8)
    if one.shape is Shape.ANGLE:
        degrees = angle_degrees(one, volume.geometry)
        return ("", f"{degrees:.2f}" if degrees is not None else "", *("",) * 7)
    found = statistics(one, volume)
    if found is None:
        return ("",) * 9
    scaled = (found.mean, found.deviation, found.lowest, found.highest)
    return ("", "", *(f"{value:.6g}" for value in scaled), volume.unit, f"{found.area_mm2:.2f}", str(found.voxels))
