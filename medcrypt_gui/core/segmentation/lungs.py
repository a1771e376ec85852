"""Both lungs in CT: parenchyma with its vessels and nodules; not trachea, bowel gas or the air around the patient."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.segmentation.algorithm import FindRegion
from medcrypt_gui.core.segmentation.body_in_ct import BODY_SPACING_MM, body_in_ct
from medcrypt_gui.core.segmentation.coarse_grid import CoarseGrid
from medcrypt_gui.core.segmentation.hounsfield import AIR_HU, require_ct, to_hounsfield
from medcrypt_gui.core.segmentation.proposal import Proposal
from medcrypt_gui.core.segmentation.shapes_mm import Region, Spacing, closed, grown, holes_in_slices, opened, pieces
from medcrypt_gui.core.task import TaskContext

_LUNG_BELOW_HU = -400.0  # halfway between lung and chest wall
_GAS_ABOVE_AIR_HU = 60.0  # gas is air; lung is denser by 100 HU and more
_LARGE_ML = 800.0
_GAS_ABOVE_AIR_LARGE_HU = 25.0  # what is large may be an emphysematous lung, hardly denser than air
_PIECE_ML = 100.0
_CUT_PIECE_ML = 3.0  # a lung base at the upper end of an abdomen
_TRUNK_CM2 = 330.0  # cross-section of the body; heads have less
_BUBBLE_MM = 6.0  # a ball of pure air that wide is stomach or bowel, not lung
_BUBBLE_ML = 10.0
_AIRWAY_MM = 10.0  # opening radius that trachea and main bronchi do not survive
_AIRWAY_ML = 1.0
_NODULE_CM2 = 20.0  # larger holes are the heart between lungs that touch
_BRONCHUS_CM2 = 1.2  # airways of that size lie within the lung and belong to it
_MUCH_SMALLER = 0.4
_VESSEL_MM = 6.0  # closing radius: vessels at the hilum, nodules at the pleura


def lungs(volume: Volume, modality: str, task: TaskContext, _find: FindRegion) -> Proposal:
    """The lungs; empty where there are none. Raises `UnsupportedInputError` for what is not CT."""
    require_ct(volume, modality, tr("the search for lungs"))
    scaled = to_hounsfield(volume)
    grid = CoarseGrid.over(volume.geometry, BODY_SPACING_MM)
    task.progress(0.0, tr("Looking at the image coarsely"))
    hu = grid.reduce(volume, scaled, task)
    task.progress(0.3, tr("Finding the trunk"))
    body = body_in_ct(hu, grid.spacing_mm, task)
    region = lungs_in_ct(hu, body, grid.spacing_mm, task)
    task.progress(0.7, tr("Drawing the pleura"))
    labels = grid.refine(region, volume, lambda stored: scaled(stored) < _LUNG_BELOW_HU, task)
    return Proposal(RoiMask(labels, volume.geometry), doubts=_doubts(region, body, grid))


def lungs_in_ct(hu: NDArray[np.float32], body: Region, spacing_mm: Spacing, task: TaskContext) -> Region:
    """The lungs in ``hu`` (S, P, L), whose patient is ``body``."""
    task.progress(0.55, tr("Telling lungs from gas"))
    reference = _air_outside(hu, body)
    air = body & (hu < _LUNG_BELOW_HU)
    air &= ~_bubbles(air, hu, reference, spacing_mm, task)
    parenchyma = _parenchyma(air, body, hu, reference, spacing_mm)
    task.progress(0.6, tr("Taking the airways out"))
    airways = _airways(parenchyma, hu, reference, spacing_mm, task)
    task.progress(0.65, tr("Adding vessels"))
    whole = closed(parenchyma & ~airways, _VESSEL_MM, spacing_mm, task) & body
    pixel_cm2 = spacing_mm[1] * spacing_mm[2] / 100.0
    whole |= holes_in_slices(whole, task, _NODULE_CM2 / pixel_cm2)
    whole &= ~airways & ~(air & ~parenchyma)
    return whole | holes_in_slices(whole, task, _BRONCHUS_CM2 / pixel_cm2)


def _air_outside(hu: NDArray[np.float32], body: Region) -> float:
    """The value of air in this scan, from around the patient; padding does not count."""
    values = hu[~body & (hu > AIR_HU + 1)]
    return float(np.median(values)) if values.size > 1000 else -1000.0


def _bubbles(air: Region, hu: NDArray[np.float32], reference: float, spacing_mm: Spacing, task: TaskContext) -> Region:
    """Gas with its blurred edge, also where the thin wall between stomach and lung is lost in the blur.

    Nothing where so much is gas that it must be an emphysematous lung.
    """
    pure = opened(air & (hu < reference + _GAS_ABOVE_AIR_HU), _BUBBLE_MM, spacing_mm, task)
    labels, sizes = pieces(pure)
    pure = (sizes * float(np.prod(spacing_mm)) / 1000.0 >= _BUBBLE_ML)[labels] & (labels > 0)
    if 2 * int(pure.sum()) > int(air.sum()):
        return np.zeros(air.shape, bool)
    return grown(pure, 1.5 * max(spacing_mm), spacing_mm, task)


def _parenchyma(air: Region, body: Region, hu: NDArray[np.float32], reference: float, spacing_mm: Spacing) -> Region:
    """The pieces of ``air`` that are lung by density, size and place."""
    labels, sizes = pieces(air)
    millilitres = sizes * float(np.prod(spacing_mm)) / 1000.0
    trunk = body.sum(axis=(1, 2)) * spacing_mm[1] * spacing_mm[2] / 100.0 >= _TRUNK_CM2
    keep = np.zeros(sizes.size, bool)
    for index, box in enumerate(ndimage.find_objects(labels), 1):
        if millilitres[index] < _CUT_PIECE_ML or not trunk[box[0]].any():
            continue
        margin = _GAS_ABOVE_AIR_LARGE_HU if millilitres[index] >= _LARGE_ML else _GAS_ABOVE_AIR_HU
        dense = np.percentile(hu[box][labels[box] == index], 25.0) > reference + margin
        cut = box[0].stop == air.shape[0]
        keep[index] = dense and (cut or millilitres[index] >= _PIECE_ML)
    return np.asarray(keep[labels])


def _airways(lung: Region, hu: NDArray[np.float32], reference: float, spacing_mm: Spacing, task: TaskContext) -> Region:
    """Trachea and main bronchi: tubes of pure air that hang on the lungs."""
    tubes = lung & ~opened(lung, _AIRWAY_MM, spacing_mm, task) & (hu < reference + _GAS_ABOVE_AIR_HU)
    labels, sizes = pieces(tubes)
    keep = sizes * float(np.prod(spacing_mm)) / 1000.0 >= _AIRWAY_ML
    return np.asarray(keep[labels])


def _doubts(region: Region, body: Region, grid: CoarseGrid) -> tuple[str, ...]:
    if region.sum() * grid.voxel_ml < _LARGE_ML:
        return ()
    columns = body[region.any(axis=(1, 2))].sum(axis=(0, 1))
    middle = int(np.average(np.arange(columns.size), weights=columns))
    sides = float(region[..., :middle].sum()), float(region[..., middle:].sum())
    if min(sides) < _MUCH_SMALLER * max(sides):
        return (tr("One lung is much smaller than the other; fluid and collapsed lung are not found."),)
    return ()
