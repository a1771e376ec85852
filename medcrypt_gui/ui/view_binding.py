"""Keeps the viewer true to the session: volume, mask, tool, how the mask is drawn, badges."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject

from medcrypt_gui.core.imaging.series import Series
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.imaging.windowing import default_window
from medcrypt_gui.core.language import mark, tr
from medcrypt_gui.ui.palette import ADDED, DOUBT, REMOVED
from medcrypt_gui.ui.session import Lock, Session, Step
from medcrypt_gui.ui.viewer.view_state import Mark
from medcrypt_gui.ui.viewer.viewer_panel import ViewerPanel

_BADGES = {Lock.LOCKED: (mark("locked, not verified"),), Lock.UNLOCKED: (mark("decrypted in memory"),)}


class ViewBinding(QObject):
    """Tools are in the hand only in step Correct; elsewhere the left button sets the window."""

    def __init__(self, session: Session, viewer: ViewerPanel, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._viewer = session, viewer
        self._first_window, self._window_fits = viewer.state.window, False
        session.study_opened.connect(self._on_study_opened)
        session.volume_changed.connect(self._on_volume_changed)
        session.mask_replaced.connect(self._on_mask_replaced)
        session.slices_loaded.connect(self._on_slices_loaded)
        session.volume_completed.connect(self._fit_window)
        session.step_changed.connect(self._refresh_tool)
        session.tool_changed.connect(self._refresh_tool)
        session.tool_options_changed.connect(lambda: viewer.set_tool_options(session.tool_options))
        session.overlay_changed.connect(self._on_overlay_chosen)
        for signal in (session.lock_changed, session.volume_changed):
            signal.connect(self._refresh_badges)
        viewer.tool_options_changed.connect(session.set_tool_options)
        viewer.overlay_changed.connect(self._on_overlay_keyed)
        viewer.crosshair_moved.connect(lambda _x, _y, z: session.set_shown_slice(z))
        for signal in (viewer.crosshair_moved, viewer.view_activated, viewer.volume_shown):
            signal.connect(self._tell_place)
        viewer.seed_placed.connect(session.seed_placed)
        session.place_asked.connect(self._on_place_asked)
        session.trial_changed.connect(lambda: viewer.set_trial(session.trial))
        session.slice_asked.connect(self._on_slice_asked)
        for signal in (session.doubts_changed, session.suggestion_changed, session.overlay_changed):
            signal.connect(self._refresh_marks)
        session.step_changed.connect(self._refresh_marks)
        self._on_overlay_chosen()

    def _on_study_opened(self) -> None:
        found = self._session.found
        self._viewer.hanging.set_study(found.series if found is not None else ())

    def _on_volume_changed(self) -> None:
        """The same series with other voxels, unlocked or of another phase, is looked at from where the user stands."""
        same = _uid(self._session.series) == _uid(self._viewer.state.series)
        self._viewer.set_volume(self._session.volume, self._session.series, keep_view=same)
        self._first_window, self._window_fits = self._viewer.state.window, _some_loaded(self._session.volume)

    def _on_slices_loaded(self) -> None:
        self._viewer.notify_slices_loaded()
        if not self._window_fits and _some_loaded(self._session.volume):
            self._fit_window()

    def _fit_window(self) -> None:
        """Grey levels guessed from few slices, or from none, are guessed again unless the user chose others."""
        volume = self._session.volume
        if volume is not None and self._viewer.state.window == self._first_window:
            self._viewer.set_window(default_window(volume))
            self._first_window, self._window_fits = self._viewer.state.window, True

    def _on_mask_replaced(self) -> None:
        self._viewer.set_editor(self._session.editor)
        self._refresh_tool()

    def _refresh_tool(self) -> None:
        session = self._session
        if session.step is Step.CORRECT and session.editor is not None:
            self._viewer.set_tool(session.tool, session.tool_options)
        else:
            self._viewer.set_tool(None)

    def _on_overlay_chosen(self) -> None:
        overlay = self._session.overlay
        self._viewer.set_overlay(overlay.opacity, overlay.outline, overlay.visible)

    def _on_overlay_keyed(self, opacity: float, outline: bool, visible: bool) -> None:
        overlay = replace(self._session.overlay, opacity=opacity, outline=outline, visible=visible)
        self._session.set_overlay(overlay)

    def _on_slice_asked(self, z: int) -> None:
        x, y, _ = self._viewer.state.crosshair
        self._viewer.set_crosshair((x, y, z))

    def _on_place_asked(self, axis: int, slice_number: int) -> None:
        index = list(self._viewer.state.crosshair)
        index[axis] = slice_number
        self._viewer.set_crosshair((index[0], index[1], index[2]))

    def _tell_place(self) -> None:
        """Where the user looks in the series that is worked on, whatever guests show."""
        view = self._viewer.active_canvas.view if self._viewer.active_canvas in self._viewer.canvases else None
        axis = view.through_axis if view is not None else self._session.view_axis
        self._session.set_place(self._viewer.state.crosshair, axis)

    def _refresh_marks(self) -> None:
        """A suggestion is looked at by itself; doubts are shown where they can be acted on."""
        session = self._session
        marks: tuple[Mark, ...] = ()
        if session.suggestion is not None:
            added, removed, box = session.suggestion.added, session.suggestion.removed, session.suggestion.box
            marks = (Mark(added, ADDED, box=box), Mark(removed, REMOVED, hatched=True, box=box))
        elif session.doubts is not None and session.overlay.doubts and session.step is Step.CORRECT:
            marks = (Mark(session.doubts.regions, DOUBT, hatched=True),)
        if marks or self._viewer.state.marks:
            self._viewer.set_marks(marks)

    def _refresh_badges(self) -> None:
        series, volume = self._session.series, self._session.volume
        lock = tuple(tr(text) for text in _BADGES.get(self._session.lock, ()))
        paged = (tr("larger than memory"),) if volume is not None and volume.paged else ()
        self._viewer.set_badges((*lock, *(series.badges if series is not None else ()), *paged))


def _some_loaded(volume: Volume | None) -> bool:
    return volume is not None and (volume.loaded is None or bool(volume.loaded.any()))


def _uid(series: Series | None) -> str | None:
    return series.uid if series is not None else None
