"""The brush: adds to the ROI under a round tip."""

from __future__ import annotations

from dataclasses import dataclass

from medcrypt_gui.core.language import mark
from medcrypt_gui.core.options import option
from medcrypt_gui.core.tools.base import Drag, DragTool, Drawing, PointerSample, TipShape, round_stroke


@dataclass(frozen=True)
class BrushOptions:
    size_mm: float = option(10.0, mark("Size"), "mm", minimum=0.5, maximum=150.0, step=0.5)
    shape: TipShape = option(TipShape.DISC, mark("Tip"))  # noqa: RUF009 -- a field, not a shared default


class Brush(DragTool):
    id = "brush"
    title = mark("Brush")
    shortcut = "B"
    icon = "brush"
    help = mark(
        "Drag to add to the ROI; right-drag or Ctrl erases. Shift+wheel or [ ] sizes it, Esc takes the stroke back."
    )
    options_type = BrushOptions

    def drag(self, drawing: Drawing, press: PointerSample, options: BrushOptions) -> Drag:
        return round_stroke(drawing, press, options.size_mm, options.shape, erases=False)


TOOL = Brush()
