"""What leaving the open series would lose, and the question that is asked before."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from medcrypt_gui.core.language import tr
from medcrypt_gui.core.mask.editor import MaskEditor
from medcrypt_gui.ui.dialogs.questions import ask_to_lose
from medcrypt_gui.ui.flows.card_flow import CardFlow
from medcrypt_gui.ui.flows.desk import Desk
from medcrypt_gui.ui.flows.review_flow import ReviewFlow


class Leaving:
    """Asks on behalf of whoever opens something else or closes the window."""

    def __init__(self, desk: Desk, card: CardFlow, review: ReviewFlow, window: QWidget) -> None:
        self._desk, self._card, self._review, self._window = desk, card, review, window
        self.given_up: MaskEditor | None = None
        """The mask that the user agreed to lose, if it goes."""

    def may_leave(self) -> bool:
        """Whether the open series may go: nothing is lost by it, or the user said so."""
        losses = self.losses()
        if not losses:
            return True
        text = "\n\n".join(losses)
        if not ask_to_lose(self._window, tr("Leave this series?"), text, tr("Leave and lose it"), tr("Stay here")):
            return False
        self.given_up = self._desk.session.editor
        self._desk.jobs.abandon_all()
        self._card.abandon()
        return True

    def losses(self) -> list[str]:
        """What leaving the open series now would lose, as sentences."""
        session, jobs = self._desk.session, self._desk.jobs
        not_decided = self._review.finish_deciding()
        found = [tr("“{title}” is still under way and would be cancelled.", title=title) for title in jobs.busy_with]
        found += not_decided
        editor = session.editor
        if self._card.pending:
            found.append(
                tr(
                    "The protected copy has no key card yet. Without one nobody can ever open it, so it would be "
                    "removed; the originals stay."
                )
            )
        elif session.review.current is not None:
            not_kept = self._review.keep_now()
            found += [tr("The mask could not be kept: {reason}", reason=not_kept)] if not_kept else []
        elif editor is not None and editor.undo_name is not None and session.outcome is None:
            found.append(tr("The mask was neither saved nor used to protect the series."))
        return found
