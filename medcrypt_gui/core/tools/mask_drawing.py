"""What tools draw on in the window: the mask being edited, over the volume that is shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.mask.box import Box
from medcrypt_gui.core.mask.editor import MaskEditor
from medcrypt_gui.core.mask.labels import LabelTable
from medcrypt_gui.core.mask.sink import SinkMode
from medcrypt_gui.core.tools.base import Draft, PointerSample


@dataclass(frozen=True, eq=False)
class MaskDrawing:
    """A `Drawing`; the functions are told what a tool wants shown, chosen, said, and where it placed a seed."""

    editor: MaskEditor
    volume: Volume | None
    on_drafts: Callable[[tuple[Draft, ...]], None]
    on_options: Callable[[Any], None]
    on_said: Callable[[str], None]
    on_seed: Callable[[PointerSample], None]

    @property
    def geometry(self) -> Geometry:
        return self.editor.geometry

    @property
    def labels(self) -> NDArray[np.uint8]:
        return self.editor.labels

    @property
    def label(self) -> int:
        return self.editor.label

    @property
    def table(self) -> LabelTable:
        return self.editor.table

    @property
    def revision(self) -> int:
        return self.editor.revision

    def values(self, box: Box) -> NDArray[np.float32] | None:
        volume = self.volume
        if volume is None or volume.rgb is not None or volume.geometry.shape != self.geometry.shape:
            return None
        return np.asarray(volume.stored[box], np.float32) * np.float32(volume.slope) + np.float32(volume.intercept)

    def extend(self, region: NDArray[np.bool_], box: Box, how: SinkMode, label: int | None = None) -> None:
        self.editor.extend(region, box, how, label)

    def show(self, *drafts: Draft) -> None:
        self.on_drafts(drafts)

    def choose(self, options: Any) -> None:
        self.on_options(options)

    def say(self, sentence: str) -> None:
        self.on_said(sentence)

    def place_seed(self, seed: PointerSample) -> None:
        self.on_seed(seed)
