"""The left of the window: the series of the open study, or in their place the worklist that it belongs to."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from medcrypt_gui.ui.session import Session
from medcrypt_gui.ui.widgets.series_list import SeriesList
from medcrypt_gui.ui.widgets.worklist_panel import WorklistPanel


class LeftSide(QWidget):
    """A worklist takes the place of the series when it is opened; each can be shown and hidden by itself."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.worklist = WorklistPanel(session)
        self.series_list = SeriesList(session)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.worklist)
        row.addWidget(self.series_list)
        session.review.worklist_changed.connect(self._on_worklist_changed)

    def toggle_series_list(self) -> None:
        self.series_list.setVisible(self.series_list.isHidden())

    def toggle_worklist(self) -> None:
        some = self._session.review.worklist is not None
        self.worklist.setVisible(some and self.worklist.isHidden())

    def _on_worklist_changed(self) -> None:
        self.series_list.setVisible(self._session.review.worklist is None)
