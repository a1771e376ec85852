"""A segmenter with probabilities: a ball with a soft border on a grid of its own, coarser than the image's."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.segmentation.model_card import DataSource, ModelCard, NetworkSpec, Percentiles, ScanResult
from medcrypt_gui.core.segmentation.postprocess import to_mask
from medcrypt_gui.core.segmentation.proposal import ProbabilityMap, Proposal
from medcrypt_gui.core.task import TaskContext

CARD = ModelCard(
    id="soft-ball",
    title="Ball with a soft border",
    summary="Proposes a ball whose border is in doubt.",
    intended_use="Tests. Not a medical device.",
    limits="Knows balls only.",
    licence="Apache-2.0",
    kind="network",
    modality=("MR",),
    labels=("brain",),
    training_data=(DataSource("balls of all sizes", "nowhere", "CC0"),),
    results=(
        ScanResult("first", "balls at hand", "trained on others", 0.95, 1.0, 0.1),
        ScanResult("second", "balls far away", "trained on others", 0.85, None, 0.1),
    ),
    network=NetworkSpec(Path("soft-ball.onnx"), "0" * 64, (16, 16, 16), 2.0, "image", Percentiles(0.5, 99.5), 0.5),
)


class SoftBallSegmenter:
    """The port `Segmenter`. ``doubts`` go with every proposal."""

    def __init__(self, doubts: tuple[str, ...] = (), card: ModelCard = CARD) -> None:
        self.card = card
        self._doubts = doubts

    def propose(self, volume: Volume, modality: str, task: TaskContext) -> Proposal:
        task.progress(0.5, "Drawing a soft ball")
        probability = _soft_ball(volume.geometry)
        mask = to_mask(probability.values, probability.geometry, volume.geometry, 0.5, task)
        return Proposal(mask, probability, self._doubts)


def _soft_ball(image: Geometry) -> ProbabilityMap:
    """Certain in the middle of the volume, and less so the further out, to nothing before its faces."""
    shape = tuple(max(4, round(n / 1.3)) for n in image.shape)
    affine = image.affine_lps.copy()
    affine[:3, :3] = affine[:3, :3] @ np.diag([i / n for i, n in zip(image.shape[::-1], shape[::-1], strict=True)])
    axes = [np.linspace(-1, 1, n) for n in shape]
    z, y, x = np.meshgrid(*axes, indexing="ij")
    far = np.sqrt(z**2 + y**2 + x**2)
    values = np.clip(1.0 - (far - 0.25) / 0.6, 0.0, 1.0).astype(np.float32)
    z_size, y_size, x_size = shape
    return ProbabilityMap(values, Geometry((z_size, y_size, x_size), affine))
