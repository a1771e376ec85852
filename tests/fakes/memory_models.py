"""Models that are there without any files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from medcrypt_gui.core.catalog import Catalog
from medcrypt_gui.core.ports import Segmenter
from medcrypt_gui.core.segmentation.model_card import ModelCard


class MemoryModels:
    """The port `ModelLibrary`; all of them are shipped."""

    def __init__(self, segmenters: Mapping[str, Segmenter], user_dir: Path) -> None:
        self._segmenters = segmenters
        self.user_dir = user_dir

    def catalog(self) -> Catalog:
        return Catalog(self._segmenters)

    def is_shipped(self, model_id: str) -> bool:
        return model_id in self._segmenters

    def opened(self, card: ModelCard) -> Segmenter:
        raise AssertionError(f"nothing is to be opened, but {card.id} was")

    def forget(self) -> None:
        """There is nothing to read again."""
