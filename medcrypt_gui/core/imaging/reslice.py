"""The picture of an oblique plane: what the grid holds at every pixel of a view.

Places are millimetres of the patient, so rotated, anisotropic and sheared grids come out right by themselves.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.oblique import ObliquePlane, Vector
from medcrypt_gui.core.imaging.slab import Projection, Slab

_WORKERS = 2
_MOST_SAMPLES = 200


@dataclass(frozen=True, eq=False)
class Raster:
    """Pixels in the patient: ``middle_mm`` (LPS) lies in the middle of ``width`` x ``height`` pixels of ``pixel_mm``.

    ``right`` and ``down`` are unit vectors along rows and columns.
    """

    middle_mm: Vector
    right: Vector
    down: Vector
    width: int
    height: int
    pixel_mm: float

    @classmethod
    def on(cls, plane: ObliquePlane, middle_mm: Vector, width: int, height: int, pixel_mm: float) -> Raster:
        return cls(plane.foot(middle_mm), plane.right, plane.down, width, height, pixel_mm)

    @property
    def normal(self) -> Vector:
        return np.asarray(np.cross(self.right, self.down))

    def to_mm(self, x: float, y: float) -> Vector:
        """The place of a pixel, whole numbers at its centre."""
        across, upright = x - (self.width - 1) / 2, y - (self.height - 1) / 2
        return np.asarray(self.middle_mm + (self.right * across + self.down * upright) * self.pixel_mm)

    def to_pixel(self, mm: Vector) -> tuple[float, float]:
        """The pixel nearest to a place; the inverse of `to_mm`."""
        away = (np.asarray(mm) - self.middle_mm) / self.pixel_mm
        return float(away @ self.right) + (self.width - 1) / 2, float(away @ self.down) + (self.height - 1) / 2

    def coarser(self, factor: float) -> Raster:
        """The same part of the plane, or a little more downwards and upwards, in fewer pixels."""
        width = max(1, round(self.width / factor))
        height = max(1, math.ceil(self.height * width / self.width))
        return Raster(self.middle_mm, self.right, self.down, width, height, self.pixel_mm * self.width / width)


def reslice(values: NDArray[Any], geometry: Geometry, raster: Raster, slab: Slab | None = None) -> NDArray[Any]:
    """``(H, W)`` float32 of ``values`` ``(Z, Y, X)``, linear between voxels; NaN outside the grid.

    Of ``(Z, Y, X, 3)`` colours it is ``(H, W, 3)`` uint8, black outside. A ``slab`` is centred on the plane.
    """
    if values.ndim == 4:
        colours = [reslice(values[..., channel], geometry, raster, slab) for channel in range(3)]
        return np.nan_to_num(np.stack(colours, axis=2)).round().astype(np.uint8)
    from medcrypt_gui.core.imaging import reslice_kernel

    start, along, down, across = _steps(geometry, raster)
    kinds = {
        Projection.MEAN: reslice_kernel.MEAN,
        Projection.MAXIMUM: reslice_kernel.HIGHEST,
        Projection.MINIMUM: reslice_kernel.LOWEST,
    }
    how = kinds[slab.projection] if slab is not None else reslice_kernel.MEAN
    out = np.empty((raster.height, raster.width), np.float32)

    def part(top: int, bottom: int) -> None:
        first = start + top * down
        if slab is None:
            reslice_kernel.linear(values, first, along, down, out[top:bottom])
        else:
            samples = slab_samples(geometry, slab)
            through = across * (slab.thickness_mm / samples)
            reslice_kernel.linear_slab(values, first, along, down, through, samples, how, out[top:bottom])

    _in_parts(part, raster.height)
    return out


def slab_samples(geometry: Geometry, slab: Slab | None) -> int:
    """How many points through the thickness make one pixel: no farther apart than voxels, unless they were too many."""
    if slab is None:
        return 1
    return min(max(1, round(slab.thickness_mm / min(geometry.spacing_mm))), _MOST_SAMPLES)


def reslice_labels(labels: NDArray[np.uint8], geometry: Geometry, raster: Raster) -> NDArray[np.uint8]:
    """``(H, W)`` of the voxels that the pixels' centres lie in; 0 outside the grid."""
    from medcrypt_gui.core.imaging import reslice_kernel

    start, along, down, _ = _steps(geometry, raster)
    out = np.empty((raster.height, raster.width), np.uint8)
    _in_parts(
        lambda top, bottom: reslice_kernel.nearest(labels, start + top * down, along, down, out[top:bottom]),
        raster.height,
    )
    return out


def prepare(values: NDArray[Any], labels: NDArray[np.uint8] | None = None) -> Future[None]:
    """Compile for arrays of these kinds, in the background; until it is done the first picture would wait for it."""
    geometry = Geometry((values.shape[0], values.shape[1], values.shape[2]), np.eye(4))
    raster = Raster(np.zeros(3), np.array([1.0, 0, 0]), np.array([0, 1.0, 0]), 1, 1, 1.0)

    def compile_all() -> None:
        reslice(values, geometry, raster)
        reslice(values, geometry, raster, Slab(Projection.MEAN, 1.0))
        if labels is not None:
            reslice_labels(labels, geometry, raster)

    return _compiler().submit(compile_all)


def _steps(geometry: Geometry, raster: Raster) -> tuple[Vector, Vector, Vector, Vector]:
    """In index ``(x, y, z)``: the first pixel, a step right, a step down, and a millimetre along the normal."""
    start = geometry.to_index(raster.to_mm(0.0, 0.0))
    directions = (raster.right * raster.pixel_mm, raster.down * raster.pixel_mm, raster.normal)
    along, down, across = (
        geometry.to_index(raster.middle_mm + way) - geometry.to_index(raster.middle_mm) for way in directions
    )
    return start, along, down, across


def _in_parts(part: Callable[[int, int], None], rows: int) -> None:
    """Call ``part(top, bottom)`` for bands of the rows, side by side."""
    edges = np.linspace(0, rows, _WORKERS + 1).astype(int)
    work = [_pool().submit(part, int(top), int(bottom)) for top, bottom in pairwise(edges[1:])]
    part(0, int(edges[1]))
    for one in work:
        one.result()


@lru_cache(maxsize=1)
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_WORKERS - 1, thread_name_prefix="medcrypt-shared-reslice")


@lru_cache(maxsize=1)
def _compiler() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, thread_name_prefix="medcrypt-shared-compile")
