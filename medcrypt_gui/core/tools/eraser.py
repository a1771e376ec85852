"""The eraser: takes away from the ROI under a round tip of its own size."""

from __future__ import annotations

from dataclasses import dataclass

from medcrypt_gui.core.language import mark
from medcrypt_gui.core.options import option
from medcrypt_gui.core.tools.base import Drag, DragTool, Drawing, PointerSample, TipShape, round_stroke


@dataclass(frozen=True)
class EraserOptions:
    size_mm: float = option(15.0, mark("Size"), "mm", minimum=0.5, maximum=150.0, step=0.5)
    shape: TipShape = option(TipShape.DISC, mark("Tip"))  # noqa: RUF009 -- a field, not a shared default


class Eraser(DragTool):
    id = "eraser"
    title = mark("Eraser")
    shortcut = "E"
    icon = "eraser"
    help = mark("Drag to remove from the ROI; Ctrl adds. Shift+wheel or [ ] sizes it, Esc takes the stroke back.")
    options_type = EraserOptions

    def drag(self, drawing: Drawing, press: PointerSample, options: EraserOptions) -> Drag:
        return round_stroke(drawing, press, options.size_mm, options.shape, erases=True)


TOOL = Eraser()
