"""The page of all slices at a glance: the contact sheet below a line with what can be chosen about it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from medcrypt_gui.core.language import tr, trn
from medcrypt_gui.ui.viewer.contact_sheet import ContactSheet
from medcrypt_gui.ui.viewer.viewer_panel import ViewerPanel
from medcrypt_gui.ui.widgets.text import button, label


class Glance(QWidget):
    """Follows the views; a slice that is chosen here is shown there, and the page asks to be left."""

    left = Signal()

    def __init__(self, viewer: ViewerPanel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("glance")
        self._viewer = viewer
        self._stop_listening: Callable[[], None] | None = None
        self.sheet = ContactSheet(viewer.state)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._bar())
        layout.addWidget(self.sheet, 1)
        self.setFocusProxy(self.sheet)
        self.sheet.slice_asked.connect(self._on_slice_asked)
        self.sheet.left.connect(self.left)
        self.sheet.shown_changed.connect(self._say_count)
        viewer.editor_changed.connect(self._listen)
        for signal in (viewer.volume_shown, viewer.slices_loaded, viewer.redrawn, viewer.editor_changed):
            signal.connect(self._refresh)
        self._listen()

    def _bar(self) -> QWidget:
        bar = QWidget()
        bar.setProperty("look", "cellHeader")
        bar.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._count = label(look="muted", name="glanceCount")
        self._count.setWordWrap(False)
        only = QCheckBox(tr("Only slices with a mask"))
        only.setObjectName("glanceOnlyMarked")
        only.toggled.connect(self.sheet.set_only_marked)
        row = QHBoxLayout(bar)
        row.setContentsMargins(16, 4, 8, 4)
        row.setSpacing(16)
        heading = label(tr("All slices"), "heading")
        heading.setWordWrap(False)
        row.addWidget(heading)
        row.addWidget(self._count)
        row.addStretch(1)
        row.addWidget(only)
        row.addWidget(self._zoom_button("−", "glanceSmaller", tr("Smaller pictures (−)"), -1))
        row.addWidget(self._zoom_button("+", "glanceLarger", tr("Larger pictures (+)"), 1))
        back = button(tr("Back to the views"), "glanceBack", "small", tr("Esc"))
        back.clicked.connect(self.left)
        row.addWidget(back)
        return bar

    def _zoom_button(self, text: str, name: str, tip: str, steps: int) -> QPushButton:
        made = button(text, name, "small", tip)
        made.setAccessibleName(tip)
        made.setFixedWidth(32)
        made.clicked.connect(lambda: self.sheet.zoom(steps))
        return made

    def _listen(self) -> None:
        if self._stop_listening is not None:
            self._stop_listening()
        editor = self._viewer.state.editor
        self._stop_listening = editor.on_changed(self.sheet.mask_changed) if editor is not None else None

    def _refresh(self) -> None:
        if self.isVisible():
            self.sheet.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._say_count()

    def _say_count(self) -> None:
        count = len(self.sheet.slices)
        self._count.setText(trn("{count} slice", "{count} slices", count) if count else tr("No slice is marked."))

    def _on_slice_asked(self, n: int) -> None:
        """The stored slice ``n`` of the acquired plane lies across the array's first axis."""
        x, y, _ = self._viewer.state.crosshair
        self._viewer.set_crosshair((x, y, n))
        self.left.emit()
