"""How often each value occurs, with the grey-level window as a region that can be dragged."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from medcrypt_gui.core.imaging.volume import Volume, Window
from medcrypt_gui.core.imaging.windowing import without_padding
from medcrypt_gui.core.language import tr

_BACKGROUND = "#0a0c0e"
_ACCENT = (60, 180, 172)
_BINS = 256
_SAMPLES = 500_000


class Histogram(QWidget):
    """The distribution of a volume's values; dragging the region or its edges chooses a window."""

    window_chosen = Signal(object)  # a Window
    maximise_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("histogram")
        self.setAccessibleName(tr("Histogram"))
        self._silent = False
        self._plot = pg.PlotWidget(background=_BACKGROUND)
        self._plot.setMenuEnabled(False)
        # pyqtgraph makes it a window of its own that outlives us; without its flags it would lie open over the plot.
        menu = self._plot.getPlotItem().ctrlMenu
        menu.setParent(self._plot, menu.windowFlags())
        self._plot.setMouseEnabled(x=False, y=False)
        self._plot.hideButtons()
        self._plot.hideAxis("left")
        self._plot.getAxis("bottom").setPen("#323c46")
        self._plot.getAxis("bottom").setTextPen("#97a4b0")
        self._curve = self._plot.plot(pen=None, fillLevel=0, brush=(151, 164, 176, 150), stepMode="center")
        self._region = pg.LinearRegionItem(brush=(*_ACCENT, 36), hoverBrush=(*_ACCENT, 56), pen=pg.mkPen(_ACCENT))
        self._region.sigRegionChanged.connect(self._on_region_changed)
        self._plot.addItem(self._region)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._plot)
        self._plot.viewport().installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """The plot would take a double-click for itself."""
        if event.type() is not QEvent.Type.MouseButtonDblClick:
            return False
        self.maximise_requested.emit()
        return True

    def show_volume(self, volume: Volume | None, window: Window) -> None:
        """Count the values of a volume (about half a million of its voxels); None clears."""
        values = _sample(volume) if volume is not None else np.zeros(0)
        if values.size == 0:
            self._curve.setData([0.0, 1.0], [0.0])
            return
        counts, edges = np.histogram(values, _edges(values, volume))
        # The root keeps air, which is most of many volumes, from hiding everything else.
        self._curve.setData(edges, np.sqrt(counts))
        unit = volume.unit if volume is not None else ""
        self._plot.setLabel("bottom", unit, color="#97a4b0")
        self.show_window(window.level, window.width)

    def show_window(self, level: float, width: float) -> None:
        """Mark a window without announcing it as chosen."""
        self._silent = True
        self._region.setRegion((level - width / 2, level + width / 2))
        self._silent = False

    def _on_region_changed(self) -> None:
        if not self._silent:
            low, high = self._region.getRegion()
            self.window_chosen.emit(Window((low + high) / 2, max(high - low, 1e-6)))


def _edges(values: np.ndarray, volume: Volume | None) -> np.ndarray:
    """Edges of at most 256 equal bins, each with as many stored values as the others where these are integers."""
    low, high = float(values.min()), float(values.max())
    if volume is None or volume.stored.dtype.kind == "f" or high == low:
        return np.linspace(low, high if high > low else low + 1.0, _BINS + 1)
    unit = abs(volume.slope)
    width = unit * np.ceil(((high - low) / unit + 1) / _BINS)
    edges: np.ndarray = low - unit / 2 + width * np.arange(np.ceil((high - low + unit) / width) + 1)
    return edges


def _sample(volume: Volume) -> np.ndarray:
    """Finite scaled values of evenly spread voxels."""
    step = max(1, round((volume.stored.size / _SAMPLES) ** (1 / 3)))
    sample = without_padding(volume.every(step)[:, ::step, ::step].ravel(), volume.padding)
    values = sample.astype(np.float64) * volume.slope + volume.intercept
    return values[np.isfinite(values)]
