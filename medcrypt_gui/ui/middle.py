"""The middle of the window: how to begin, the views with the volumes below them, or all slices at a glance."""

from __future__ import annotations

from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from medcrypt_gui.ui.session import Session
from medcrypt_gui.ui.viewer.glance import Glance
from medcrypt_gui.ui.viewer.viewer_panel import ViewerPanel
from medcrypt_gui.ui.widgets.phase_bar import PhaseBar
from medcrypt_gui.ui.widgets.welcome import Welcome
from medcrypt_gui.ui.widgets.work_card import WorkCards


class Middle(QStackedWidget):
    """Follows the session; the glance stays while one study of a worklist gives way to the next."""

    def __init__(self, session: Session, viewer: ViewerPanel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._viewer = session, viewer
        self.welcome = Welcome()
        self.phases = PhaseBar(session)
        self.unsaved = WorkCards("unsavedHere", wide=True)
        self.glance = Glance(viewer)
        self._views = QWidget()
        below = QVBoxLayout(self._views)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(0)
        below.addWidget(self.unsaved)
        below.addWidget(viewer, 1)
        below.addWidget(self.phases)
        for page in (self.welcome, self._views, self.glance):
            self.addWidget(page)
        self.glance.left.connect(self.show_views)
        session.series_selected.connect(self._on_series_selected)

    @property
    def shows_glance(self) -> bool:
        return self.currentWidget() is self.glance

    def toggle_glance(self) -> None:
        """All slices at a glance, or the views again."""
        if self._session.series is None:
            return
        if self.shows_glance:
            self.show_views()
        else:
            self._viewer.cancel_stroke()
            self.setCurrentWidget(self.glance)
            self.glance.setFocus()

    def show_views(self) -> None:
        self.setCurrentWidget(self._views)
        self._viewer.active_canvas.setFocus()

    def focus_images(self) -> None:
        """Keys act on the images at once."""
        (self.glance if self.shows_glance else self._viewer.active_canvas).setFocus()

    def _on_series_selected(self) -> None:
        if self._session.series is None:
            self.setCurrentWidget(self.welcome)
        elif self.currentWidget() is self.welcome:
            self.setCurrentWidget(self._views)
