"""Step Correct, the threshold: how sure the model must be before a voxel belongs to the region."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QWidget

from medcrypt_gui.core.language import mark, tr
from medcrypt_gui.core.mask.labels import ROI
from medcrypt_gui.ui.session import Session
from medcrypt_gui.ui.widgets.group import StackedGroup
from medcrypt_gui.ui.widgets.text import button, label

_LOWEST, _HIGHEST = 5, 95  # hundredths
_REST_MS = 350  # after the last press of a key or turn of the wheel
_TIP = mark(
    "How sure the model must be: lower covers more, higher covers less.\n"
    "What you painted or erased since the proposal stays as you made it."
)


class ThresholdGroup(StackedGroup):
    """``tried`` while the slider moves, ``settled`` once per gesture, when it rests."""

    tried = Signal(float)
    settled = Signal()

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.heading(tr("Threshold"))
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setObjectName("thresholdSlider")
        self._slider.setAccessibleName(tr("Threshold"))
        self._slider.setRange(_LOWEST, _HIGHEST)
        self._slider.setPageStep(5)
        self._slider.setToolTip(tr(_TIP))
        self._value = QLabel()
        self._value.setObjectName("thresholdValue")
        self._value.setFixedWidth(32)
        self._reset = button(tr("Reset"), "thresholdReset", "quiet", tr("Back to the threshold of the model's card"))
        self._why = label(look="muted", name="thresholdWhy")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._slider, 1)
        row.addWidget(self._value)
        row.addWidget(self._reset)
        self.box.addLayout(row)
        self.add(self._why)
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self.settled)
        self._slider.valueChanged.connect(self._on_moved)
        self._slider.sliderReleased.connect(self._on_released)
        self._reset.clicked.connect(self._on_reset)
        session.mask_edited.connect(self._refresh)
        session.mask_replaced.connect(self._refresh)
        session.labels_changed.connect(self._refresh)
        session.trial_changed.connect(self._on_trial_changed)
        self._refresh()

    def _on_moved(self, hundredths: int) -> None:
        self._value.setText(f"{hundredths / 100:.2f}")
        self.tried.emit(hundredths / 100)
        if not self._slider.isSliderDown():
            self._rest.start()

    def _on_released(self) -> None:
        self._rest.stop()
        self.settled.emit()

    def _on_reset(self) -> None:
        origin = self._session.origin
        if origin is not None:
            self._slider.setValue(round(origin.default_threshold * 100))
            self._on_released()

    def _on_trial_changed(self) -> None:
        if self._session.trial is None:
            self._rest.stop()
            self._refresh()

    def _refresh(self) -> None:
        """Show what the mask was cut at, unless another threshold is being tried."""
        if self._session.trial is not None:
            return
        origin = self._session.origin
        editor = self._session.editor
        locked = editor is not None and editor.table[ROI].locked
        possible = origin is not None and origin.probability is not None and not locked
        for widget in (self._slider, self._value, self._reset):
            widget.setEnabled(possible)
        self._slider.blockSignals(True)
        self._slider.setValue(round(origin.threshold * 100) if origin is not None else 50)
        self._slider.blockSignals(False)
        self._value.setText(f"{self._slider.value() / 100:.2f}" if possible else "–")
        self._why.setText(
            tr("Let a network propose the region first.")
            if origin is None
            else tr("The label that models propose into is locked.")
            if locked
            else origin.why_fixed
        )
        self._why.setVisible(not possible)
        self._slider.setToolTip(tr(_TIP) if possible else self._why.text())
