"""Plays the slices of the active view, over and over, as clips are looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

if TYPE_CHECKING:
    from medcrypt_gui.ui.viewer.viewer_panel import ViewerPanel

_USUAL_MS = 1000 / 15  # where the file does not say how fast it was taken
_FASTEST_MS = 1000 / 60


class Cine(QObject):
    """Runs until it is toggled again, or until somebody chooses a slice."""

    def __init__(self, panel: ViewerPanel) -> None:
        super().__init__(panel)
        self._panel = panel
        self._state = panel.state  # of the series that plays
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._next)

    @property
    def playing(self) -> bool:
        return self._timer.isActive()

    def toggle(self) -> None:
        """Play or stop; nothing happens where there is only one slice."""
        view, series = self._panel.active_canvas.view, self._panel.active_state.series
        if self.playing or view is None or view.count < 2:
            self.stop()
            return
        told = series.frame_ms if series is not None else None
        step_ms = max(told or _USUAL_MS, _FASTEST_MS)
        self._state = self._panel.active_state
        self._state.playing = 1000 / step_ms
        self._timer.start(round(step_ms))
        self._panel.redraw()

    def stop(self) -> bool:
        """Stay at the present slice; False when nothing was playing."""
        was_playing = self.playing
        self._timer.stop()
        self._state.playing = None
        if was_playing:
            self._panel.redraw()
        return was_playing

    def _next(self) -> None:
        canvas = self._panel.active_canvas
        if canvas.view is None or canvas.state is not self._state:
            self.stop()
            return
        index = list(canvas.state.crosshair)
        index[canvas.view.through_axis] = (canvas.slice_number + 1) % canvas.view.count
        canvas.crosshair_requested.emit((index[0], index[1], index[2]))
