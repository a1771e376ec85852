"""Cut a proposal anew at another threshold, without another run of the model."""

from __future__ import annotations

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.mask.labels import ROI
from medcrypt_gui.core.segmentation.mask_origin import MaskOrigin, Region, recut
from medcrypt_gui.core.segmentation.postprocess import to_mask
from medcrypt_gui.core.segmentation.proposal import ProbabilityMap
from medcrypt_gui.core.task import TaskContext


def recut_roi(
    probability: ProbabilityMap,
    origin: MaskOrigin,
    current: Region,
    image: Geometry,
    threshold: float,
    task: TaskContext,
) -> tuple[Region, MaskOrigin]:
    """The mask at ``threshold`` and its origin; voxels that were decided by hand are as in ``current``.

    Raises `Cancelled`.
    """
    task.progress(0.0, tr("Cutting the region at the new threshold"))
    cut = to_mask(probability.values, probability.geometry, image, threshold, task).region(ROI)
    task.progress(0.9, tr("Keeping what was corrected by hand"))
    return recut(origin, current, cut, threshold)
