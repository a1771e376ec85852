"""How large every label is, and which values lie in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.mask.labels import LabelTable
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.task import TaskContext

_MOST_EXACT = 1 << 24  # voxels: further a float32 does not count


@dataclass(frozen=True)
class Extent:
    """Size of a region; ``share`` is its part of all voxels, 0 to 1."""

    voxels: int
    volume_ml: float
    share: float


@dataclass(frozen=True, eq=False)
class LabelSizes:
    """How many voxels there are of every value, ``(256,)`` int64; those of value 0 have no label."""

    counts: NDArray[np.int64]
    geometry: Geometry

    @classmethod
    def of(cls, counts: NDArray[np.int64], geometry: Geometry) -> LabelSizes:
        """Of the counts of all slices, ``(Z, 256)``."""
        return cls(np.asarray(counts.sum(axis=0)), geometry)

    def label(self, number: int) -> Extent:
        return self._extent(int(self.counts[number]))

    def roi(self, table: LabelTable) -> Extent:
        """Of all that Protect encrypts: every label but those that the table spares."""
        spared = [0, *(label.number for label in table if not label.in_roi)]
        return self._extent(int(self.counts.sum() - self.counts[spared].sum()))

    def _extent(self, voxels: int) -> Extent:
        return Extent(voxels, voxels * self.geometry.voxel_volume_ml, voxels / max(int(self.counts.sum()), 1))


@dataclass(frozen=True)
class Values:
    """Scaled values in a region, in the volume's unit; ``sd`` is the population's."""

    mean: float
    sd: float
    minimum: float
    maximum: float


@dataclass(frozen=True)
class LabelStatistics:
    """One label: its size, and its values where there are any: not of an empty label, nor of colours."""

    number: int
    name: str
    extent: Extent
    values: Values | None


def counts_of(labels: NDArray[np.uint8], slices: Iterable[int], task: TaskContext) -> NDArray[np.int64]:
    """How often every value occurs in each of these slices, ``(len(slices), 256)``."""
    found = [np.zeros((0, 256), np.int64)]
    for z in slices:
        task.checkpoint()
        found.append(_counts(labels[z])[None])
    return np.concatenate(found)


def _counts(plane: NDArray[np.uint8]) -> NDArray[np.int64]:
    if plane.size > _MOST_EXACT:
        return np.bincount(plane.reshape(-1), minlength=256)
    counts = cv2.calcHist([plane], [0], None, [256], [0, 256])  # three times as fast, but in float32
    return np.asarray(counts, np.int64).reshape(256)


def extent(mask: RoiMask) -> Extent:
    """Voxel count, volume and share of the ROI; all zero for an empty mask."""
    counts = counts_of(mask.labels, range(mask.labels.shape[0]), TaskContext())
    return LabelSizes.of(counts, mask.geometry).roi(mask.table)


def statistics(mask: RoiMask, volume: Volume, task: TaskContext) -> tuple[LabelStatistics, ...]:
    """Size and values of every label of the table, in its order.

    Voxels that hold no number (NaN) count for the size alone. Goes through the volume once, a slice at a time.
    """
    counts = np.zeros((mask.labels.shape[0], 256), np.int64)
    sums = {label.number: _Sum() for label in mask.table}
    for z, plane in enumerate(mask.labels):
        task.progress(z / len(mask.labels), "")
        counts[z] = _counts(plane)
        for number in map(int, np.flatnonzero(counts[z])):
            if number in sums and volume.rgb is None:
                sums[number].add(volume.stored[z][plane == number])
    sizes = LabelSizes.of(counts, mask.geometry)
    return tuple(
        LabelStatistics(one.number, one.name, sizes.label(one.number), sums[one.number].values(volume))
        for one in mask.table
    )


class _Sum:
    """Count, mean and sum of squared distances from it of the values so far (Chan, Golub and LeVeque 1983)."""

    def __init__(self) -> None:
        self._count, self._mean, self._squares = 0, 0.0, 0.0
        self._lowest, self._highest = np.inf, -np.inf

    def add(self, stored: NDArray[np.generic]) -> None:
        found = stored.astype(np.float64)
        found = found[np.isfinite(found)]
        if not found.size:
            return
        mean, total = float(found.mean()), self._count + found.size
        away = mean - self._mean
        self._squares += float(np.square(found - mean).sum()) + away**2 * self._count * found.size / total
        self._mean += away * found.size / total
        self._count = total
        self._lowest, self._highest = min(self._lowest, float(found.min())), max(self._highest, float(found.max()))

    def values(self, volume: Volume) -> Values | None:
        if not self._count:
            return None
        slope, intercept = volume.slope, volume.intercept
        ends = sorted(end * slope + intercept for end in (self._lowest, self._highest))
        sd = float(np.sqrt(self._squares / self._count)) * abs(slope)
        return Values(self._mean * slope + intercept, sd, *ends)
