"""What the user chose for all views at once: those of the main series and those of its guests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from medcrypt_gui.core.imaging.colour_maps import ColourMap
from medcrypt_gui.ui.viewer.view_state import LeftDrag

if TYPE_CHECKING:
    from medcrypt_gui.ui.viewer.viewer_panel import ViewerPanel


class SharedOptions(QObject):
    """Of a `ViewerPanel`. They lie in the main series' `ViewState`; guests take them over from there."""

    left_drag_changed = Signal(object)  # a LeftDrag

    def __init__(self, panel: ViewerPanel) -> None:
        super().__init__(panel)
        self._panel = panel
        self._state = panel.state

    def set_left_drag(self, action: LeftDrag) -> None:
        """What dragging with the left button does in view mode."""
        if not self._state.editing:
            self._panel.cancel_stroke()  # an angle that was begun; a tool's stroke goes on
        self._state.left_drag = action
        self._panel.hanging.share()
        self.left_drag_changed.emit(action)

    def set_neurological(self, neurological: bool) -> None:
        """The patient's left on the left of the screen, with a permanent badge; radiological when False."""
        self._state.neurological = neurological
        self._lay_out_anew()

    def set_tilted_as_stored(self, as_stored: bool) -> None:
        """Show sheared grids as if their axes were perpendicular, with a badge that says so."""
        self._state.tilted_as_stored = as_stored
        self._lay_out_anew()

    def set_smooth(self, smooth: bool) -> None:
        """Interpolate between voxels, or show them as they are."""
        self._state.smooth = smooth
        self._show()

    def set_colour_map(self, colour_map: ColourMap) -> None:
        """Show the grey levels of the active view's modality so from now on."""
        self._state.colour_maps[self._panel.active_state.modality] = colour_map
        self._panel.redraw()  # all states have the same table

    def set_names_hidden(self, hidden: bool) -> None:
        """Hide whom the images show, for screenshots."""
        self._state.names_hidden = hidden
        self._show()

    def set_crosshair_visible(self, visible: bool) -> None:
        """Draw the crosshair, or leave it out."""
        self._state.crosshair_visible = visible
        self._show()

    def set_graphics_visible(self, visible: bool) -> None:
        """Show what the files lay over their images, or leave it out."""
        self._state.graphics_visible = visible
        self._show()

    def _show(self) -> None:
        self._panel.hanging.share()
        self._panel.redraw()

    def _lay_out_anew(self) -> None:
        self._panel.hanging.share()
        self._panel.lay_out_anew()
