"""Where each slice of a series lies by itself: evenly spaced or not, tilted or not."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.series import Series

_ON_A_SLICE = 0.1  # of a voxel, as for grids


@dataclass(frozen=True, eq=False)
class SlicePlaces:
    """``origins`` ``(Z, 3)`` LPS mm of the first pixels; ``column_step`` and ``row_step`` lead to the next ones."""

    origins: NDArray[np.float64]
    column_step: NDArray[np.float64]
    row_step: NDArray[np.float64]

    @classmethod
    def of_grid(cls, geometry: Geometry) -> SlicePlaces:
        """Of evenly spaced slices."""
        affine = geometry.affine_lps
        counts = np.arange(geometry.shape[0])[:, None]
        return cls(affine[:3, 3] + counts * affine[:3, 2], affine[:3, 0], affine[:3, 1])

    @classmethod
    def of_series(cls, series: Series) -> SlicePlaces:
        """Where the files say; of other formats, and where one of them is silent, on the grid."""
        on_grid = cls.of_grid(series.geometry)
        positions = [one.position for one in series.instances]
        if len(positions) != series.geometry.shape[0] or None in positions:
            return on_grid
        return cls(np.array(positions, np.float64), on_grid.column_step, on_grid.row_step)

    @cached_property
    def normal(self) -> NDArray[np.float64]:
        """Unit vector across the slices: along a row cross down a column."""
        across = np.cross(self.column_step, self.row_step)
        return np.asarray(across / np.linalg.norm(across))

    @cached_property
    def depths_mm(self) -> NDArray[np.float64]:
        """``(Z,)``: where each slice lies along the normal."""
        return np.asarray(self.origins @ self.normal)

    @cached_property
    def pixel_mm(self) -> float:
        """The smaller side of a pixel."""
        return float(min(np.linalg.norm(self.column_step), np.linalg.norm(self.row_step)))

    @cached_property
    def tolerance_mm(self) -> float:
        """What lies no further from a slice than this lies on it."""
        gaps = np.diff(np.sort(self.depths_mm))
        gaps = gaps[gaps > 0]
        return _ON_A_SLICE * min(self.pixel_mm, float(gaps.min()) if gaps.size else self.pixel_mm)

    def nearest(self, depths_mm: NDArray[np.float64]) -> NDArray[np.int64]:
        """The slices next to these depths."""
        order = np.argsort(self.depths_mm, kind="stable")
        if len(order) == 1:
            return np.zeros(np.shape(depths_mm), np.int64)
        halfway = (self.depths_mm[order][1:] + self.depths_mm[order][:-1]) / 2
        return np.asarray(order[np.searchsorted(halfway, depths_mm)])

    def on_slice(self, z: int, points_mm: NDArray[np.float64]) -> NDArray[np.float64]:
        """``(N, 2)`` column and row of places on slice ``z``, seen along the normal."""
        axes = np.stack([self.column_step, self.row_step], axis=1)
        found: NDArray[np.float64] = np.linalg.lstsq(axes, (points_mm - self.origins[z]).T, rcond=None)[0].T
        return found

    def to_mm(self, z: int, columns_rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """``(N, 3)`` LPS mm of ``(N, 2)`` columns and rows of slice ``z``."""
        return self.origins[z] + columns_rows[:, :1] * self.column_step + columns_rows[:, 1:] * self.row_step
