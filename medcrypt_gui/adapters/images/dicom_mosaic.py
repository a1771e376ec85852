"""Siemens mosaics: the slices of a volume as tiles of one picture, unpacked by what the private CSA header says.

The picture's position is given as if it were one large slice around the same centre, so the first tile's is moved by
half of what the picture is larger (https://nipy.org/nibabel/dicom/dicom_mosaic.html).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from medcrypt_gui.adapters.images.dicom_text import PARSER_ERRORS, text
from medcrypt_gui.core.imaging.series import Instance, Tile

_CREATORS = tuple(0x00290000 | element for element in range(0x10, 0x20))
_IMAGE_HEADERS = tuple(0x00290010 | block << 8 for block in range(0x10, 0x20))
_COUNT = 0x0019100A
_STRAIGHT = 1e-3  # how far the CSA normal may be from that of the orientation
_MOST_TILES = 4096


def is_mosaic(dataset: Dataset) -> bool:
    """Whether the image calls itself a mosaic."""
    return "MOSAIC" in text(dataset, "ImageType").split()


def tiles_of(dataset: Dataset, instances: tuple[Instance, ...]) -> tuple[Instance, ...]:
    """The slices of a mosaic; without a place where the file lacks what unpacking needs; what was given for others."""
    if len(instances) != 1 or not is_mosaic(dataset):
        return instances
    whole = instances[0]
    grid = _grid(whole)
    if grid is None:
        return (replace(whole, position=None, orientation=None),)  # the place is not that of the picture
    row, column, layout = np.array(whole.orientation)[:3], np.array(whole.orientation)[3:], whole.pixels
    corner = np.array(whole.position)
    corner += row * grid.spacing[1] * (layout.columns - grid.columns) / 2
    corner += column * grid.spacing[0] * (layout.rows - grid.rows) / 2
    part = replace(layout, rows=grid.rows, columns=grid.columns)
    return tuple(
        replace(
            whole,
            frame=index,
            position=_triple(corner + grid.step * index),
            pixels=part,
            overlays=(),  # drawn over the picture as a whole
            tile=Tile(index // grid.across * grid.rows, index % grid.across * grid.columns, layout),
        )
        for index in range(grid.count)
    )


@dataclass(frozen=True, eq=False)
class _Grid:
    """``count`` tiles of ``rows`` x ``columns``, ``across`` in a row; ``step`` leads from slice to slice (LPS mm)."""

    count: int
    across: int
    rows: int
    columns: int
    spacing: tuple[float, float]
    step: NDArray[np.float64]


def _grid(whole: Instance) -> _Grid | None:
    """How the tiles lie; None where the file does not say, or contradicts itself."""
    layout, normal, step_mm = whole.pixels, whole.normal, whole.thickness_mm
    if whole.position is None or normal is None or whole.spacing is None or not step_mm or layout.colour:
        return None
    count, along = _csa(whole.path)
    across = math.ceil(math.sqrt(count)) if 1 <= count <= _MOST_TILES else 0
    if not across or along is None or layout.rows % across or layout.columns % across:
        return None
    if abs(abs(float(along @ normal)) - 1.0) > _STRAIGHT:
        return None
    step = normal * math.copysign(step_mm, float(along @ normal))
    return _Grid(count, across, layout.rows // across, layout.columns // across, whole.spacing, step)


def _csa(path: Path) -> tuple[int, NDArray[np.float64] | None]:
    """Number of slices (0 where unknown) and unit vector from the first to the last, from the private headers."""
    try:
        with path.open("rb") as file:
            dataset = pydicom.dcmread(file, force=True, specific_tags=[_COUNT, *_CREATORS, *_IMAGE_HEADERS])
        csa = _image_header(dataset)
        count = _first(csa, "NumberOfImagesInMosaic") or (dataset[_COUNT].value if _COUNT in dataset else 0)
        normal = np.array([float(part) for part in csa["tags"]["SliceNormalVector"]["items"]], dtype=np.float64)
        length = float(np.linalg.norm(normal))
        return int(count), normal / length if normal.shape == (3,) and 0.9 < length < 1.1 else None
    except PARSER_ERRORS:
        return 0, None


def _image_header(dataset: Dataset) -> Mapping[str, Any]:
    """The CSA image header. Raises what nibabel raises on damaged ones, and ValueError where there is none."""
    from nibabel.nicom import csareader  # takes a tenth of a second to import, and mosaics are rare

    try:
        csa: Mapping[str, Any] | None = csareader.get_csa_header(dataset, "image")  # type: ignore[no-untyped-call]
    except csareader.CSAReadError as exc:
        raise ValueError("the CSA header is damaged") from exc
    if csa is None:
        raise ValueError("there is no CSA header")
    return csa


def _first(csa: Mapping[str, Any], name: str) -> int:
    items = csa["tags"].get(name, {}).get("items") or [0]
    return int(items[0])


def _triple(point: NDArray[np.float64]) -> tuple[float, float, float]:
    return float(point[0]), float(point[1]), float(point[2])
