"""A volume at a coarse voxel size with its axes along the patient, and the way back to the file's own voxels.

Classical algorithms think on blocks of voxels about 3 mm wide, where a CT of 600 slices fits into a few megabytes, and
decide at full resolution only beside the border that they found. Coarse arrays are ``(S, P, L)``: the first axis runs
towards the head, the second to the back, the third to the patient's left, however the file stores the image.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.task import TaskContext

Scaled = Callable[[NDArray[np.generic]], NDArray[np.float32]]
"""Stored values to the values an algorithm compares: finite float32."""

_BORDER = 1e-3  # a guide nearer to 0 or 1 than this is no border


@dataclass(frozen=True)
class CoarseGrid:
    """How blocks of ``steps`` voxels (Z, Y, X) make one coarse voxel of ``spacing_mm`` (S, P, L).

    ``order`` names the array axis that runs along S, P and L; ``reversed_axes`` the array axes (Z, Y, X) that run
    against them.
    """

    shape: tuple[int, int, int]
    steps: tuple[int, int, int]
    order: tuple[int, int, int]
    reversed_axes: tuple[bool, bool, bool]
    spacing_mm: tuple[float, float, float]

    @classmethod
    def over(cls, geometry: Geometry, spacing_mm: float) -> CoarseGrid:
        """The grid whose voxels are at most about ``spacing_mm`` wide, or one voxel where the image is coarser."""
        sizes, own = geometry.shape, geometry.spacing_mm[::-1]
        steps = [max(1, min(n, int(spacing_mm / s + 0.1))) for n, s in zip(sizes, own, strict=True)]
        left, back, head = geometry.patient_axes()
        order = (2 - head[0], 2 - back[0], 2 - left[0])
        directions = {axis: sign for axis, (_, sign) in zip(order, (head, back, left), strict=True)}
        return cls(
            shape=sizes,
            steps=(steps[0], steps[1], steps[2]),
            order=order,
            reversed_axes=(directions[0] < 0, directions[1] < 0, directions[2] < 0),
            spacing_mm=(
                own[order[0]] * steps[order[0]],
                own[order[1]] * steps[order[1]],
                own[order[2]] * steps[order[2]],
            ),
        )

    @property
    def voxel_ml(self) -> float:
        return float(np.prod(self.spacing_mm)) / 1000.0

    def reduce(self, volume: Volume, scaled: Scaled, task: TaskContext) -> NDArray[np.float32]:
        """Means of the blocks, ``(S, P, L)`` float32; the last block of an axis may hold fewer voxels."""
        stored = self._along_patient(volume.stored)
        planes = [
            self._mean_of(scaled(stored[first : first + self.steps[0]]), task)
            for first in range(0, self.shape[0], self.steps[0])
        ]
        return np.ascontiguousarray(np.stack(planes).transpose(self.order))

    def refine(
        self,
        region: NDArray[np.bool_],
        volume: Volume,
        inside: Callable[[NDArray[np.generic]], NDArray[np.bool_]],
        task: TaskContext,
    ) -> NDArray[np.uint8]:
        """``region`` (S, P, L) on the file's own voxels, (Z, Y, X) uint8 of 0 and 1.

        Within a coarse voxel of the border, ``inside(stored values)`` decides.
        """
        coarse = region.transpose(np.argsort(self.order)).astype(np.float32)
        labels = np.zeros(self.shape, np.uint8)
        stored, target = self._along_patient(volume.stored), self._along_patient(labels)
        for z in range(self.shape[0]):
            task.checkpoint()
            guide = self._plane_at(coarse, z)
            if guide is None:
                continue
            target[z] = guide > 1.0 - _BORDER
            rows, columns = np.nonzero((guide > _BORDER) & (guide <= 1.0 - _BORDER))
            if rows.size:
                target[z, rows, columns] = inside(stored[z, rows, columns])
                target[z] = _without_specks(target[z], guide > 0.5)
        return labels

    def _along_patient(self, array: NDArray[np.generic]) -> NDArray[np.generic]:
        """The same memory with every axis running towards the head, the back or the left."""
        return array[tuple(slice(None, None, -1 if back else 1) for back in self.reversed_axes)]

    def _mean_of(self, planes: NDArray[np.float32], task: TaskContext) -> NDArray[np.float32]:
        task.checkpoint()
        mean = planes.mean(axis=0, dtype=np.float32)
        for axis in (0, 1):
            step, size = self.steps[axis + 1], mean.shape[axis]
            starts = np.arange(0, size, step)
            counts = np.minimum(starts + step, size) - starts
            mean = np.add.reduceat(mean, starts, axis=axis) / (counts[:, None] if axis == 0 else counts)
        return np.asarray(mean, dtype=np.float32)

    def _plane_at(self, coarse: NDArray[np.float32], z: int) -> NDArray[np.float32] | None:
        """The coarse values (Z, Y, X order) interpolated linearly in plane ``z``; None where all are 0."""
        place = min(max((z + 0.5) / self.steps[0] - 0.5, 0.0), coarse.shape[0] - 1.0)
        below = min(int(place), coarse.shape[0] - 1)
        above = min(below + 1, coarse.shape[0] - 1)
        weight = np.float32(place - below)
        plane = coarse[below] * (1 - weight) + coarse[above] * weight
        if not plane.any():
            return None
        size = (plane.shape[1] * self.steps[2], plane.shape[0] * self.steps[1])
        return cv2.resize(plane, size, interpolation=cv2.INTER_LINEAR)[: self.shape[1], : self.shape[2]]


def _without_specks(plane: NDArray[np.uint8], likely: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """``plane`` without the pieces that hold no ``likely`` pixel: noise and cushions beyond the border."""
    count, labels = cv2.connectedComponents(plane, connectivity=4, ltype=cv2.CV_16U)
    if count <= 2:
        return plane
    chosen = np.zeros(count, np.uint8)
    chosen[labels[likely & (plane > 0)]] = 1
    return chosen[labels]
