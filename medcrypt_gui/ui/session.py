"""What is open and selected, and how far the work is: the one observable that panels, flows and the window share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from medcrypt_gui.core.imaging.series import OpenResult, Series
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.language import mark
from medcrypt_gui.core.mask.editor import MaskEditor
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.segmentation.corrected_slices import SlicePlace
from medcrypt_gui.core.segmentation.mask_origin import MaskOrigin
from medcrypt_gui.core.tools.base import Tool
from medcrypt_gui.core.tools.registry import tool as tool_of
from medcrypt_gui.ui.chosen_operation import ChosenOperation
from medcrypt_gui.ui.review_board import ReviewBoard

if TYPE_CHECKING:
    from medcrypt_gui.core.mask.statistics import LabelSizes
    from medcrypt_gui.services.find_doubts import Doubts
    from medcrypt_gui.ui.suggestion import Suggestion
    from medcrypt_gui.ui.viewer.view_state import MaskTrial


class Step(Enum):
    """A step of the work; the value is its name on screen."""

    OPEN = mark("Open")
    ROI = mark("Find ROI")
    CORRECT = mark("Correct")
    PROTECT = mark("Protect")
    CARD = mark("Card")
    UNLOCK = mark("Unlock")


PLAIN_STEPS = (Step.OPEN, Step.ROI, Step.CORRECT, Step.PROTECT, Step.CARD)
PROTECTED_STEPS = (Step.OPEN, Step.UNLOCK)


class Lock(Enum):
    """What the open series is, in the words of the status bar."""

    NOTHING = ""
    PLAIN = mark("not protected")
    PENDING = mark("protected copy has no key card yet")
    PROTECTED = mark("protected copy written, key card saved")
    LOCKED = mark("locked, not verified")
    UNLOCKED = mark("unlocked in memory, verified")


@dataclass(frozen=True)
class Overlay:
    """How the mask is drawn over the image; ``opacity`` from 0 to 1."""

    opacity: float = 0.4
    outline: bool = False
    visible: bool = True
    doubts: bool = True  # whether doubtful places are marked


@dataclass(frozen=True)
class Outcome:
    """What Protect wrote. The identity that opens it is kept by the card flow alone, never here."""

    folder: Path
    files: tuple[Path, ...]
    originals: Path
    share: float
    fingerprint_words: str
    card: tuple[Path, ...] = ()


class Session(QObject):
    """One open study. Setters check nothing; flows decide, the session tells everybody."""

    study_opened = Signal()
    series_selected = Signal()
    volume_changed = Signal()
    slices_loaded = Signal()
    volume_completed = Signal()
    mask_replaced = Signal()
    mask_edited = Signal()
    labels_changed = Signal()
    sizes_changed = Signal()
    step_changed = Signal()
    steps_changed = Signal()
    lock_changed = Signal()
    outcome_changed = Signal()
    tool_changed = Signal()
    tool_options_changed = Signal()
    overlay_changed = Signal()
    trial_changed = Signal()
    doubts_changed = Signal()
    suggestion_changed = Signal()
    corrected_changed = Signal()
    reviewed_changed = Signal()
    shown_slice_changed = Signal()
    slice_asked = Signal(int)
    place_changed = Signal()
    place_asked = Signal(int, int)  # an index axis (0 x, 1 y, 2 z), and the slice across it to be shown
    seed_placed = Signal(object)  # a PointerSample: the tool in hand asks for its operation there

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.sources: tuple[Path, ...] = ()
        self.found: OpenResult | None = None
        self.series: Series | None = None
        self.volume: Volume | None = None
        self.complete = False  # whether all slices of the volume were read
        self.editor: MaskEditor | None = None
        self.sizes: LabelSizes | None = None  # of the labels a moment ago; None until they are counted
        self.step = Step.OPEN
        self.steps: tuple[Step, ...] = PLAIN_STEPS
        self.reachable: frozenset[Step] = frozenset({Step.OPEN})
        self.done: frozenset[Step] = frozenset()
        self.lock = Lock.NOTHING
        self.outcome: Outcome | None = None
        self.tool: Tool = tool_of("brush")
        self.overlay = Overlay()
        self.trial: MaskTrial | None = None  # a threshold being tried; the mask itself is as before
        self.doubts: Doubts | None = None  # where the present proposal is least certain
        self.suggestion: Suggestion | None = None  # changes to look at, not accepted yet
        self.corrected: tuple[SlicePlace, ...] = ()  # the slices to learn from
        self.reviewed: frozenset[int] = frozenset()  # stored slices that the user called right
        self.why_not_learn = ""
        self.shown_slice = 0  # along the stored axis
        self.review = ReviewBoard(self)
        self.crosshair = (0, 0, 0)  # an index (x, y, z)
        self.view_axis = 2  # the index axis across the view that keys act on
        self.operations = ChosenOperation(self)
        self._options: dict[str, Any] = {}
        self._stop_listening: tuple[Callable[[], None], ...] = ()

    @property
    def tool_options(self) -> Any:
        """The options of the chosen tool; each tool keeps its own."""
        return self.options_of(self.tool)

    def options_of(self, tool: Tool) -> Any:
        return self._options.setdefault(tool.id, tool.options_type())

    def choose_tool(self, tool: Tool) -> None:
        self.tool = tool
        self.tool_changed.emit()

    def set_tool_options(self, options: Any) -> None:
        if options != self.tool_options:
            self._options[self.tool.id] = options
            self.tool_options_changed.emit()

    def set_overlay(self, overlay: Overlay) -> None:
        if overlay != self.overlay:
            self.overlay = overlay
            self.overlay_changed.emit()

    @property
    def origin(self) -> MaskOrigin | None:
        """Where the present mask came from; None while it was only drawn."""
        origin = self.editor.origin if self.editor is not None else None
        return origin if isinstance(origin, MaskOrigin) else None

    def set_trial(self, trial: MaskTrial | None) -> None:
        """Show a mask that is only tried, or its next state; None ends the trial."""
        self.trial = trial
        self.trial_changed.emit()

    def set_sizes(self, sizes: LabelSizes | None) -> None:
        """How large the labels are, as counted last."""
        self.sizes = sizes
        self.sizes_changed.emit()

    def set_doubts(self, doubts: Doubts | None) -> None:
        self.doubts = doubts
        self.doubts_changed.emit()

    def set_suggestion(self, suggestion: Suggestion | None) -> None:
        """Changes to look at, or None once they were accepted, rejected or overtaken."""
        if suggestion is not self.suggestion:
            self.suggestion = suggestion
            self.suggestion_changed.emit()

    def set_corrected(self, slices: tuple[SlicePlace, ...], why_not_learn: str) -> None:
        """What can be learned from, or the reason why nothing can."""
        self.corrected, self.why_not_learn = slices, why_not_learn
        self.corrected_changed.emit()

    def set_reviewed(self, slices: frozenset[int]) -> None:
        self.reviewed = slices
        self.reviewed_changed.emit()

    def set_shown_slice(self, z: int) -> None:
        """The views say which stored slice they show."""
        if z != self.shown_slice:
            self.shown_slice = z
            self.shown_slice_changed.emit()

    def set_place(self, crosshair: tuple[int, int, int], view_axis: int) -> None:
        """The views say where the user looks."""
        if (crosshair, view_axis) != (self.crosshair, self.view_axis):
            self.crosshair, self.view_axis = crosshair, view_axis
            self.place_changed.emit()

    def show_study(self, sources: tuple[Path, ...], found: OpenResult) -> None:
        """A new study was opened; nothing is selected in it yet."""
        self.sources, self.found = sources, found
        self.clear_series()
        self.study_opened.emit()

    def show_whole_study(self, sources: tuple[Path, ...], series: Series, volume: Volume, editor: MaskEditor) -> None:
        """Another study with this one series, all read, in place of the one before: nothing is shown in between."""
        self.sources, self.found = sources, OpenResult((series,))
        self.study_opened.emit()
        self.show_series(series, volume, editor)
        self.mark_done(Step.ROI)
        self.set_complete()

    def clear_series(self) -> None:
        self.series = self.volume = None
        self.complete = False
        self._take_editor(None)
        self._forget_findings()
        self.outcome = None
        self._set_steps(PLAIN_STEPS, frozenset({Step.OPEN}), frozenset())
        self.set_lock(Lock.NOTHING)
        self.go_to(Step.OPEN)
        self.series_selected.emit()
        self.volume_changed.emit()
        self.mask_replaced.emit()
        self.outcome_changed.emit()

    def show_series(self, series: Series, volume: Volume, editor: MaskEditor | None = None) -> None:
        """A series is shown, with this mask or an empty one. A protected one can only be unlocked."""
        self.series, self.volume, self.outcome, self.complete = series, volume, None, False
        self._forget_findings()
        self._take_editor(None if series.protected else editor or MaskEditor(RoiMask.empty(volume.geometry)))
        if series.protected:
            self._set_steps(PROTECTED_STEPS, frozenset(PROTECTED_STEPS), frozenset({Step.OPEN}))
        else:
            self._set_steps(PLAIN_STEPS, frozenset({Step.OPEN, Step.ROI, Step.CORRECT}), frozenset({Step.OPEN}))
        self.set_lock(Lock.LOCKED if series.protected else Lock.PLAIN)
        self.series_selected.emit()
        self.volume_changed.emit()
        self.mask_replaced.emit()
        self.outcome_changed.emit()

    def neighbour(self, further: int) -> Series | None:
        """The series so many places further on in the study; None beyond its ends."""
        uids = [series.uid for series in self.found.series] if self.found is not None else []
        if self.found is None or self.series is None or self.series.uid not in uids:
            return None
        place = uids.index(self.series.uid) + further
        return self.found.series[place] if 0 <= place < len(uids) else None

    def set_complete(self) -> None:
        """All slices are there."""
        self.complete = True
        self.slices_loaded.emit()
        self.volume_completed.emit()

    def replace_volume(self, volume: Volume) -> None:
        """The same series with other voxels: unlocked, or locked again."""
        self.volume = volume
        self.volume_changed.emit()

    def show_phase(self, series: Series, volume: Volume) -> None:
        """Another volume of the same series, whole: mask and steps stay as they are."""
        self.series, self.volume = series, volume
        self.volume_changed.emit()
        self.set_complete()

    def set_lock(self, lock: Lock) -> None:
        self.lock = lock
        self.lock_changed.emit()

    def set_outcome(self, outcome: Outcome | None) -> None:
        self.outcome = outcome
        self.outcome_changed.emit()

    def card_saved(self, files: tuple[Path, ...]) -> None:
        """The key card was written, read back and tried."""
        if self.outcome is not None:
            self.set_outcome(replace(self.outcome, card=(*self.outcome.card, *files)))
        self.set_lock(Lock.PROTECTED)
        self.mark_done(Step.CARD)

    def go_to(self, step: Step) -> None:
        if step in self.reachable and step is not self.step:
            self.step = step
            self.step_changed.emit()

    def mark_done(self, step: Step) -> None:
        """The step is done; it and the next one can be reached from now on."""
        following = self.steps[self.steps.index(step) : self.steps.index(step) + 2]
        self._set_steps(self.steps, self.reachable | set(following), self.done | {step})

    def mark_undone(self, *steps: Step) -> None:
        """What these steps gave holds no longer, and they can be reached no more."""
        self._set_steps(self.steps, self.reachable - set(steps), self.done - set(steps))

    def _set_steps(self, steps: tuple[Step, ...], reachable: frozenset[Step], done: frozenset[Step]) -> None:
        self.steps, self.reachable, self.done = steps, reachable, done
        self.steps_changed.emit()

    def _forget_findings(self) -> None:
        self.set_trial(None)
        self.set_doubts(None)
        self.set_suggestion(None)

    def _take_editor(self, editor: MaskEditor | None) -> None:
        for stop in self._stop_listening:
            stop()
        self.editor, self.sizes, self._stop_listening = editor, None, ()
        if editor is not None:
            self._stop_listening = (
                editor.on_changed(lambda _box: self.mask_edited.emit()),
                editor.on_table_changed(self.labels_changed.emit),
            )
