"""A region moved outwards or inwards by a margin in millimetres, and what that comes to in whole voxels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.mask.amount import length_unit
from medcrypt_gui.core.mask.box import Box, box_shape, grown, within
from medcrypt_gui.core.mask.near import box_within, near, reached_mm
from medcrypt_gui.core.task import TaskContext


def grow(
    region: NDArray[np.bool_], box: Box, geometry: Geometry, margin_mm: float, task: TaskContext
) -> tuple[NDArray[np.bool_], Box]:
    """``region``, which fills ``box``, and all within the margin of it; with the larger box that this fills."""
    wide = box_within(box, margin_mm, geometry)
    padded = np.zeros(box_shape(wide), np.bool_)
    padded[within(box, wide)] = region
    return near(padded, geometry, margin_mm, task), wide


def shrink(
    region: NDArray[np.bool_], box: Box, geometry: Geometry, margin_mm: float, task: TaskContext
) -> NDArray[np.bool_]:
    """What of ``region`` is further than the margin from everything outside it, of the shape of ``box``."""
    wide = grown(box_within(box, margin_mm, geometry), (1, 1, 1), geometry.shape)
    outside = np.ones(box_shape(wide), np.bool_)
    outside[within(box, wide)] = ~region
    return region & ~near(outside, geometry, margin_mm, task)[within(box, wide)]


def reached_note(geometry: Geometry, margin_mm: float) -> str:
    """What a margin in whole voxels comes to."""
    x, y, z = (f"{reached:.1f}" for reached in reached_mm(geometry, margin_mm))
    return tr(
        "Asked for {asked} {unit}; in whole voxels that is {x} {unit} along the rows, {y} {unit} along the columns "
        "and {z} {unit} through the slices.",
        unit=length_unit(geometry),
        asked=f"{margin_mm:.1f}",
        x=x,
        y=y,
        z=z,
    )
