"""The port `ModelLibrary` over two folders of cards and weights."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # The window starts without loading what they speak of.
    from medcrypt_gui.core.catalog import Catalog
    from medcrypt_gui.core.ports import Segmenter
    from medcrypt_gui.core.segmentation.model_card import ModelCard


class ModelFolders:
    """Cheap to make: the runtime is loaded, and ``shipped_dir`` looked for, when models are first asked for."""

    def __init__(self, shipped_dir: Callable[[], Path], user_dir: Path) -> None:
        self._shipped_dir = shipped_dir
        self._user_dir = user_dir
        self._reading = threading.Lock()
        self._catalog: Catalog | None = None
        self._shipped: frozenset[str] | None = None

    @property
    def user_dir(self) -> Path:
        return self._user_dir

    def catalog(self) -> Catalog:
        from medcrypt_gui.adapters.inference.catalog import load_catalog

        with self._reading:
            if self._catalog is None:
                self._catalog = load_catalog(self._shipped_dir(), self._user_dir)
            return self._catalog

    def is_shipped(self, model_id: str) -> bool:
        from medcrypt_gui.adapters.inference.catalog import load_catalog

        if self._shipped is None:
            self._shipped = frozenset(load_catalog(self._shipped_dir()).segmenters)
        return model_id in self._shipped

    def opened(self, card: ModelCard) -> Segmenter:
        from medcrypt_gui.adapters.inference.onnx_segmenter import OnnxSegmenter

        return OnnxSegmenter(card)

    def forget(self) -> None:
        with self._reading:
            self._catalog = None
