"""What the cell beside the three planes can show. One kind is one widget, made when it is first asked for.

A maker gets the `ViewerPanel`; its widget listens to the panel's signals (``volume_shown``, ``window_changed``,
``crosshair_moved`` …) and calls its methods. Imports are deferred: what nobody looks at costs no start-up time.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.language import mark

if TYPE_CHECKING:
    from medcrypt_gui.ui.viewer.viewer_panel import ViewerPanel


class Extra(Enum):
    """The value is what users read."""

    HISTOGRAM = mark("Histogram")
    OBLIQUE = mark("Oblique plane")
    SURFACE = mark("3D surface")


def make_extra(kind: Extra, panel: ViewerPanel) -> QWidget:
    """The widget of that kind, not yet shown."""
    return _MAKERS[kind](panel)


def _histogram(panel: ViewerPanel) -> QWidget:
    from medcrypt_gui.ui.viewer.histogram import Histogram

    histogram = Histogram(panel)

    def show() -> None:
        histogram.show_volume(panel.state.volume, panel.state.window)

    histogram.window_chosen.connect(panel.set_window)
    histogram.maximise_requested.connect(lambda: panel.hanging.toggle_maximised(histogram))
    panel.window_changed.connect(histogram.show_window)
    panel.volume_shown.connect(show)
    panel.slices_loaded.connect(lambda: show() if _is_whole(panel.state.volume) else None)
    show()
    return histogram


def _is_whole(volume: Volume | None) -> bool:
    return volume is not None and (volume.loaded is None or bool(volume.loaded.all()))


def _oblique(panel: ViewerPanel) -> QWidget:
    from medcrypt_gui.ui.viewer.oblique_view import ObliqueView

    return ObliqueView(panel)


def _surface(panel: ViewerPanel) -> QWidget:
    from medcrypt_gui.ui.viewer.surface_view import SurfaceView

    view = SurfaceView(panel)
    view.crosshair_requested.connect(panel.set_crosshair)
    view.maximise_requested.connect(panel.toggle_maximised)
    view.menu_requested.connect(panel.menu_requested)
    return view


_MAKERS: dict[Extra, Callable[[ViewerPanel], QWidget]] = {
    Extra.HISTOGRAM: _histogram,
    Extra.OBLIQUE: _oblique,
    Extra.SURFACE: _surface,
}
