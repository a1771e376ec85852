"""What a DICOM RT Structure Set holds: regions by name, and the closed lines that bound them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.tag import Tag

from medcrypt_gui.adapters.images.dicom_text import number, numbers, text
from medcrypt_gui.core.errors import UnreadableFileError
from medcrypt_gui.core.imaging.label_look import Colour
from medcrypt_gui.core.language import tr

_CLOSED = {"", "CLOSED_PLANAR", "CLOSEDPLANAR_XOR"}
_CONTOUR_DATA = Tag("ContourData")


@dataclass(frozen=True, eq=False)
class Region:
    """One ROI: its number, name and colour where given, and its closed lines, ``(N, 3)`` LPS mm each.

    ``passed_over`` counts what is no closed line: points and open lines.
    """

    number: int
    name: str
    colour: Colour | None
    frame_of_reference_uid: str
    contours: tuple[NDArray[np.float64], ...]
    passed_over: int


def regions_of(dataset: Dataset, path: Path) -> tuple[Region, ...]:
    """In the order in which the file draws them. Raises `UnreadableFileError`, and what pydicom raises."""
    named = {int(number(one, "ROINumber") or 0): one for one in dataset.get("StructureSetROISequence") or []}
    regions = []
    for item in dataset.get("ROIContourSequence") or []:
        key = int(number(item, "ReferencedROINumber") or 0)
        about = named.get(key, Dataset())
        drawn = list(item.get("ContourSequence") or [])
        closed = [one for one in drawn if text(one, "ContourGeometricType") in _CLOSED]
        contours = tuple(points for one in closed if len(points := _points(one, path)) >= 3)
        colour = numbers(item, "ROIDisplayColor")
        regions.append(
            Region(
                key,
                text(about, "ROIName"),
                _colour(colour),
                text(about, "ReferencedFrameOfReferenceUID"),
                contours,
                len(drawn) - len(contours),
            )
        )
    return tuple(regions)


def _colour(values: tuple[float, ...]) -> Colour | None:
    if len(values) != 3 or not all(0 <= part <= 255 for part in values):
        return None
    return int(values[0]), int(values[1]), int(values[2])


def _points(contour: Dataset, path: Path) -> NDArray[np.float64]:
    """``(N, 3)``; read as text here, since pydicom takes seconds for what a large file holds."""
    if _CONTOUR_DATA not in contour:
        return np.empty((0, 3))
    stored = contour.get_item(_CONTOUR_DATA)
    raw = stored.value if stored is not None else None
    if isinstance(raw, bytes):
        values = np.array([float(part) for part in raw.split(b"\\")], np.float64) if raw.strip(b" \0") else np.empty(0)
    else:
        values = np.array(numbers(contour, "ContourData"), np.float64)
    if values.size % 3 or not np.isfinite(values).all():
        raise UnreadableFileError(tr("a contour in it is damaged"), path=path)
    return values.reshape(-1, 3)
