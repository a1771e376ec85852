"""The right side of the window: the step bar, and the panel of the current step."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QStackedWidget, QVBoxLayout, QWidget

from medcrypt_gui.core.language import mark, tr
from medcrypt_gui.services.messages import Message
from medcrypt_gui.ui.panels.card_panel import CardPanel
from medcrypt_gui.ui.panels.correct_panel import CorrectPanel
from medcrypt_gui.ui.panels.open_panel import OpenPanel
from medcrypt_gui.ui.panels.protect_panel import KeystreamChoice, ProtectPanel
from medcrypt_gui.ui.panels.review_group import ReviewGroup
from medcrypt_gui.ui.panels.roi_panel import RoiPanel
from medcrypt_gui.ui.panels.step_panel import StepPanel
from medcrypt_gui.ui.panels.unlock_panel import UnlockPanel
from medcrypt_gui.ui.session import Session, Step
from medcrypt_gui.ui.widgets.notice import Tone
from medcrypt_gui.ui.widgets.step_bar import StepBar

_WIDTH = 400
# Named here, so that the window does not wait for the compiled kernels to load.
KEYSTREAMS = (KeystreamChoice("henon-w", mark("Hénon map with Weyl counter")),)
CARD_KINDS = ("pdf", "png")


class Steps(QFrame):
    """Holds one panel per step and shows the session's."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("steps")
        self.setProperty("look", "steps")
        self.setFixedWidth(_WIDTH)
        self._session = session
        self.bar = StepBar(session)
        self.review = ReviewGroup(session)
        self.open = OpenPanel(session)
        self.roi = RoiPanel(session)
        self.correct = CorrectPanel(session)
        self.protect = ProtectPanel(session, KEYSTREAMS)
        self.card = CardPanel(session, CARD_KINDS)
        self.unlock = UnlockPanel(session)
        self._panels: dict[Step, StepPanel] = {
            Step.OPEN: self.open,
            Step.ROI: self.roi,
            Step.CORRECT: self.correct,
            Step.PROTECT: self.protect,
            Step.CARD: self.card,
            Step.UNLOCK: self.unlock,
        }
        self._stack = QStackedWidget()
        for panel in self._panels.values():
            self._stack.addWidget(panel)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.bar)
        layout.addWidget(self.review)
        layout.addWidget(self._stack, 1)
        self.bar.step_asked.connect(session.go_to)
        session.step_changed.connect(self._on_step_changed)
        session.review.current_changed.connect(self._on_review_changed)

    @property
    def current(self) -> StepPanel:
        return self._panels[self._session.step]

    def show_message(self, message: Message) -> None:
        """What failed, in the panel that the user is looking at."""
        self.current.notice.show_message(message)

    def show_note(self, title: str, text: str) -> None:
        """What went well, yet should be looked at."""
        self.current.notice.show_text(Tone.WARNING, title, text)

    def show_came_back(self) -> None:
        """Unsaved work is in the mask again: said where it stays to be read."""
        text = tr("As it was a few seconds before the program ended. Undo takes it back.")
        self.current.notice.show_text(Tone.INFO, tr("Your unsaved work is here again"), text)

    def clear_message(self) -> None:
        self.current.notice.clear()

    def _on_review_changed(self) -> None:
        """One button has the accent: while a study of a worklist is open it is the one that approves."""
        look = "secondary" if self._session.review.current is not None else "primary"
        primary = self.correct.primary
        if primary.property("look") != look:
            primary.setProperty("look", look)
            primary.style().unpolish(primary)
            primary.style().polish(primary)

    def _on_step_changed(self) -> None:
        self._stack.setCurrentWidget(self.current)
