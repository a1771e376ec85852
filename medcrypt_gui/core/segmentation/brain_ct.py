"""The inside of the skull in a head CT: brain, fluid, blood and calcifications, down to the foramen magnum."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.segmentation.algorithm import FindRegion
from medcrypt_gui.core.segmentation.body_in_ct import solid_body
from medcrypt_gui.core.segmentation.coarse_grid import CoarseGrid
from medcrypt_gui.core.segmentation.enclosure import enclosure
from medcrypt_gui.core.segmentation.hounsfield import require_ct, to_hounsfield
from medcrypt_gui.core.segmentation.proposal import Proposal
from medcrypt_gui.core.segmentation.shapes_mm import (
    Region,
    Spacing,
    closed,
    filled,
    grown,
    largest_piece,
    pieces,
    pieces_at,
    shrunk,
)
from medcrypt_gui.core.task import TaskContext

_SPACING_MM = 2.0
_BONE_HU = 160.0  # above fresh blood (90), below the thin bone over the orbits at 2 mm
_SOFT_HU = -30.0  # above fat, which fills the orbits, and below fluid
_INNER_TABLE_HU = 200.0  # at full resolution
_AIR_HU = -150.0
_BONE_PIECE_ML = 0.5
_ENCLOSED = 0.8  # of the rays; in the orbits a third escapes forwards
_NECK_MM = 8.0  # half the width of the widest opening that must not let the region out
_REGROWTH_MM = 12.0
_BRIDGE_MM = 3.0  # calcified falx and vessels
_LEAST_ML = 100.0
_FORAMEN_CM2 = 10.0  # below the brain's widest slice, a smaller cross-section is the spinal canal


def brain_ct(volume: Volume, modality: str, task: TaskContext, _find: FindRegion) -> Proposal:
    """The intracranial region; empty where there is no skull. Raises `UnsupportedInputError` for what is not CT."""
    require_ct(volume, modality, tr("the search for the inside of the skull"))
    scaled = to_hounsfield(volume)
    grid = CoarseGrid.over(volume.geometry, _SPACING_MM)
    task.progress(0.0, tr("Looking at the image coarsely"))
    hu = grid.reduce(volume, scaled, task)
    region = inside_of_skull(hu, grid.spacing_mm, task)
    task.progress(0.7, tr("Drawing the inner table"))

    def inside(stored: NDArray[np.generic]) -> NDArray[np.bool_]:
        values = scaled(stored)
        return (values > _AIR_HU) & (values < _INNER_TABLE_HU)

    return Proposal(RoiMask(grid.refine(region, volume, inside, task), volume.geometry), doubts=_doubts(region))


def inside_of_skull(hu: NDArray[np.float32], spacing_mm: Spacing, task: TaskContext) -> Region:
    """The intracranial region in ``hu`` (S, P, L)."""
    task.progress(0.2, tr("Finding the head"))
    head = solid_body(hu, spacing_mm, task)
    task.checkpoint()
    bone = _large(head & (hu > _BONE_HU), _BONE_PIECE_ML, spacing_mm, task)
    if not bone.any():
        return bone
    task.progress(0.4, tr("Looking where bone is all around"))
    soft = head & (hu > _SOFT_HU) & ~bone & (enclosure(bone, task) >= _ENCLOSED)
    task.progress(0.6, tr("Parting the brain from what the openings lead to"))
    core = largest_piece(shrunk(soft, _NECK_MM, spacing_mm, task))
    task.checkpoint()
    region = pieces_at(soft & grown(core, _REGROWTH_MM, spacing_mm, task), core)
    task.checkpoint()
    region = filled(closed(region, _BRIDGE_MM, spacing_mm, task), task)
    return _large(_above_foramen(region, spacing_mm), _LEAST_ML, spacing_mm, task)


def _large(region: Region, least_ml: float, spacing_mm: Spacing, task: TaskContext) -> Region:
    task.checkpoint()
    labels, sizes = pieces(region)
    task.checkpoint()
    return np.asarray((sizes * float(np.prod(spacing_mm)) / 1000.0 >= least_ml)[labels] & region)


def _above_foramen(region: Region, spacing_mm: Spacing) -> Region:
    """``region`` without the slices below the foramen magnum."""
    areas = region.sum(axis=(1, 2)) * spacing_mm[1] * spacing_mm[2] / 100.0
    narrow = np.flatnonzero(areas[: int(areas.argmax())] < _FORAMEN_CM2)
    kept = region.copy()
    if narrow.size:
        kept[: narrow[-1] + 1] = False
    return kept


def _doubts(region: Region) -> tuple[str, ...]:
    if region[-1].any():
        return (tr("The top of the head lies outside the image; the region ends with the image."),)
    return ()
