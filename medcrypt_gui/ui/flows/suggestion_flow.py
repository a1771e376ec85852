"""Suggested changes, learned or of an operation: accepted, rejected, or dropped when the mask moves on under them."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from medcrypt_gui.core.language import tr
from medcrypt_gui.core.mask.editor import MaskEditor
from medcrypt_gui.ui.flows.desk import Desk
from medcrypt_gui.ui.flows.subject import why_not_changed
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
        if suggestion is None or editor is None or session.step is not Step.CORRECT:
            return False
        if session.operations.working:
            self.said.emit(tr("The preview is being made anew. Accept it when it is shown."))
            return True
        if why_not := why_not_changed(session):
            self.said.emit(why_not)
            return True
        if editor.in_gesture:
            self.said.emit(tr("Finish what you are drawing first."))
            return True
        done = editor.may_change() and self._apply(suggestion, editor)
        self.said.emit(suggestion.told(done))
        return True

    def _apply(self, suggestion: Suggestion, editor: MaskEditor) -> bool:
        """Once it is applied it is a suggestion no more; one that is refused still is."""
        self._desk.session.set_suggestion(None)
        return editor.apply_parts(suggestion.parts, suggestion.title, suggestion.origin) is not None

    def reject(self) -> bool:
        """Forget them; False when none are suggested."""
        session = self._desk.session
        if session.suggestion is None:
            return False
        title = session.suggestion.title
        session.set_suggestion(None)
        self.said.emit(tr("{name} was discarded. The mask is as it was.", name=title))
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
