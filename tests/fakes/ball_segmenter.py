"""A segmenter that proposes a ball in the middle of any volume."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.segmentation.model_card import Intensity, ModelCard, ScanResult
from medcrypt_gui.core.task import TaskContext

CARD = ModelCard(
    id="ball",
    title="Ball in the middle",
    weights=Path("ball.onnx"),
    sha256="0" * 64,
    input_shape=(8, 8, 8),
    spacing_mm=2.0,
    intensity=Intensity(1.0, 99.0),
    threshold=0.5,
    labels=("ball",),
    modality=("MR",),
    licence="Apache-2.0",
    training_data=("no data at all",),
    held_out=(ScanResult("phantom", 0.95, 1.0, 0.1),),
)


class BallSegmenter:
    """The port `Segmenter`."""

    card = CARD

    def segment(self, volume: Volume, modality: str, task: TaskContext) -> RoiMask:
        task.progress(0.5, "Drawing a ball")
        axes = [np.linspace(-1, 1, n) for n in volume.geometry.shape]
        z, y, x = np.meshgrid(*axes, indexing="ij")
        return RoiMask.from_bool(z**2 + y**2 + x**2 < 0.3, volume.geometry)
