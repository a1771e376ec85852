"""The eraser: takes away under a round tip of its own size, from one label or from all."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.language import mark
from medcrypt_gui.core.mask.box import Box
from medcrypt_gui.core.mask.sink import SinkMode
from medcrypt_gui.core.options import option
from medcrypt_gui.core.tools.base import Drag, DragTool, Drawing, PointerSample
from medcrypt_gui.core.tools.round_stroke import TipOptions, reads_values, round_stroke


class ErasedLabels(Enum):
    """What is taken away; the value, translated, is what users read."""

    ACTIVE = mark("The active label")
    ALL = mark("All labels that are not locked")


@dataclass(frozen=True)
class EraserOptions(TipOptions):
    size_mm: float = option(15.0, mark("Size"), "mm", minimum=0.5, maximum=150.0, step=0.5)
    erased: ErasedLabels = option(ErasedLabels.ACTIVE, mark("Erases"))  # noqa: RUF009 -- a field, not a shared default


class Eraser(DragTool):
    id = "eraser"
    title = mark("Eraser")
    shortcut = "E"
    icon = "eraser"
    help = mark("Drag to remove from the label; Ctrl adds. Shift+wheel or [ ] sizes it, Esc takes the stroke back.")
    options_type = EraserOptions
    erases = True

    def reads_values(self, options: EraserOptions) -> bool:
        return reads_values(options)

    def drag(self, drawing: Drawing, press: PointerSample, options: EraserOptions) -> Drag:
        erase = _erase_all if options.erased is ErasedLabels.ALL else _erase

        def change(on: Drawing, region: NDArray[np.bool_], box: Box, sample: PointerSample) -> None:
            if sample.inverted:
                on.extend(region, box, SinkMode.ADD)
            else:
                erase(on, region, box)

        return round_stroke(drawing, press, options, change)


def _erase(drawing: Drawing, region: NDArray[np.bool_], box: Box) -> None:
    drawing.extend(region, box, SinkMode.REMOVE)


def _erase_all(drawing: Drawing, region: NDArray[np.bool_], box: Box) -> None:
    """Every label that has voxels there; the sink spares locked ones."""
    for number in np.flatnonzero(np.bincount(drawing.labels[box][region], minlength=2)):
        if number:
            drawing.extend(region, box, SinkMode.REMOVE, int(number))


TOOL = Eraser()
