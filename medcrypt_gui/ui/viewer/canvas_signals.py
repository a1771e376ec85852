"""What a view's wishes lead to: in the main series, in a guest, and in any view."""

from __future__ import annotations

from typing import TYPE_CHECKING

from medcrypt_gui.core.language import tr
from medcrypt_gui.ui.viewer.guest import Guest
from medcrypt_gui.ui.viewer.plane_canvas import Index, PlaneCanvas

if TYPE_CHECKING:
    from medcrypt_gui.ui.viewer.viewer_panel import ViewerPanel


def connect_main(panel: ViewerPanel, canvas: PlaneCanvas) -> None:
    """A view of the series that is worked on."""
    _connect_any(panel, canvas)
    canvas.crosshair_requested.connect(panel.set_crosshair)
    canvas.window_requested.connect(panel.set_window)
    canvas.tip_resize_requested.connect(panel.resize_tip)
    canvas.phase_requested.connect(panel.phase_requested)
    canvas.measured.connect(panel.measurements.add)
    canvas.gesture_finished.connect(panel.gesture_finished)
    canvas.stroke_refused.connect(panel.stroke_refused)
    canvas.drafts_changed.connect(panel.drafts_changed)
    canvas.seed_placed.connect(panel.seed_placed)
    canvas.options_chosen.connect(panel.choose_tool_options)


def connect_guest(panel: ViewerPanel, canvas: PlaneCanvas, guest: Guest) -> None:
    """A view of a guest: nothing in it reaches the main series but what links them."""

    def move(index: Index) -> None:
        if canvas.view is not None:
            panel.linker.move_guest(guest, index, canvas.view.through_axis)

    def tell_why_not() -> None:
        if panel.state.editing:
            panel.stroke_refused.emit(tr("Tools draw in the series that is worked on; this one is only looked at."))

    _connect_any(panel, canvas)
    canvas.pressed.connect(tell_why_not)
    canvas.crosshair_requested.connect(move)
    canvas.window_requested.connect(lambda window: panel.set_window(window, guest))
    canvas.measured.connect(guest.add_measurement)


def _connect_any(panel: ViewerPanel, canvas: PlaneCanvas) -> None:
    canvas.scrolled.connect(panel.cine.stop)
    canvas.measurement_changed.connect(panel.redraw)
    canvas.maximise_requested.connect(panel.toggle_maximised)
    canvas.menu_requested.connect(panel.menu_requested)
    canvas.measurement_edited.connect(panel.measurements.replace)
    canvas.measurement_menu_requested.connect(panel.measurement_menu_requested)
    canvas.hovered.connect(panel.hovered)
    canvas.activated.connect(lambda: panel.activate(canvas))
    canvas.reframed.connect(lambda: panel.linker.on_reframed(canvas))
    canvas.resized.connect(panel.linker.align)
