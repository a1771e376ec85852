"""What the tool in hand makes of the pointer in one view: strokes, and sketches that last over many presses."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from medcrypt_gui.core.language import tr
from medcrypt_gui.core.tools.base import Draft, Drag, DragTool, Event, PointerSample, Sketch, SketchTool, tip_size_mm
from medcrypt_gui.core.tools.mask_drawing import MaskDrawing
from medcrypt_gui.ui.viewer.why_not import why_not_draw

if TYPE_CHECKING:
    from medcrypt_gui.ui.viewer.plane_canvas import PlaneCanvas


class Strokes:
    """A stroke is one undo step from press to release; so is what a sketch changes in the mask by one event."""

    def __init__(self, canvas: PlaneCanvas) -> None:
        self._canvas = canvas
        self._drag: Drag | None = None
        self._last: PointerSample | None = None  # of the drag under way
        self._size_mm: float | None = None  # of its tip
        self._pressed = False
        self._seed: PointerSample | None = None

    @property
    def is_pressed(self) -> bool:
        """Whether a button is held that draws."""
        return self._pressed

    @property
    def sketches(self) -> bool:
        """Whether the tool in hand draws over several presses."""
        return self._sketch() is not None

    def press(self, sample: PointerSample) -> None:
        state = self._canvas.state
        reason = why_not_draw(state, sample.normal_axis, sample.slice_number)
        if reason:
            self._canvas.stroke_refused.emit(reason)
            return
        self._pressed = True
        if isinstance(state.tool, DragTool) and state.editor is not None:
            state.editor.begin_gesture(state.tool.title)
            self._begin(state.tool, sample)
        else:
            self.tell(replace(sample, event=Event.PRESS))

    def move(self, sample: PointerSample) -> None:
        """Also with no button held: sketches follow the pointer."""
        tool = self._canvas.state.tool
        if self._was_broken_off():
            return
        if self._drag is not None:
            if self._size_mm != tip_size_mm(self._canvas.state.options) and isinstance(tool, DragTool):
                self._drag.close()  # the tip was resized in mid-stroke: the same gesture goes on with the new one
                self._begin(tool, self._last or sample)
            self._last = sample
            self._drag.send(sample)
        else:
            self.tell(replace(sample, event=Event.MOVE))

    def _begin(self, tool: DragTool, sample: PointerSample) -> None:
        options = self._canvas.state.options
        self._last, self._size_mm = sample, tip_size_mm(options)
        self._drag = tool.drag(self._drawing(), replace(sample, event=Event.PRESS), options)
        next(self._drag)

    def release(self, sample: PointerSample) -> None:
        if not self._pressed or self._was_broken_off():
            return
        self._pressed = False
        if self._drag is None:
            self.tell(replace(sample, event=Event.RELEASE))
            return
        drag, self._drag = self._drag, None
        try:
            drag.send(None)
        except StopIteration:
            pass
        else:
            drag.close()
        self._end_gesture()

    def _was_broken_off(self) -> bool:
        """Whether something else ended the stroke that is being drawn, which the user is told."""
        editor = self._canvas.state.editor
        if self._drag is None or (editor is not None and editor.in_gesture):
            return False
        self._let_go()
        self._canvas.stroke_refused.emit(tr("The stroke ended: something else changed the mask meanwhile."))
        return True

    def tell(self, sample: PointerSample) -> bool:
        """Tell the sketch of the tool in hand of an event; False where there is none or it means nothing to it."""
        state, sketch = self._canvas.state, self._sketch()
        if sketch is None or state.editor is None or state.tool is None or state.editor.in_gesture:
            return False
        if sample.event is not Event.MOVE and sample.event is not Event.LEAVE:
            reason = why_not_draw(state, sample.normal_axis, sample.slice_number)
            if reason and sample.event in (Event.CLOSE, Event.PASTE, Event.REMOVE):
                self._canvas.stroke_refused.emit(reason)
                return True
        state.editor.begin_gesture(state.tool.title)
        acted = sketch.take(self._drawing(), sample, state.options)
        self._end_gesture()
        return acted

    def tool_taken(self) -> None:
        """Another tool is in the hand: show what was drawn with it before."""
        self._show(())
        sketch = self._sketch()
        if sketch is not None:
            sketch.shown(self._drawing())

    def cancel(self) -> bool:
        """Take back the stroke that is being drawn; sketches stay. False when there is none."""
        if self._let_go():
            if self._canvas.state.editor is not None:
                self._canvas.state.editor.cancel_stroke()
            return True
        pressed, self._pressed, sketch = self._pressed, False, self._sketch()
        if not pressed or sketch is None or not sketch.let_go():
            return False
        sketch.shown(self._drawing())
        return True

    def _let_go(self) -> bool:
        """End the drag of a stroke without its release; False when there is none."""
        drag, self._drag = self._drag, None
        if drag is None:
            return False
        self._pressed = False
        drag.close()
        self._show(())
        return True

    def _sketch(self) -> Sketch | None:
        state = self._canvas.state
        if not isinstance(state.tool, SketchTool) or state.editor is None:
            return None
        if state.tool.id not in state.sketches:
            state.sketches[state.tool.id] = state.tool.sketch()
        return state.sketches[state.tool.id]

    def _drawing(self) -> MaskDrawing:
        canvas, state = self._canvas, self._canvas.state
        assert state.editor is not None
        return MaskDrawing(
            state.editor, state.volume, self._show, self._choose, canvas.stroke_refused.emit, self._place_seed
        )

    def _place_seed(self, seed: PointerSample) -> None:
        """Told of when the gesture is over: what is done from there is no part of it."""
        self._seed = seed

    def _show(self, drafts: tuple[Draft, ...]) -> None:
        if drafts or self._canvas.state.tool_drafts:
            self._canvas.state.tool_drafts = drafts
            self._canvas.update()
            self._canvas.drafts_changed.emit()

    def _choose(self, options: Any) -> None:
        self._canvas.options_chosen.emit(options)

    def _end_gesture(self) -> None:
        editor = self._canvas.state.editor
        if editor is not None and editor.end_gesture() is not None:
            self._canvas.gesture_finished.emit()
        seed, self._seed = self._seed, None
        if seed is not None:
            self._canvas.seed_placed.emit(seed)
