"""Find where a proposal is least certain, so that a person looks there first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.segmentation.proposal import ProbabilityMap
from medcrypt_gui.core.segmentation.review_order import slices_to_review
from medcrypt_gui.core.segmentation.uncertainty import doubtful_regions, slice_doubt
from medcrypt_gui.core.task import TaskContext


@dataclass(frozen=True, eq=False)
class Doubts:
    """``by_slice`` is ``(Z,)``, greater where less certain; ``regions`` ``(Z, Y, X)`` bool on the image's grid.

    ``order`` are the stored slices worth a look, most doubtful first.
    """

    probability: ProbabilityMap
    by_slice: NDArray[np.float64]
    regions: NDArray[np.bool_]
    order: tuple[int, ...]


def find_doubts(probability: ProbabilityMap, image: Geometry, task: TaskContext) -> Doubts:
    """Where the probabilities leave it open what belongs to the region. Raises `Cancelled`."""
    task.progress(0.0, tr("Looking for doubtful places"))
    by_slice = slice_doubt(probability, image)
    task.progress(0.3, tr("Looking for doubtful places"))
    regions = doubtful_regions(probability, image, task.part(0.3, 1.0))
    return Doubts(probability, by_slice, regions, slices_to_review(by_slice, image.spacing_mm[2]))
