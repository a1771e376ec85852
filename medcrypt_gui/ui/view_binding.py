"""Keeps the viewer true to the session: volume, mask, tool, how the mask is drawn, badges."""

from __future__ import annotations

from PySide6.QtCore import QObject

from medcrypt_gui.ui.session import Lock, Session, Step
from medcrypt_gui.ui.viewer.viewer_panel import ViewerPanel

_BADGES = {Lock.LOCKED: ("locked, not verified",), Lock.UNLOCKED: ("decrypted in memory",)}


class ViewBinding(QObject):
    """Tools are in the hand only in step Correct; elsewhere the left button sets the window."""

    def __init__(self, session: Session, viewer: ViewerPanel, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._viewer = session, viewer
        session.volume_changed.connect(self._on_volume_changed)
        session.mask_replaced.connect(self._on_mask_replaced)
        session.slices_loaded.connect(viewer.notify_slices_loaded)
        session.step_changed.connect(self._refresh_tool)
        session.tool_changed.connect(self._refresh_tool)
        session.tool_options_changed.connect(self._refresh_tool)
        session.lock_changed.connect(self._on_lock_changed)

    def _on_volume_changed(self) -> None:
        if self._session.volume is not None:
            self._viewer.set_volume(self._session.volume, self._session.series)

    def _on_mask_replaced(self) -> None:
        self._viewer.set_editor(self._session.editor)
        self._refresh_tool()

    def _refresh_tool(self) -> None:
        session = self._session
        if session.step is Step.CORRECT and session.editor is not None:
            self._viewer.set_tool(session.tool, session.tool_options)
        else:
            self._viewer.set_tool(None)

    def _on_lock_changed(self) -> None:
        self._viewer.set_badges(_BADGES.get(self._session.lock, ()))
