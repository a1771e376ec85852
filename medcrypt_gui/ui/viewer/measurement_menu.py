"""What a right-click on a measurement offers, and all of them on the clipboard."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu

from medcrypt_gui.core.imaging.measurement_table import table_of
from medcrypt_gui.core.imaging.measurements import lines_of
from medcrypt_gui.core.language import tr
from medcrypt_gui.ui.viewer.viewer_panel import ViewerPanel


class MeasurementMenu(QMenu):
    """Speaks of the selected measurement."""

    def __init__(self, viewer: ViewerPanel) -> None:
        super().__init__(viewer)
        self.setObjectName("menuMeasurement")
        self._viewer = viewer
        copy = self.addAction(tr("&Copy the value"))
        copy.setObjectName("copyValueAction")
        copy.triggered.connect(self._copy_value)
        remove = self.addAction(tr("&Remove"))
        remove.setObjectName("removeMeasurementAction")
        remove.triggered.connect(viewer.commands.remove_measurement)
        viewer.measurement_menu_requested.connect(self.popup)

    def _copy_value(self) -> None:
        state = self._viewer.active_state
        if state.selected is not None and state.volume is not None:
            QGuiApplication.clipboard().setText("\n".join(lines_of(state.selected, state.volume)))


def copy_all(viewer: ViewerPanel) -> int:
    """All measurements as a table on the clipboard; returns how many there are."""
    state = viewer.active_state
    if state.volume is None or not state.measurements:
        return 0
    # Spreadsheets take columns from tabs, whatever the system's list separator is. (As text alone: PySide 6.11 crashes
    # at the end of a program that put a QMimeData of its own on the clipboard.)
    QGuiApplication.clipboard().setText(table_of(state.measurements, state.volume, separator="\t"))
    return len(state.measurements)
