"""The measurements of the series that is looked at: added, changed and removed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from medcrypt_gui.core.imaging.measurements import Measurement

if TYPE_CHECKING:
    from medcrypt_gui.ui.viewer.viewer_panel import ViewerPanel


class MeasurementList(QObject):
    """Of a `ViewerPanel`. They lie in the `ViewState` of their series; those of guests go with the guest."""

    changed = Signal()  # by hand, in the main series

    def __init__(self, panel: ViewerPanel) -> None:
        super().__init__(panel)
        self._panel = panel

    @Slot(object)
    def add(self, measurement: Measurement) -> None:
        """Show this measurement of the main series in its slice until it is removed or another series is shown."""
        state = self._panel.state
        state.measurements = (*state.measurements, measurement)
        self._panel.redraw()
        self.changed.emit()

    @Slot(object, object)
    def replace(self, before: Measurement, after: Measurement) -> None:
        """What was ``before`` in the active view's series became ``after``, and is the selected one."""
        present = self._panel.active_state.measurements
        if before not in present:
            return  # of a series that is gone
        self._set(tuple(after if one == before else one for one in present), after)

    def remove(self, *measurements: Measurement) -> None:
        """Remove these of the active view's series, or all of them."""
        present = self._panel.active_state.measurements
        self._set(tuple(one for one in present if measurements and one not in measurements), None)

    def show(self, measurements: Sequence[Measurement]) -> None:
        """Those of the main series that were kept; announces nothing."""
        state = self._panel.state
        state.measurements, state.selected = tuple(measurements), None
        self._panel.redraw()

    def _set(self, measurements: tuple[Measurement, ...], selected: Measurement | None) -> None:
        state = self._panel.active_state
        state.measurements, state.selected = measurements, selected
        self._panel.redraw()
        if state is self._panel.state:
            self.changed.emit()
