"""Several slices as one: their mean, or the highest or lowest value through them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.imaging.planes import PlaneView
from medcrypt_gui.core.language import mark


class Projection(Enum):
    """How the slices of a slab become one; the value is what users read."""

    MEAN = mark("Mean")
    MAXIMUM = mark("MIP")
    MINIMUM = mark("MinIP")


@dataclass(frozen=True)
class Slab:
    """A slab of ``thickness_mm``, centred on the slice that is shown."""

    projection: Projection
    thickness_mm: float

    def slices(self, view: PlaneView, n: int) -> range:
        """The slices of the slab around slice ``n``: at least that one, none beyond the volume."""
        around = max(0, round((self.thickness_mm / view.thickness_mm - 1) / 2))
        return range(max(0, n - around), min(view.count, n + around + 1))

    def of(self, view: PlaneView, volume: NDArray[Any], n: int) -> NDArray[Any]:
        """The slab around slice ``n`` of ``volume`` ``(Z, Y, X)`` (or of colours), as `PlaneView.slice_of` gives one.

        A mean of integers is float32; the others keep their type. Of a tilted grid the slab runs along the normal of
        the slice shown, to the nearest pixel.
        """
        planes = (_along_normal(view, view.slice_of(volume, at), at - n) for at in self.slices(view, n))
        if self.projection is Projection.MEAN:
            return self._mean(planes, len(self.slices(view, n)))
        extreme: Callable[..., NDArray[Any]] = np.maximum if self.projection is Projection.MAXIMUM else np.minimum
        result = np.array(next(planes))
        for plane in planes:
            extreme(result, plane, out=result)
        return result

    def _mean(self, planes: Iterator[NDArray[Any]], count: int) -> NDArray[np.float32]:
        total = np.array(next(planes), np.float32)
        for plane in planes:
            total += plane
        return total / np.float32(count)


def _along_normal(view: PlaneView, plane: NDArray[Any], slices: int) -> NDArray[Any]:
    """``plane``, so many slices further on, moved so that what lies above each other does so along the normal.

    What comes in at the edges repeats the outermost pixels.
    """
    columns, rows = (round(slices * drift) for drift in view.drift)
    if (columns, rows) == (0, 0):
        return plane
    across = np.clip(np.arange(view.width) + columns, 0, view.width - 1)
    down = np.clip(np.arange(view.height) + rows, 0, view.height - 1)
    return plane[down[:, None], across]
