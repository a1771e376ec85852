"""What a segmenter proposes: a mask, and where it has them, the probabilities behind it and reasons for doubt."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.mask.roi_mask import RoiMask


@dataclass(frozen=True, eq=False)
class ProbabilityMap:
    """Probabilities of the region, ``(Z, Y, X)`` float32 in 0..1, on ``geometry``: the model's own grid."""

    values: NDArray[np.float32]
    geometry: Geometry

    def __post_init__(self) -> None:
        if self.values.shape != self.geometry.shape:
            raise ValueError("the probabilities do not fit their grid")


@dataclass(frozen=True, eq=False)
class Proposal:
    """``mask`` lies on the volume's own grid and may be empty. ``probability`` is None for a classical algorithm.

    ``doubts`` are sentences for the user: why this proposal deserves a closer look than others.
    """

    mask: RoiMask
    probability: ProbabilityMap | None = None
    doubts: tuple[str, ...] = ()
