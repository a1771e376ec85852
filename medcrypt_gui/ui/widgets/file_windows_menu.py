"""Window > Windows of the file: what the series of the active view itself offers, filled each time the menu opens."""

from __future__ import annotations

from PySide6.QtWidgets import QMenu, QWidget

from medcrypt_gui.core.imaging.file_window import FileWindow
from medcrypt_gui.core.imaging.lookup_table import LookupTable
from medcrypt_gui.core.imaging.volume import Window
from medcrypt_gui.core.language import tr
from medcrypt_gui.ui.viewer.corner_text import window_text
from medcrypt_gui.ui.viewer.viewer_panel import ViewerPanel


class FileWindowsMenu(QMenu):
    """Choosing one shows it in that view."""

    def __init__(self, viewer: ViewerPanel, parent: QWidget | None = None) -> None:
        super().__init__(tr("&Windows of the file"), parent)
        self.setObjectName("menuFileWindows")
        self._viewer = viewer
        self.aboutToShow.connect(self._fill)

    def _fill(self) -> None:
        self.clear()
        series = self._viewer.active_state.series
        windows = series.file_windows if series is not None else ()
        for window in windows:
            # An ampersand in a name is no mnemonic.
            action = self.addAction(_text(window).replace("&", "&&"))
            action.triggered.connect(lambda _checked=False, chosen=window: self._viewer.commands.set_window(chosen))
        if self.isEmpty():
            self.addAction(tr("The file names none")).setEnabled(False)


def _text(window: Window) -> str:
    name = window.name if isinstance(window, FileWindow) and not isinstance(window.curve, LookupTable) else ""
    return f"{name}   {window_text(window)}" if name else window_text(window)
