"""Measurements as text that is kept beside a study: hashes, kinds and coordinates, no names."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from medcrypt_gui.core.errors import UnreadableFileError, UnsupportedInputError
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.measurements import Measurement, Place, Shape
from medcrypt_gui.core.imaging.series import ImageFormat, Series
from medcrypt_gui.core.language import tr

SUFFIX = ".medcrypt-measurements.json"
LARGEST_BYTES = 4 << 20
_VERSION = 1
_MOST = 2000
_COORDINATES = 6  # decimals of an index: far finer than a voxel, and short


def key_of(series: Series) -> str:
    """The series' hash: of its identifier, or of the file's name, which unlike its path stays when the folder moves."""
    name = series.lasting_uid if series.format is ImageFormat.DICOM else series.files[0].name
    return hashlib.sha256(f"medcrypt-measurements {name}".encode()).hexdigest()[:32]


def key_of_grid(geometry: Geometry) -> str:
    """The grid's hash; coordinates mean the same place only where it is the same."""
    affine = np.round(geometry.affine_lps, 4) + 0.0  # no negative zeros
    return hashlib.sha256(f"{geometry.shape} {affine.tolist()}".encode()).hexdigest()[:32]


def measurements_in(content: bytes, series: Series) -> tuple[Measurement, ...]:
    """What the file holds for this series, none where it holds nothing.

    Raises `UnreadableFileError` for a damaged file and for measurements of another grid, `UnsupportedInputError` for
    a file of another version.
    """
    entry = _entries(content).get(key_of(series))
    if entry is None:
        return ()
    try:
        if entry["grid"] != key_of_grid(series.geometry):
            raise UnreadableFileError(tr("its measurements belong to another grid of voxels"))
        found = tuple(_measurement(one) for one in entry["measurements"])
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise UnreadableFileError(tr("its measurements are damaged")) from error
    sizes = series.geometry.shape[::-1]
    if len(found) > _MOST or any(not 0 <= one.slice_number < sizes[one.axis] for one in found):
        raise UnreadableFileError(tr("its measurements lie outside the image"))
    return found


def with_measurements(content: bytes | None, series: Series, measurements: Sequence[Measurement]) -> bytes | None:
    """The file with these measurements for this series, the other series' as they were; None where none is left.

    A file that is damaged is begun anew. Raises `UnsupportedInputError` for one of another version.
    """
    try:
        entries = _entries(content) if content is not None else {}
    except UnreadableFileError:
        entries = {}
    entries.pop(key_of(series), None)
    if measurements:
        entries[key_of(series)] = {
            "grid": key_of_grid(series.geometry),
            "measurements": [_as_json(one) for one in measurements],
        }
    return json.dumps({"version": _VERSION, "series": entries}, indent=1).encode() if entries else None


def _entries(content: bytes) -> dict[str, Any]:
    try:
        kept = json.loads(content.decode("utf-8"))
        version, entries = kept["version"], kept["series"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise UnreadableFileError(tr("the file of measurements is damaged")) from error
    if version != _VERSION:
        raise UnsupportedInputError(tr("the file of measurements was written by another version"))
    if not isinstance(entries, dict):
        raise UnreadableFileError(tr("the file of measurements is damaged"))
    return entries


def _as_json(one: Measurement) -> dict[str, Any]:
    points = [[round(i, _COORDINATES) for i in place] for place in one.points]
    return {"kind": one.shape.name.lower(), "axis": one.axis, "points": points}


def _measurement(kept: dict[str, Any]) -> Measurement:
    points = [_place(place) for place in kept["points"]]
    if len(points) not in (2, 3) or type(kept["axis"]) is not int:
        raise ValueError("two or three points were expected")
    return Measurement(
        Shape[kept["kind"].upper()], kept["axis"], points[0], points[1], points[2] if len(points) == 3 else None
    )


def _place(kept: Sequence[Any]) -> Place:
    x, y, z = (float(i) for i in kept)
    return x, y, z
