"""Which volume of a series of several (4D) is shown: a slider below the views, hidden where there is only one."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSlider, QWidget

from medcrypt_gui.ui.session import Session
from medcrypt_gui.ui.widgets.text import label


class PhaseBar(QWidget):
    """Follows the session; asks for another volume when the slider moves."""

    phase_asked = Signal(int)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("phaseBar")
        self._session = session
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setObjectName("phaseSlider")
        self._slider.setAccessibleName("Volume shown")
        self._slider.setToolTip("Which volume of the series is shown; the mask holds for all of them")
        self._name = label("", "muted", "phaseName")
        self._name.setWordWrap(False)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 4, 12, 4)
        layout.setSpacing(12)
        layout.addWidget(self._name)
        layout.addWidget(self._slider, 1)
        self._slider.valueChanged.connect(self.phase_asked)
        session.series_selected.connect(self.refresh)
        session.volume_changed.connect(self.refresh)
        self.refresh()

    def step(self, further: int) -> None:
        """Ask for the volume so many places further on."""
        if self._session.series is not None and self._session.series.phases:
            self._slider.setValue(self._slider.value() + further)

    def refresh(self) -> None:
        """Say what the session shows."""
        series = self._session.series
        count = len(series.phases) if series is not None else 0
        self.setVisible(count > 1)
        if series is None or count < 2:
            return
        with QSignalBlocker(self._slider):
            self._slider.setRange(0, count - 1)
            self._slider.setPageStep(max(1, count // 10))
            self._slider.setValue(series.phase)
        self._name.setText(series.phases[series.phase])
