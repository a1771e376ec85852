"""The oblique plane as an extra view: its picture, and the buttons that stand it upright."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.planes import Plane
from medcrypt_gui.core.language import tr
from medcrypt_gui.ui.viewer.oblique_canvas import ObliqueCanvas

if TYPE_CHECKING:
    from medcrypt_gui.ui.viewer.viewer_panel import ViewerPanel


class ObliqueView(QWidget):
    """Listens to its panel; while it is shown the other views draw where its plane cuts them."""

    def __init__(self, panel: ViewerPanel) -> None:
        super().__init__(panel)
        self._panel = panel
        self._geometry: Geometry | None = None
        self.canvas = ObliqueCanvas(panel.state, self)
        self.setObjectName("obliqueView")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._buttons())
        column.addWidget(self.canvas, 1)
        panel.volume_shown.connect(self._on_volume_shown)
        panel.crosshair_moved.connect(lambda _x, _y, _z: self.canvas.follow_crosshair())
        panel.redrawn.connect(self._on_redrawn)
        self.canvas.crosshair_requested.connect(panel.set_crosshair)
        self.canvas.hovered.connect(panel.hovered)
        self.canvas.plane_changed.connect(self._show_cuts)
        self._on_volume_shown()

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(4, 4, 4, 4)
        row.setSpacing(4)
        for plane in Plane:
            button = QPushButton(tr(plane.value))
            button.setObjectName(f"oblique{plane.name.title()}Button")
            button.setProperty("look", "small")
            button.setToolTip(tr("Stand the plane upright again; drag in the picture to turn it."))
            button.clicked.connect(lambda _checked=False, plane=plane: self.canvas.stand(plane))
            row.addWidget(button)
        row.addStretch(1)
        return row

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show_cuts()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._show_cuts()

    def _on_volume_shown(self) -> None:
        """The same grid with other voxels is looked at from where the user stands."""
        volume = self._panel.state.volume
        geometry = volume.geometry if volume is not None else None
        same = geometry is not None and self._geometry is not None and geometry.same_grid(self._geometry)
        self._geometry = geometry
        if same:
            self.canvas.show_same_grid()
        else:
            self.canvas.show_volume()

    def _on_redrawn(self) -> None:
        self.canvas.follow_convention()
        self.canvas.update()

    def _show_cuts(self) -> None:
        self._panel.state.oblique = self.canvas.plane if self.isVisible() else None
        for canvas in self._panel.canvases:
            canvas.update()
