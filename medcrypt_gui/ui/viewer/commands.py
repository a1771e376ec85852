"""What keys and menus ask of the viewer: one method per command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from medcrypt_gui.core.imaging.volume import Window
from medcrypt_gui.core.imaging.windowing import (
    UserPreset,
    default_window,
    file_window,
    full_range,
    percentile_window,
    presets_for,
    without,
)
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.tools.base import Event
from medcrypt_gui.ui.viewer.cells import GuestCell
from medcrypt_gui.ui.viewer.guest import Guest
from medcrypt_gui.ui.viewer.plane_canvas import PlaneCanvas
from medcrypt_gui.ui.viewer.view_state import LeftDrag

if TYPE_CHECKING:
    from medcrypt_gui.ui.viewer.viewer_panel import ViewerPanel

_OPACITY_STEP = 0.1
_MANY_SLICES = 10
_PRESET = "preset_"


class ViewerCommands:
    """The commands of one `ViewerPanel`; those about slices act on its active view."""

    def __init__(self, panel: ViewerPanel) -> None:
        self._panel = panel
        self.user_presets: tuple[UserPreset, ...] = ()

    def run(self, name: str) -> bool:
        """Carry out the command of that name in `keys.VIEW_KEYS`; False where it means nothing here."""
        if name.startswith(_PRESET):
            return self.apply_preset(int(name.removeprefix(_PRESET)))
        return getattr(self, name)() is not False

    def step(self, slices: int) -> None:
        self._panel.cine.stop()
        self._panel.active_canvas.step(slices)

    def previous_slice(self) -> None:
        self.step(-1)

    def next_slice(self) -> None:
        self.step(1)

    def back_ten(self) -> None:
        self.step(-_MANY_SLICES)

    def on_ten(self) -> None:
        self.step(_MANY_SLICES)

    def first_slice(self) -> None:
        self.step(-self._panel.active_canvas.slice_number)

    def last_slice(self) -> None:
        if self._panel.active_canvas.view is not None:
            self.step(self._panel.active_canvas.view.count)

    def next_view(self) -> None:
        focused = QApplication.focusWidget()
        here = focused if focused in self._panel.findChildren(QWidget) else None
        following = self._panel.hanging.next_stop(here or self._panel.active_canvas)
        if following is not None:
            following.setFocus(Qt.FocusReason.TabFocusReason)
        if isinstance(following, PlaneCanvas):
            self._panel.activate(following)

    def reset_view(self) -> None:
        """Window, inversion, zoom and position as when the volume was opened; the crosshair stays."""
        self._panel.active_state.inverted = False
        self.fit()
        if self._panel.active_state.volume is not None:
            self.set_window(default_window(self._panel.active_state.volume))

    def fit(self) -> None:
        self._panel.fit()

    def show_file_window(self) -> None:
        if self._panel.active_state.volume is not None:
            self.set_window(file_window(self._panel.active_state.volume))

    def show_full_range(self) -> None:
        if self._panel.active_state.volume is not None:
            self.set_window(full_range(self._panel.active_state.volume))

    def show_automatic_window(self) -> None:
        """From the values of the whole volume, whatever the file says."""
        if self._panel.active_state.volume is not None:
            self.set_window(percentile_window(self._panel.active_state.volume))

    def apply_preset(self, number: int) -> bool:
        """The preset under that key; False where the modality has none."""
        modality = self._panel.active_state.modality
        windows = {preset.key: preset.window for preset in presets_for(modality)}
        windows.update({one.key: one.window for one in self.user_presets if one.modality == modality})
        window = windows.get(str(number))
        if window is not None:
            self.set_window(window)
        return window is not None

    def keep_user_window(self) -> None:
        """Keep the present window under 9, for this modality."""
        state = self._panel.active_state
        if state.volume is None:
            return
        preset = UserPreset(state.modality, tr("My window"), state.window, "9")
        self.user_presets = (*without(self.user_presets, preset.modality, preset.name, preset.key), preset)
        self._panel.user_preset_kept.emit(preset)

    def set_window(self, window: Window) -> None:
        """Of the active view's series."""
        self._panel.set_window(window, self._panel.hanging.active_guest)

    def toggle_inverted(self) -> None:
        self._panel.active_state.inverted = not self._panel.active_state.inverted
        self._panel.redraw()

    def toggle_mask(self) -> None:
        self._panel.change_overlay(visible=not self._panel.state.mask_visible)

    def toggle_outline(self) -> None:
        self._panel.change_overlay(outline=not self._panel.state.outline)

    def less_opaque(self) -> None:
        self._panel.change_overlay(opacity=max(round(self._panel.state.opacity - _OPACITY_STEP, 2), 0.0))

    def more_opaque(self) -> None:
        self._panel.change_overlay(opacity=min(round(self._panel.state.opacity + _OPACITY_STEP, 2), 1.0))

    def smaller_tip(self) -> None:
        self._panel.resize_tip(-1)

    def larger_tip(self) -> None:
        self._panel.resize_tip(1)

    def toggle_names(self) -> None:
        self._panel.shared.set_names_hidden(not self._panel.state.names_hidden)

    def toggle_tilted_as_stored(self) -> None:
        self._panel.shared.set_tilted_as_stored(not self._panel.state.tilted_as_stored)

    def toggle_graphics(self) -> None:
        self._panel.shared.set_graphics_visible(not self._panel.state.graphics_visible)

    def toggle_crosshair(self) -> None:
        self._panel.shared.set_crosshair_visible(not self._panel.state.crosshair_visible)

    def drag_windows(self) -> None:
        self._panel.shared.set_left_drag(LeftDrag.WINDOW)

    def drag_windows_box(self) -> None:
        self._panel.shared.set_left_drag(LeftDrag.WINDOW_BOX)

    def drag_pans(self) -> None:
        self._panel.shared.set_left_drag(LeftDrag.PAN)

    def drag_zooms(self) -> None:
        self._panel.shared.set_left_drag(LeftDrag.ZOOM)

    def drag_crosshair(self) -> None:
        self._panel.shared.set_left_drag(LeftDrag.CROSSHAIR)

    def drag_measures_distance(self) -> None:
        self._panel.shared.set_left_drag(LeftDrag.DISTANCE)

    def drag_measures_angle(self) -> None:
        self._panel.shared.set_left_drag(LeftDrag.ANGLE)

    def drag_measures_ellipse(self) -> None:
        self._panel.shared.set_left_drag(LeftDrag.ELLIPSE)

    def drag_measures_rectangle(self) -> None:
        self._panel.shared.set_left_drag(LeftDrag.RECTANGLE)

    def complete(self) -> bool:
        """The shape that is being drawn in the slice that is shown; else accept what is suggested."""
        if not self._panel.active_canvas.tool_event(Event.CLOSE):
            self._panel.accept_requested.emit()
        return True

    def drop_point(self) -> bool:
        """The last one of the shape that is being drawn; False where there is none."""
        return self._panel.active_canvas.tool_event(Event.DROP)

    def paste_shape(self) -> bool:
        return self._panel.active_canvas.tool_event(Event.PASTE)

    def remove_measurement(self) -> None:
        """A shape's point under the pointer; else the selected measurement, else the last one."""
        if self._panel.active_canvas.tool_event(Event.REMOVE):
            return
        state = self._panel.active_state
        chosen = state.selected if state.selected is not None else next(iter(state.measurements[-1:]), None)
        if chosen is not None:
            self._panel.measurements.remove(chosen)

    def remove_all_measurements(self) -> None:
        if self._panel.active_state.measurements:
            self._panel.measurements.remove()

    def toggle_cine(self) -> None:
        self._panel.cine.toggle()

    def previous_series(self) -> None:
        self._turn_series(-1)

    def next_series(self) -> None:
        self._turn_series(1)

    def _turn_series(self, further: int) -> None:
        """Of the active cell: a guest, or the main series."""
        cell = self._panel.hanging.cell_of(self._panel.active_canvas)
        if isinstance(cell, GuestCell):
            self._panel.hanging.next_series(further, cell)
        else:
            self._panel.series_requested.emit(further)

    def toggle_link(self) -> None:
        """Of the active guest, or of all while the main series is active."""
        for guest in self._guests_meant():
            self._panel.linker.toggle(guest)

    def link_from_here(self) -> None:
        for guest in self._guests_meant():
            self._panel.linker.link_from_here(guest)

    def toggle_window_link(self) -> None:
        for guest in self._guests_meant():
            self._panel.linker.toggle_window(guest)

    def _guests_meant(self) -> list[Guest]:
        active = self._panel.hanging.active_guest
        return [active] if active is not None else [one for one in self._panel.hanging.guests if one.state.volume]

    def stop(self) -> None:
        """End the stroke or shape being drawn, else what plays, else reject what is suggested."""
        if self._panel.cancel_stroke() or self._panel.active_canvas.tool_event(Event.CANCEL):
            return
        if self._panel.state.playing is not None:
            self._panel.cine.stop()
        else:
            self._panel.reject_requested.emit()
