"""An outline of points in one slice: what polygon and scissors draw, and how its points are taken hold of."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.mask.outlined import PlanePoint, index_of, plane_axes, plane_point
from medcrypt_gui.core.tools.base import Draft, PointerSample

LEAST_POINTS = 3
_HANDLE_PIXELS = 8.0  # so far from a point the pointer takes hold of it
_EDGE_PIXELS = 5.0
_STEP_PIXELS = 4.0  # of a line drawn by hand, from point to point
_STRAIGHT_PIXELS = 0.75  # what such a line may differ from the one that keeps fewer points


@dataclass(frozen=True)
class Outline:
    """Points in slice ``slice_number`` across ``axis``; ``closed`` once the last one is joined with the first."""

    axis: int
    slice_number: int
    points: tuple[PlanePoint, ...]
    erases: bool = False
    closed: bool = False

    def with_point(self, point: PlanePoint, before: int | None = None) -> Outline:
        """With a further point at the end, or before the one of that number."""
        at = len(self.points) if before is None else before
        return replace(self, points=(*self.points[:at], point, *self.points[at:]))

    def without(self, number: int) -> Outline:
        return replace(self, points=(*self.points[:number], *self.points[number + 1 :]))

    def with_moved(self, number: int, point: PlanePoint) -> Outline:
        return replace(self, points=(*self.points[:number], point, *self.points[number + 1 :]))

    def shifted(self, du: float, dv: float) -> Outline:
        return replace(self, points=tuple((u + du, v + dv) for u, v in self.points))

    def point_at(self, geometry: Geometry, sample: PointerSample) -> int | None:
        """The number of the point under the pointer."""
        away = np.linalg.norm(_to_mm(geometry, self.axis, self._from(sample)), axis=1)
        nearest = int(np.argmin(away))
        return nearest if away[nearest] <= _HANDLE_PIXELS * sample.pixel_mm else None

    def edge_at(self, geometry: Geometry, sample: PointerSample, pixels: float = _EDGE_PIXELS) -> int | None:
        """Of the edge of the closed outline under the pointer, the number of the point it leads to."""
        ends = _to_mm(geometry, self.axis, self._from(sample))
        starts = np.roll(ends, 1, axis=0)
        ways = ends - starts
        lengths = np.maximum((ways * ways).sum(axis=1), 1e-12)
        along = np.clip(-(starts * ways).sum(axis=1) / lengths, 0.0, 1.0)
        away = np.linalg.norm(starts + along[:, None] * ways, axis=1)
        nearest = int(np.argmin(away))
        return nearest if away[nearest] <= pixels * sample.pixel_mm else None

    def holds(self, point: PlanePoint) -> bool:
        """Whether the closed outline encloses the point, by the even-odd rule."""
        u, v = np.asarray(self.points).T
        to_u, to_v = np.roll(u, -1), np.roll(v, -1)
        crossed = (v <= point[1]) != (to_v <= point[1])
        rise = np.where(crossed, to_v - v, 1.0)
        at = u + (point[1] - v) / rise * (to_u - u)
        return bool(np.count_nonzero(crossed & (at > point[0])) % 2)

    def is_apart(self, geometry: Geometry, sample: PointerSample) -> bool:
        """Whether the pointer is far enough from the last point for the next one of a line drawn by hand."""
        away = np.linalg.norm(_to_mm(geometry, self.axis, self._from(sample)[-1:]))
        return bool(away >= _STEP_PIXELS * sample.pixel_mm)

    def straightened(self, geometry: Geometry, first: int, pixel_mm: float) -> Outline:
        """With fewer points from number ``first`` on: those that a line drawn by hand needs to look the same."""
        import cv2

        drawn = self.points[first:]
        if len(drawn) < LEAST_POINTS:
            return self
        mm = _to_mm(geometry, self.axis, np.asarray(drawn) - np.asarray(drawn[0]))
        # OpenCV gives the kept points themselves, not their numbers, so each bears its own.
        kept = cv2.approxPolyDP(mm.astype(np.float32).reshape(-1, 1, 2), _STRAIGHT_PIXELS * pixel_mm, closed=False)
        numbers = [int(np.argmin(np.abs(mm.astype(np.float32) - one).sum(axis=1))) for one in kept.reshape(-1, 2)]
        return replace(self, points=(*self.points[:first], *(drawn[number] for number in sorted(set(numbers)))))

    def draft(
        self,
        end: PlanePoint | None = None,
        held: int | None = None,
        handles: bool = True,
        through: bool = False,
        faint: bool = False,
    ) -> Draft:
        """How it is shown; an open one leads to ``end``."""
        places = tuple(index_of(point, self.axis, self.slice_number) for point in self.points)
        ends = (index_of(end, self.axis, self.slice_number),) if end is not None and not self.closed else ()
        return Draft(
            (*places, *ends),
            self.axis,
            self.slice_number,
            closed=self.closed,
            erases=self.erases,
            through=through,
            handles=places if handles else (),
            held=held,
            faint=faint,
        )

    def _from(self, sample: PointerSample) -> NDArray[np.float64]:
        """From the pointer to every point, ``(N, 2)``, in voxels along the axes of the slice."""
        return np.asarray(self.points, np.float64) - np.asarray(plane_point(sample.index_xyz, self.axis))


def _to_mm(geometry: Geometry, axis: int, steps: NDArray[np.float64]) -> NDArray[np.float64]:
    """Steps within a slice ``(N, 2)`` in voxels, as ``(N, 2)`` mm along two directions at right angles."""
    columns = geometry.affine_lps[:3, :3][:, list(plane_axes(axis))]
    root = np.linalg.cholesky(columns.T @ columns).T
    return np.asarray(steps @ root.T)
