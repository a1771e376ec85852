"""A hand that holds mask tools without a window: strokes and sketches on a mask, and what the tools showed and said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.volume import Volume, Window
from medcrypt_gui.core.mask.editor import MaskEditor
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.tools.base import Draft, DragTool, Event, PointerSample, Sketch, SketchTool
from medcrypt_gui.core.tools.mask_drawing import MaskDrawing
from medcrypt_gui.core.tools.registry import tool

Place = tuple[float, float, float]


class Hand:
    """Does with tools what the pointer of a view does."""

    def __init__(
        self,
        shape: tuple[int, int, int] = (10, 40, 40),
        steps: np.ndarray | None = None,
        values: np.ndarray | None = None,
        axis: int = 2,
    ) -> None:
        affine = np.eye(4)
        if steps is not None:
            affine[:3, :3] = steps
        self.geometry = Geometry(shape, affine)
        self.editor = MaskEditor(RoiMask.empty(self.geometry))
        self.axis = axis
        self.drafts: tuple[Draft, ...] = ()
        self.said: list[str] = []
        self.seeds: list[PointerSample] = []
        self.chosen: list[Any] = []
        stored = np.zeros(shape, np.int16) if values is None else values
        volume = Volume(stored, self.geometry, unit="HU", file_window=Window(0.0, 100.0))
        self.drawing = MaskDrawing(
            self.editor, volume, self._show, self.chosen.append, self.said.append, self.seeds.append
        )
        self._sketches: dict[str, Sketch] = {}

    @property
    def labels(self) -> np.ndarray:
        return self.editor.labels

    def at(self, place: Place, **flags: Any) -> PointerSample:
        return replace(PointerSample(place, self.axis, pixel_mm=0.1), **flags)

    def drag(self, tool_id: str, places: Sequence[Place], options: Any = None, **flags: Any) -> None:
        """From press to release, of either kind of tool."""
        chosen = tool(tool_id)
        options = options if options is not None else chosen.options_type()
        if isinstance(chosen, SketchTool):
            self.tell(tool_id, Event.PRESS, places[0], options, **flags)
            for place in places[1:]:
                self.tell(tool_id, Event.MOVE, place, options, **flags)
            self.tell(tool_id, Event.RELEASE, places[-1], options, **flags)
            return
        assert isinstance(chosen, DragTool)
        self.editor.begin_gesture(chosen.title)
        drag = chosen.drag(self.drawing, self.at(places[0], event=Event.PRESS, **flags), options)
        next(drag)
        for place in places[1:]:
            drag.send(self.at(place, **flags))
        try:
            drag.send(None)
        except StopIteration:
            self.editor.end_gesture()
            return
        raise AssertionError("a drag ends with the release")

    def tell(self, tool_id: str, event: Event, place: Place, options: Any = None, **flags: Any) -> bool:
        chosen = tool(tool_id)
        assert isinstance(chosen, SketchTool)
        sketch = self._sketches.setdefault(tool_id, chosen.sketch())
        self.editor.begin_gesture(chosen.title)
        sample = self.at(place, event=event, **flags)
        acted = sketch.take(self.drawing, sample, options if options is not None else chosen.options_type())
        self.editor.end_gesture()
        return acted

    def let_go(self, tool_id: str) -> bool:
        """The button is up without a release."""
        return self._sketches[tool_id].let_go()

    def click(self, tool_id: str, *places: Place, options: Any = None, **flags: Any) -> None:
        for place in places:
            self.drag(tool_id, [place], options, **flags)

    def set_labels(self, labels: np.ndarray) -> None:
        self.editor.replace_labels(RoiMask(labels.astype(np.uint8), self.geometry, self.editor.table), "Set")

    def _show(self, drafts: tuple[Draft, ...]) -> None:
        self.drafts = drafts
