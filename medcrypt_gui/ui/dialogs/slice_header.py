"""The header behind the slice that is shown: read in the background, then browsed."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from medcrypt_gui.core.language import tr
from medcrypt_gui.services.messages import explain
from medcrypt_gui.services.open_study import header_of
from medcrypt_gui.ui.dialogs.header_browser import HeaderBrowser
from medcrypt_gui.ui.flows.desk import Desk
from medcrypt_gui.ui.viewer.view_state import ViewState


class SliceHeader(QObject):
    """Of a locked series the header says only what everybody may read anyway."""

    said = Signal(str)
    failed = Signal(object)  # a Message

    def __init__(self, desk: Desk, shown: ViewState, window: QWidget) -> None:
        super().__init__(window)
        self._desk, self._shown, self._window = desk, shown, window

    def show(self) -> None:
        """Of the slice that the crosshair is in."""
        series = self._desk.session.series
        if series is None:
            self.said.emit(tr("Nothing is open that has a header."))
            return
        z, readers = self._shown.crosshair[2], self._desk.workbench.readers
        of_what = tr("Slice {n} of {count}", n=z + 1, count=series.geometry.shape[0])
        self._desk.jobs.start(
            tr("Reading the header"),
            lambda _task: header_of(series, z, readers),
            lambda entries: self._browse(HeaderBrowser(of_what, entries, self._window)),
            lambda error: self.failed.emit(explain(error)),
            harmless=True,
        )

    def _browse(self, browser: HeaderBrowser) -> None:
        browser.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        browser.show()
