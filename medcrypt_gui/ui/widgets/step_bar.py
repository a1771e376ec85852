"""Where the work stands: Open > Find ROI > Correct > Protect > Card. Steps already done stay reachable."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QSizePolicy, QToolButton, QWidget

from medcrypt_gui.core.language import tr
from medcrypt_gui.ui.session import Session, Step


def step_button_name(step: Step) -> str:
    """The object name of a step's button, as ``stepProtect``."""
    return f"step{step.name.title()}"


class StepBar(QWidget):
    """One button per step; asks to go there, the window decides."""

    step_asked = Signal(object)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("stepBar")
        self._session = session
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._buttons: dict[Step, QToolButton] = {}
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for step in Step:
            layout.addWidget(self._make_button(step), 1)
        session.steps_changed.connect(self._refresh)
        session.step_changed.connect(self._refresh)
        self._refresh()

    def _make_button(self, step: Step) -> QToolButton:
        made = QToolButton()
        made.setObjectName(step_button_name(step))
        made.setProperty("look", "step")
        made.setCheckable(True)
        made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        made.setMinimumHeight(48)
        made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        made.clicked.connect(lambda: self._on_clicked(step))
        self._group.addButton(made)
        self._buttons[step] = made
        return made

    def _on_clicked(self, step: Step) -> None:
        self._refresh()  # the check mark follows the session, not the click
        self.step_asked.emit(step)

    def _refresh(self) -> None:
        session = self._session
        for step, made in self._buttons.items():
            shown = step in session.steps
            made.setVisible(shown)
            if not shown:
                continue
            done = step in session.done
            number = session.steps.index(step) + 1
            made.setText(f"{'✓' if done else number}\n{tr(step.value)}")
            made.setEnabled(step in session.reachable)
            made.setToolTip("" if made.isEnabled() else tr("Finish the step before this one first"))
            made.setProperty("state", "current" if step is session.step else "done" if done else "open")
            made.setChecked(step is session.step)
            made.style().unpolish(made)
            made.style().polish(made)
