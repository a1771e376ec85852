"""Correct: undo, redo, and on to Protect."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from medcrypt_gui.ui.flows.desk import Desk
from medcrypt_gui.ui.session import Step


class CorrectFlow(QObject):
    """All of it is immediate."""

    failed = Signal(object)
    said = Signal(str)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk

    def undo(self) -> None:
        if self._desk.session.editor is not None:
            self._desk.session.editor.undo()

    def redo(self) -> None:
        if self._desk.session.editor is not None:
            self._desk.session.editor.redo()

    def accept(self) -> None:
        """The mask is right; on to Protect."""
        session = self._desk.session
        if session.editor is not None:
            session.editor.break_off()
            session.mark_done(Step.CORRECT)
            session.go_to(Step.PROTECT)
