"""One label: colour, name, how large it is, whether Protect encrypts it, whether it is locked and shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QToolButton, QVBoxLayout, QWidget

from medcrypt_gui.core.language import mark, tr
from medcrypt_gui.core.mask.labels import Label
from medcrypt_gui.ui import icons
from medcrypt_gui.ui.widgets.label_colour import LabelColour
from medcrypt_gui.ui.widgets.text import label

_BUTTON = 28
_TIP = mark("Click to paint into this label, double-click (or F2) to give it another name.")
_ENCRYPTED = mark("Protect encrypts this label. Click to leave it readable.")
_READABLE = mark("Protect leaves this label readable for everybody who gets the copy. Click to encrypt it.")
_LOCKED, _UNLOCKED = (
    mark("Locked: nothing changes it. Click to unlock."),
    mark("Click to lock: nothing changes it then."),
)
_SHOWN, _HIDDEN = mark("Shown. Click to hide."), mark("Hidden. Click to show.")


class LabelRow(QFrame):
    """Reports what is wished of its label; shows what it is given."""

    activate_asked = Signal(int)
    change_asked = Signal(object)  # the Label as it is wished
    step_asked = Signal(int)  # to the row so many places below

    def __init__(self, one: Label, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label = one
        self._shown: tuple[Label, bool, str] | None = None
        number = one.number
        self.setObjectName(f"label{number}")
        self.setProperty("look", "labelRow")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setToolTip(tr(_TIP))
        self._colour = LabelColour(f"label{number}Colour")
        self._name = _Name(f"label{number}Name")
        self._note = label(tr("not protected"), "warning", f"label{number}Note")
        self._size = QLabel()
        self._size.setObjectName(f"label{number}Size")
        self._size.setProperty("look", "muted")
        self._size.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._roi = self._toggle("Roi", lambda: replace(self._label, in_roi=not self._label.in_roi))
        self._lock = self._toggle("Lock", lambda: replace(self._label, locked=not self._label.locked))
        self._eye = self._toggle("Eye", lambda: replace(self._label, visible=not self._label.visible))
        self._lay_out()
        self._colour.colour_chosen.connect(lambda colour: self.change_asked.emit(replace(self._label, colour=colour)))
        self._name.named.connect(lambda name: self.change_asked.emit(replace(self._label, name=name)))

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setContentsMargins(4, 2, 0, 2)
        words.setSpacing(0)
        words.addWidget(self._name)
        words.addWidget(self._note)
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._colour)
        row.addLayout(words, 1)
        row.addWidget(self._size)
        row.addSpacing(4)
        for toggle in (self._roi, self._lock, self._eye):
            row.addWidget(toggle)

    def _toggle(self, name: str, wished: Callable[[], Label]) -> QToolButton:
        made = QToolButton()
        made.setObjectName(f"label{self._label.number}{name}")
        made.setProperty("look", "row")
        made.setIconSize(QSize(16, 16))
        made.setFixedSize(_BUTTON, _BUTTON)
        made.clicked.connect(lambda: self.change_asked.emit(wished()))
        return made

    def show_label(self, one: Label, active: bool, size: str) -> None:
        """Show it as it is now; ``size`` is in words."""
        if (one, active, size) == self._shown:
            return
        self._label, self._shown = one, (one, active, size)
        self._colour.show_colour(one.colour, one.name)
        self._name.show_name(one.name, active)
        self._note.setVisible(not one.in_roi)
        self._size.setText(size)
        on, locked, shown = one.in_roi, one.locked, one.visible
        _show(self._roi, "shield-check" if on else "shield", _ENCRYPTED if on else _READABLE, faint=not on)
        _show(self._lock, "lock" if locked else "unlock", _LOCKED if locked else _UNLOCKED, faint=not locked)
        _show(self._eye, "eye" if shown else "eye-off", _SHOWN if shown else _HIDDEN, faint=not shown)
        self.setAccessibleName(tr("{name}, active", name=one.name) if active else one.name)
        if self.property("active") is not active:
            self.setProperty("active", active)
            self.style().unpolish(self)
            self.style().polish(self)

    def rename(self) -> None:
        """Let the user type another name in place."""
        self._name.edit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self.activate_asked.emit(self._label.number)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self.rename()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_F2:
            self.rename()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.activate_asked.emit(self._label.number)
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.step_asked.emit(1 if key == Qt.Key.Key_Down else -1)
        else:
            super().keyPressEvent(event)


class _Name(QWidget):
    """A name, shortened where there is no room, that becomes a field."""

    named = Signal(str)

    def __init__(self, name: str) -> None:
        super().__init__()
        self._full = ""
        self._words = QLabel()
        self._words.setObjectName(name)
        self._words.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setMinimumWidth(1)
        self._field = QLineEdit()
        self._field.setObjectName(f"{name}Field")
        self._field.setProperty("look", "inRow")
        self._field.setMaxLength(64)
        self._field.setAccessibleName(tr("Name of the label"))
        self._field.hide()
        self._field.editingFinished.connect(self._on_finished)
        self._field.installEventFilter(self)
        box = QHBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self._words, 1)
        box.addWidget(self._field, 1)
        self.setMinimumHeight(24)

    @property
    def is_editing(self) -> bool:
        return not self._field.isHidden()

    def show_name(self, name: str, strong: bool) -> None:
        self._full = name
        self._words.setProperty("look", "strong" if strong else "body")
        self._words.style().unpolish(self._words)
        self._words.style().polish(self._words)
        self._elide()

    def edit(self) -> None:
        self._words.hide()
        self._field.setText(self._full)
        self._field.show()
        self._field.selectAll()
        self._field.setFocus(Qt.FocusReason.OtherFocusReason)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """Escape keeps the name that was."""
        escape = (
            event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape
        )
        if watched is self._field and escape:
            self._field.setText(self._full)
            self._on_finished()
        return escape

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._elide()

    def _elide(self) -> None:
        shown = self._words.fontMetrics().elidedText(self._full, Qt.TextElideMode.ElideRight, max(self.width() - 4, 8))
        self._words.setText(shown)
        self._words.setToolTip(self._full if shown != self._full else "")

    def _on_finished(self) -> None:
        if not self.is_editing:
            return
        self._field.hide()
        self._words.show()
        typed = self._field.text().strip()
        if typed and typed != self._full:
            self.named.emit(typed)


def _show(button: QToolButton, icon: str, tip: str, faint: bool) -> None:
    button.setIcon(icons.faint_icon(icon) if faint else icons.icon(icon))
    button.setToolTip(tr(tip))
    button.setAccessibleName(tr(tip))
