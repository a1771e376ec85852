"""One cell of a guest: its picture, or while there is none, what is going on and what can be done."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QProgressBar, QStackedWidget, QVBoxLayout, QWidget

from medcrypt_gui.core.imaging.planes import Plane
from medcrypt_gui.core.language import tr
from medcrypt_gui.ui.viewer.guest import Guest, Reading
from medcrypt_gui.ui.viewer.plane_canvas import PlaneCanvas
from medcrypt_gui.ui.widgets.text import button, label

_STEPS = 1000


class GuestView(QStackedWidget):
    """A plane of a guest. ``place`` is the number of its cell, from 1."""

    cancel_asked = Signal()
    again_asked = Signal()

    def __init__(self, guest: Guest, plane: Plane, place: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.guest = guest
        self.canvas = PlaneCanvas(plane, guest.state, self)
        self.canvas.setObjectName(f"cell{place}View")
        self.canvas.setAccessibleName(tr("{plane} view of another series", plane=tr(plane.value)))
        self.canvas.mode_changed()
        self._text = label("", "body", f"cell{place}Message")
        self._text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._bar = QProgressBar(maximum=_STEPS, textVisible=False)
        self._bar.setMaximumWidth(160)
        self._button = button("", f"cell{place}Button")
        self._button.clicked.connect(self._on_pressed)
        self.addWidget(self._message_page())
        self.addWidget(self.canvas)
        guest.changed.connect(self.refresh)
        self.refresh()

    def _message_page(self) -> QWidget:
        page = QWidget()
        page.setProperty("look", "cell")
        page.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(page)
        column.setContentsMargins(16, 8, 16, 8)
        column.addStretch(1)
        column.addWidget(self._text)
        column.addWidget(self._bar, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._button, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(1)
        return page

    def refresh(self) -> None:
        """Show what the guest says now."""
        guest = self.guest
        if guest.reading is Reading.DONE:
            if self.canvas.view is None:
                self.canvas.show_volume()
            self.setCurrentWidget(self.canvas)
            self.canvas.update()
            return
        under_way = guest.reading is Reading.UNDER_WAY
        self._text.setText(
            {
                Reading.UNDER_WAY: tr("Reading…"),
                Reading.STOPPED: tr("Reading was cancelled."),
                Reading.FAILED: guest.problem,
            }[guest.reading]
        )
        self._bar.setVisible(under_way)
        self._bar.setValue(round(guest.fraction * _STEPS))
        self._button.setText(tr("Cancel") if under_way else tr("Read again"))
        self.setCurrentIndex(0)

    def _on_pressed(self) -> None:
        (self.cancel_asked if self.guest.reading is Reading.UNDER_WAY else self.again_asked).emit()


class EmptyView(QLabel):
    """A cell that shows nothing yet."""

    def __init__(self, place: int, parent: QWidget) -> None:
        super().__init__(tr("Drag a series here"), parent)
        self.setObjectName(f"cell{place}Empty")
        self.setProperty("look", "cell")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setWordWrap(True)
