"""The three linked views as one widget: what the main window talks to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from medcrypt_gui.core.imaging.planes import Plane, acquired_plane
from medcrypt_gui.core.imaging.series import Series
from medcrypt_gui.core.imaging.slab import Projection, Slab
from medcrypt_gui.core.imaging.volume import Volume, Window
from medcrypt_gui.core.imaging.windowing import default_window
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.mask.box import Box
from medcrypt_gui.core.mask.editor import MaskEditor
from medcrypt_gui.core.tools.base import Tool, resized
from medcrypt_gui.ui.jobs import JobRunner
from medcrypt_gui.ui.viewer.canvas_signals import connect_main
from medcrypt_gui.ui.viewer.cine import Cine
from medcrypt_gui.ui.viewer.commands import ViewerCommands
from medcrypt_gui.ui.viewer.extra_views import Extra
from medcrypt_gui.ui.viewer.guest import Guest
from medcrypt_gui.ui.viewer.hanging import Hanging
from medcrypt_gui.ui.viewer.keys import KeyMap
from medcrypt_gui.ui.viewer.measurement_list import MeasurementList
from medcrypt_gui.ui.viewer.plane_canvas import Index, PlaneCanvas
from medcrypt_gui.ui.viewer.series_drag import DropTarget
from medcrypt_gui.ui.viewer.shared_options import SharedOptions
from medcrypt_gui.ui.viewer.view_grid import Arrangement
from medcrypt_gui.ui.viewer.view_state import Mark, MaskTrial, ViewState

_FIRST_SLAB_MM = 10.0


class ViewerPanel(QWidget):
    """Axial, sagittal and coronal views of one volume, linked by a crosshair, with a mask that tools edit in them."""

    volume_shown = Signal()  # another volume, or none, or the same one with other voxels
    slices_loaded = Signal()  # more of it was read
    editor_changed = Signal()  # another mask, or none
    redrawn = Signal()  # how things are shown may have changed
    crosshair_moved = Signal(int, int, int)  # index x, y, z
    hovered = Signal(str)  # value and place under the cursor; empty when it is elsewhere
    window_changed = Signal(float, float)  # level, width
    overlay_changed = Signal(float, bool, bool)  # opacity 0 to 1, outline, visible; changed by a key
    tool_options_changed = Signal(object)  # the options, after the tip's size was changed in a view
    gesture_finished = Signal()  # a stroke became an undo step
    drafts_changed = Signal()  # what the tool in hand shows before it changes anything
    stroke_refused = Signal(str)  # why the tool in hand changes nothing, or what to do next
    seed_placed = Signal(object)  # a PointerSample: the tool in hand asks for its operation there
    view_activated = Signal()  # keys act on another view
    accept_requested = Signal()  # Enter, while no shape is being drawn
    reject_requested = Signal()  # Esc, while nothing is being drawn or played
    phase_requested = Signal(int)  # so many volumes further on
    series_requested = Signal(int)  # so many series further on
    menu_requested = Signal(QPoint)  # right-click in view mode, global position
    measurement_menu_requested = Signal(QPoint)  # right-click on a measurement, global position
    user_preset_kept = Signal(object)  # a UserPreset

    def __init__(self, parent: QWidget | None = None, jobs: JobRunner | None = None) -> None:
        super().__init__(parent)
        self.jobs = jobs  # for views that compute in the background
        self.setObjectName("viewer")
        self.setAccessibleName(tr("Image views"))
        self.state = ViewState()
        self.canvases = tuple(PlaneCanvas(plane, self.state, self) for plane in Plane)
        self._active = self.canvases[0]
        self.commands = ViewerCommands(self)
        self.keys = KeyMap()
        self.cine = Cine(self)
        self.shared = SharedOptions(self)
        self.measurements = MeasurementList(self)
        self._slab_mm = _FIRST_SLAB_MM
        self._stop_listening: tuple[Callable[[], None], ...] = ()
        self.hanging = Hanging(self)
        self.linker = self.hanging.linker
        DropTarget(self, self.hanging.area_at, self.hanging.show_series)
        for canvas in self.canvases:
            connect_main(self, canvas)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._on_focus_changed)
        self.activate(self._active)
        self.hanging.set_arrangement(Arrangement.FOCUS)

    # What is shown

    def set_volume(self, volume: Volume | None, series: Series | None = None, keep_view: bool = False) -> None:
        """Show a volume from its middle, or nothing. ``series`` gives the corner texts.

        ``keep_view`` keeps crosshair, window and zoom: the same grid with other voxels, such as a series just unlocked.
        """
        self.cancel_stroke()  # while it can still be taken back where it was begun
        state = self.state
        if state.editor is not None and (volume is None or state.editor.geometry.shape != volume.geometry.shape):
            self.set_editor(None)  # the mask of the volume before does not lie on this one
        state.volume, state.series = volume, series
        state.loaded_revision += 1
        if volume is None or not keep_view:
            state.trial, state.marks = None, ()
            self._begin_view(volume)
        else:
            self.linker.begin()
        self.redraw()
        self.volume_shown.emit()

    def _begin_view(self, volume: Volume | None) -> None:
        """Middle slices, the file's window, everything fitted."""
        state = self.state
        state.inverted = False
        self.cine.stop()
        state.measurements, state.draft, state.selected = (), None, None
        if volume is not None:
            z, y, x = volume.geometry.shape
            state.crosshair = (x // 2, y // 2, z // 2)
            self.set_window(default_window(volume))
            acquired = acquired_plane(volume.geometry)
            self.activate(next(canvas for canvas in self.canvases if canvas.plane is acquired))
        for canvas in self.canvases:
            canvas.show_volume()
        self.hanging.main_changed(state.series)
        if volume is not None:
            self.linker.begin()
            self.announce_crosshair()

    def notify_slices_loaded(self) -> None:
        """More slices of the volume have been read: redraw."""
        self.state.loaded_revision += 1
        self.redraw()
        self.slices_loaded.emit()

    def set_badges(self, badges: Sequence[str]) -> None:
        """Short warnings shown in every view: "locked, not verified", "irregular spacing"."""
        self.state.badges = tuple(badges)
        self.redraw()

    def set_window(self, window: Window, guest: Guest | None = None) -> None:
        """Use this grey-level window in the main series, which is announced, or in a guest."""
        if self.linker.set_window(window, guest):
            self.window_changed.emit(window.level, window.width)

    @property
    def slab_mm(self) -> float:
        """How thick a slab is, or would be."""
        return self._slab_mm

    def set_slab(self, projection: Projection | None, thickness_mm: float | None = None) -> None:
        """Show a slab in place of a slice, as thick as the last one unless told; None for single slices."""
        self._slab_mm = thickness_mm or self._slab_mm
        self.active_state.slab = Slab(projection, self._slab_mm) if projection is not None else None
        self.redraw()

    def set_crosshair(self, index: Index) -> None:
        """Move all views to a voxel ``(x, y, z)``; a voxel outside the volume is moved to its edge."""
        if self.state.volume is None:
            return
        sizes = self.state.volume.geometry.shape[::-1]
        x, y, z = (min(max(int(i), 0), n - 1) for i, n in zip(index, sizes, strict=True))
        self.linker.move_main((x, y, z))

    def announce_crosshair(self) -> None:
        """The crosshair was moved."""
        self.crosshair_moved.emit(*self.state.crosshair)

    # The mask, and the tool that edits it

    def set_editor(self, editor: MaskEditor | None) -> None:
        """Show and edit this mask; it lies on the volume's grid."""
        self.cancel_stroke()
        for stop in self._stop_listening:
            stop()
        if editor is not self.state.editor:
            self.state.sketches.clear()  # they lie on the mask that was there before
        self.state.editor, self._stop_listening = editor, ()
        self.canvases[0].tool_taken()
        if editor is not None:
            self._stop_listening = editor.on_changed(self.refresh), editor.on_table_changed(self._mode_changed)
        self._mode_changed()
        self.editor_changed.emit()

    def refresh(self, box: Box | None = None) -> None:
        """Redraw where the mask changed; the editor does this by itself."""
        for canvas in self.canvases:
            canvas.mask_changed(box)
        self.redrawn.emit()

    def set_tool(self, tool: Tool | None, options: Any = None) -> None:
        """Take a tool in hand with these options (default: the tool's own), or None for view mode."""
        self.cancel_stroke()
        self._rest_tool(False)
        self.state.tool = tool
        self.state.options = options if options is not None or tool is None else tool.options_type()
        self.canvases[0].tool_taken()
        self._mode_changed()

    def set_tool_options(self, options: Any) -> None:
        """Change the options of the tool in hand."""
        self.state.options = options
        self.redraw()

    def resize_tip(self, notches: int) -> None:
        """Make the tip of the tool in hand larger or smaller and announce its options."""
        if self.state.tool is not None:
            self.choose_tool_options(resized(self.state.options, notches))

    def choose_tool_options(self, options: Any) -> None:
        """Take other options of the tool in hand, and announce them."""
        self.set_tool_options(options)
        self.tool_options_changed.emit(options)

    def _rest_tool(self, resting: bool) -> None:
        if (self.state.tool is not None or not resting) and self.state.tool_resting is not resting:
            self.state.tool_resting = resting
            self._mode_changed()

    def _on_focus_changed(self, _before: QWidget | None, now: QWidget | None) -> None:
        """Space is let go of elsewhere, of which nothing is heard here."""
        if not isinstance(now, PlaneCanvas):
            self._rest_tool(False)

    def _mode_changed(self) -> None:
        for canvas in self.canvases:
            canvas.mode_changed()
        self.redrawn.emit()

    def cancel_stroke(self) -> bool:
        """Take back the stroke being drawn; False when there is none."""
        return any(canvas.cancel_stroke() for canvas in self._all_canvases())

    def set_overlay(self, opacity: float, outline: bool, visible: bool) -> None:
        """How the mask is drawn; announces nothing."""
        self.state.opacity, self.state.outline, self.state.mask_visible = opacity, outline, visible
        self.redraw()

    def change_overlay(
        self, opacity: float | None = None, outline: bool | None = None, visible: bool | None = None
    ) -> None:
        """Change how the mask is drawn and announce it."""
        state = self.state
        self.set_overlay(
            state.opacity if opacity is None else opacity,
            state.outline if outline is None else outline,
            state.mask_visible if visible is None else visible,
        )
        self.overlay_changed.emit(state.opacity, state.outline, state.mask_visible)

    def set_trial(self, trial: MaskTrial | None) -> None:
        """Show this mask in place of the editor's; call it again when the trial changed, with None to end it."""
        self.state.trial = trial
        self._marks_changed()

    def set_marks(self, marks: Sequence[Mark]) -> None:
        """Draw these regions over the mask; they lie on the volume's grid."""
        self.state.marks = tuple(marks)
        self._marks_changed()

    def _marks_changed(self) -> None:
        for canvas in self.canvases:
            canvas.all_changed()

    # Arrangement

    @property
    def arrangement(self) -> Arrangement:
        return self.hanging.arrangement

    def set_arrangement(self, arrangement: Arrangement) -> None:
        """Share the space among the views; what each cell shows is the `Hanging`'s."""
        self.hanging.set_arrangement(arrangement)

    @property
    def extra(self) -> Extra:
        """What the fourth of four views shows."""
        return self.hanging.extra

    def show_extra(self, kind: Extra) -> None:
        """Show an extra in the cell that has one, or as the fourth of four equal ones."""
        self.hanging.show_extra(kind)

    def toggle_maximised(self) -> None:
        """Show the view that has the focus alone, or all views again."""
        self.hanging.toggle_maximised(self.focused_view)

    @property
    def focused_view(self) -> QWidget:
        """The view that the user acts on: an extra while it has the focus, else the active one."""
        return self.hanging.focused_extra or self._active

    @property
    def active_canvas(self) -> PlaneCanvas:
        """The view that keys act on."""
        return self._active

    @property
    def active_state(self) -> ViewState:
        """What the active view shows: the main series or a guest."""
        return self._active.state

    def activate(self, canvas: PlaneCanvas) -> None:
        """Make this the view that keys act on."""
        before, self._active = self._active, canvas
        for one in (before, canvas):
            one.is_active = one is canvas
            one.update()
        self.view_activated.emit()

    # All views

    def redraw(self) -> None:
        """Paint all views anew; those whose picture still holds do not compose it again."""
        for canvas in self._all_canvases():
            canvas.update()
        self.redrawn.emit()

    def fit(self) -> None:
        """Every view shows its whole plane; linked ones keep their common scale."""
        for canvas in self._all_canvases():
            canvas.fit()
        self.linker.align()

    def lay_out_anew(self) -> None:
        """Every view lays out its plane again, as another convention asks, and shows all of it."""
        for canvas in self._all_canvases():
            canvas.show_volume()
        self.linker.align()
        self.redrawn.emit()

    def _all_canvases(self) -> list[PlaneCanvas]:
        return [*self.canvases, *self.hanging.guest_canvases()]

    # Keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.handle_key(event):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._rest_tool(False)
        else:
            super().keyReleaseEvent(event)

    def handle_key(self, event: QKeyEvent) -> bool:
        """Do what a key press asks of the viewer; False when it means nothing here."""
        if event.key() == Qt.Key.Key_Space:
            self._rest_tool(True)
            return True
        name = self.keys.command(event)
        return name is not None and self.commands.run(name)
