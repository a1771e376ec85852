"""Which volume of a series of several (4D) is shown: a slider below the views, hidden where there is only one."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QSlider, QWidget

from medcrypt_gui.core.language import tr
from medcrypt_gui.ui.session import Session
from medcrypt_gui.ui.widgets.text import button, label

_WIDEST_NAME = 280
_STEP_MS = 100  # from one volume shown to asking for the next


class PhaseBar(QWidget):
    """Follows the session; asks for another volume when the slider moves, or for one after the other while it plays."""

    phase_asked = Signal(int)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("phaseBar")
        self._session = session
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setObjectName("phaseSlider")
        self._slider.setAccessibleName(tr("Volume shown"))
        self._slider.setToolTip(tr("Which volume of the series is shown; the mask holds for all of them"))
        self._name = label("", "muted", "phaseName")
        self._name.setWordWrap(False)
        self._play = button("", "phasePlay", look="quiet", tip=tr("Show one volume after the other, over and over"))
        self._play.setCheckable(True)
        self._next = QTimer(self, singleShot=True, interval=_STEP_MS)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 4, 12, 4)
        layout.setSpacing(12)
        layout.addWidget(self._name)
        layout.addWidget(self._slider, 1)
        layout.addWidget(self._play)
        self._slider.valueChanged.connect(self.phase_asked)
        self._play.toggled.connect(self._on_play_toggled)
        self._next.timeout.connect(self._on_next)
        session.series_selected.connect(self.stay)
        session.volume_changed.connect(self.refresh)
        self._on_play_toggled(False)
        self.refresh()

    def step(self, further: int) -> None:
        """Ask for the volume so many places further on."""
        if self._session.series is not None and self._session.series.phases:
            self._slider.setValue(self._slider.value() + further)

    def stay(self) -> None:
        """Stop playing and say what the session shows."""
        self._play.setChecked(False)
        # As wide as the longest of them, so that the slider does not move under the hand.
        names = self._session.series.phases if self._session.series is not None else ()
        widest = max(map(self._name.fontMetrics().horizontalAdvance, names), default=0)
        self._name.setMinimumWidth(min(widest + 4, _WIDEST_NAME))
        self.refresh()

    def refresh(self) -> None:
        """Say what the session shows; while playing, the next volume follows."""
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
        if self._play.isChecked():
            self._next.start()

    def _on_play_toggled(self, playing: bool) -> None:
        self._play.setText(tr("Stop") if playing else tr("Play"))
        if playing:
            self._next.start()
        else:
            self._next.stop()

    def _on_next(self) -> None:
        self._slider.setValue((self._slider.value() + 1) % (self._slider.maximum() + 1))
