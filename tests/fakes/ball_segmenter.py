"""A segmenter that proposes a ball in the middle of any volume."""

from __future__ import annotations

import numpy as np

from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.segmentation.model_card import DataSource, ModelCard, ScanResult
from medcrypt_gui.core.segmentation.proposal import Proposal
from medcrypt_gui.core.task import TaskContext

CARD = ModelCard(
    id="ball",
    title="Ball in the middle",
    summary="Proposes a ball.",
    intended_use="Tests. Not a medical device.",
    limits="Knows balls only.",
    licence="Apache-2.0",
    kind="algorithm",
    modality=("MR",),
    labels=("ball",),
    training_data=(DataSource("no data at all", "nowhere", "none"),),
    results=(ScanResult("phantom", "phantoms", "none was seen", 0.95, 1.0, 0.1),),
    algorithm="ball",
)


class BallSegmenter:
    """The port `Segmenter`."""

    card = CARD

    def propose(self, volume: Volume, modality: str, task: TaskContext) -> Proposal:
        task.progress(0.5, "Drawing a ball")
        axes = [np.linspace(-1, 1, n) for n in volume.geometry.shape]
        z, y, x = np.meshgrid(*axes, indexing="ij")
        return Proposal(RoiMask.from_bool(z**2 + y**2 + x**2 < 0.3, volume.geometry))
