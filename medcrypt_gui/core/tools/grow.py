"""Grow: a click says where a region is to grow from."""

from __future__ import annotations

from dataclasses import dataclass

from medcrypt_gui.core.language import mark
from medcrypt_gui.core.tools.base import Drag, DragTool, Drawing, PointerSample


@dataclass(frozen=True)
class GrowSeedOptions:
    """None: what can be chosen is the operation's."""


class GrowSeed(DragTool):
    id = "grow"
    title = mark("Grow")
    shortcut = "G"
    icon = "grow"
    help = mark("Click where a region is to grow from; a preview shows it, and its tolerance is set while you look.")
    options_type = GrowSeedOptions
    operation = "grow"

    def drag(self, drawing: Drawing, press: PointerSample, options: GrowSeedOptions) -> Drag:  # noqa: ARG002
        drawing.place_seed(press)
        while (yield) is not None:
            pass


TOOL = GrowSeed()
