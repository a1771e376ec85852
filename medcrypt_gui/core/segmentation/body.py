"""The patient against air, table and coil."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from medcrypt_gui.core.errors import UnsupportedInputError
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.segmentation.algorithm import FindRegion
from medcrypt_gui.core.segmentation.body_in_ct import BODY_SPACING_MM, SKIN_HU, body_in_ct
from medcrypt_gui.core.segmentation.body_in_signal import body_in_signal, signal_threshold
from medcrypt_gui.core.segmentation.coarse_grid import CoarseGrid
from medcrypt_gui.core.segmentation.hounsfield import is_ct, to_hounsfield
from medcrypt_gui.core.segmentation.proposal import Proposal
from medcrypt_gui.core.task import TaskContext

_WITH_AIR_AS_NOISE = frozenset({"MR", "PT", "NM", "", "OT"})
_SMOOTHING_VOXELS = 0.7
_LARGELY_FULL = 0.98


def body(volume: Volume, modality: str, task: TaskContext, _find: FindRegion) -> Proposal:
    """The patient, holes such as lungs and bowel gas included. Raises `UnsupportedInputError` for other modalities."""
    if is_ct(volume, modality):
        mask = _in_ct(volume, task)
    elif modality in _WITH_AIR_AS_NOISE:
        mask = _in_signal(volume, task)
    else:
        raise UnsupportedInputError(
            tr("the body is found in CT, MR and PET images; this is {modality}", modality=modality)
        )
    return Proposal(mask, doubts=_doubts(mask))


def _in_ct(volume: Volume, task: TaskContext) -> RoiMask:
    scaled = to_hounsfield(volume)
    grid = CoarseGrid.over(volume.geometry, BODY_SPACING_MM)
    task.progress(0.0, tr("Looking at the image coarsely"))
    hu = grid.reduce(volume, scaled, task)
    region = body_in_ct(hu, grid.spacing_mm, task)
    task.progress(0.6, tr("Drawing the skin"))
    return RoiMask(grid.refine(region, volume, lambda stored: scaled(stored) > SKIN_HU, task), volume.geometry)


def _in_signal(volume: Volume, task: TaskContext) -> RoiMask:
    grid = CoarseGrid.over(volume.geometry, BODY_SPACING_MM)
    task.progress(0.0, tr("Looking at the image coarsely"))
    signal = ndimage.gaussian_filter(grid.reduce(volume, _finite, task), _SMOOTHING_VOXELS)
    threshold = signal_threshold(signal, grid.spacing_mm, task)
    region = body_in_signal(signal, grid.spacing_mm, threshold, task)
    task.progress(0.6, tr("Drawing the skin"))
    return RoiMask(grid.refine(region, volume, lambda stored: _finite(stored) > threshold, task), volume.geometry)


def _finite(stored: NDArray[np.generic]) -> NDArray[np.float32]:
    """Stored values as float32, 0 where there is none: scaling does not matter to a threshold found in the image."""
    return np.nan_to_num(stored.astype(np.float32), copy=False, posinf=0.0, neginf=0.0)


def _doubts(mask: RoiMask) -> tuple[str, ...]:
    if np.count_nonzero(mask.labels) > _LARGELY_FULL * mask.labels.size:
        return (tr("The body fills the whole image; there is no air around it to tell it from."),)
    return ()
