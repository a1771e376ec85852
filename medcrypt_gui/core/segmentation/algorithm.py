"""A classical algorithm behind the `Segmenter` port: a card and a function."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.segmentation.model_card import ModelCard
from medcrypt_gui.core.segmentation.proposal import Proposal
from medcrypt_gui.core.task import TaskContext

FindRegion = Callable[[str, Volume, str, TaskContext], NDArray[np.bool_]]
"""``find("brain-mr", volume, modality, task)``: the region of another model, bool on the volume's grid."""

Algorithm = Callable[[Volume, str, TaskContext, FindRegion], Proposal]
"""``algorithm(volume, modality, task, find)``: raises `UnsupportedInputError` for a volume it cannot serve."""


class AlgorithmSegmenter:
    """The port `Segmenter` for a function of `core.segmentation`."""

    def __init__(self, card: ModelCard, algorithm: Algorithm, find: FindRegion) -> None:
        self.card = card
        self._algorithm = algorithm
        self._find = find

    def propose(self, volume: Volume, modality: str, task: TaskContext) -> Proposal:
        """The region on the volume's own grid; empty when nothing was found."""
        return self._algorithm(volume, modality, task, self._find)
