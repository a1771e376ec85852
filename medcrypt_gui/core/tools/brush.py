"""The brush: adds to the label under a round tip."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from medcrypt_gui.core.language import mark
from medcrypt_gui.core.mask.box import Box
from medcrypt_gui.core.mask.sink import SinkMode
from medcrypt_gui.core.tools.base import Drag, DragTool, Drawing, PointerSample
from medcrypt_gui.core.tools.round_stroke import TipOptions, reads_values, round_stroke


@dataclass(frozen=True)
class BrushOptions(TipOptions):
    pass


class Brush(DragTool):
    id = "brush"
    title = mark("Brush")
    shortcut = "B"
    icon = "brush"
    help = mark(
        "Drag to add to the label; right-drag or Ctrl erases. Shift+wheel or [ ] sizes it, Esc takes the stroke back."
    )
    options_type = BrushOptions

    def reads_values(self, options: BrushOptions) -> bool:
        return reads_values(options)

    def drag(self, drawing: Drawing, press: PointerSample, options: BrushOptions) -> Drag:
        return round_stroke(drawing, press, options, _change)


def _change(drawing: Drawing, region: NDArray[np.bool_], box: Box, sample: PointerSample) -> None:
    drawing.extend(region, box, SinkMode.REMOVE if sample.takes_away else SinkMode.ADD)


TOOL = Brush()
