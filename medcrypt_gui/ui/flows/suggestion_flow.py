"""Suggested changes, learned or of an operation: accepted, rejected, or dropped when the mask moves on under them."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from medcrypt_gui.core.language import tr
from medcrypt_gui.ui.flows.desk import Desk
from medcrypt_gui.ui.session import Step
from medcrypt_gui.ui.suggestion import Suggestion


class SuggestionFlow(QObject):
    """Nothing changes until a suggestion is accepted; then it is one undo step."""

    failed = Signal(object)
    said = Signal(str)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        desk.session.mask_edited.connect(self._drop_if_overtaken)
        desk.session.labels_changed.connect(self._drop_if_overtaken)
        desk.session.mask_replaced.connect(self._on_replaced)
        desk.session.step_changed.connect(self._on_step_changed)

    def accept(self) -> bool:
        """Make the suggested changes; False when none are suggested."""
        session, suggestion = self._desk.session, self._desk.session.suggestion
        editor = session.editor
        if suggestion is None or editor is None:
            return False
        if session.operations.working:
            self.said.emit(tr("The preview is being made anew. Accept it when it is shown."))
            return True
        session.set_suggestion(None)
        editor.apply_parts(suggestion.parts, suggestion.title, suggestion.origin)
        note = f" {suggestion.note}" if suggestion.note else ""
        self.said.emit(tr("{name}: {amount}.", name=suggestion.title, amount=suggestion.amount) + note)
        return True

    def reject(self) -> bool:
        """Forget them; False when none are suggested."""
        session = self._desk.session
        if session.suggestion is None:
            return False
        title = session.suggestion.title
        session.set_suggestion(None)
        self.said.emit(tr("{name} was rejected. The mask is as it was.", name=title))
        return True

    def _on_replaced(self) -> None:
        self._desk.session.set_suggestion(None)

    def _on_step_changed(self) -> None:
        """A preview belongs to the step that can accept it."""
        if self._desk.session.step is not Step.CORRECT:
            self.reject()

    def _drop_if_overtaken(self) -> None:
        session = self._desk.session
        suggestion: Suggestion | None = session.suggestion
        if session.editor is not None and suggestion is not None and not suggestion.still_fits(session.editor):
            session.set_suggestion(None)
            self.said.emit(tr("The suggestion was dropped: the mask changed."))
