"""Look for the doubtful places of the present proposal, and lead the user from one to the next."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from medcrypt_gui.core.errors import MedcryptError
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.segmentation.proposal import ProbabilityMap
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.messages import explain
from medcrypt_gui.ui.flows.desk import Desk
from medcrypt_gui.ui.jobs import Job

if TYPE_CHECKING:
    from medcrypt_gui.services.find_doubts import Doubts


class DoubtFlow(QObject):
    """Works in the background as soon as there are probabilities, and forgets when they are undone."""

    failed = Signal(object)
    said = Signal(str)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._looking: Job | None = None
        self._of: ProbabilityMap | None = None
        desk.session.mask_edited.connect(self._refresh)
        desk.session.mask_replaced.connect(self._refresh)

    def next_slice(self) -> None:
        """The most doubtful slice first, then the next; after the last, the first again."""
        self._go(1)

    def previous_slice(self) -> None:
        self._go(-1)

    def toggle_marks(self) -> None:
        session = self._desk.session
        session.set_overlay(replace(session.overlay, doubts=not session.overlay.doubts))

    def _go(self, step: int) -> None:
        session = self._desk.session
        places = session.suggestion or session.doubts  # suggested changes are looked at first
        order = places.order if places is not None else ()
        if not order:
            self.said.emit(tr("No doubtful slice is known: there is no proposal with probabilities."))
            return
        at = order.index(session.shown_slice) if session.shown_slice in order else -1 if step > 0 else 0
        session.slice_asked.emit(order[(at + step) % len(order)])

    def _refresh(self) -> None:
        session = self._desk.session
        probability = session.origin.probability if session.origin is not None else None
        if probability is self._of:
            return
        self._of = probability
        if self._looking is not None:
            self._looking.abandon()
            self._looking = None
        session.set_doubts(None)
        if probability is None or session.editor is None:
            return
        geometry = session.editor.geometry

        def work(task: TaskContext) -> Doubts:
            from medcrypt_gui.services.find_doubts import find_doubts  # not needed to show the window

            return find_doubts(probability, geometry, task)

        self._looking = self._desk.jobs.start(
            tr("Looking for doubtful places"), work, self._on_found, self._on_failed, quiet=True
        )

    def _on_found(self, doubts: Doubts) -> None:
        self._looking = None
        if doubts.probability is self._of:
            self._desk.session.set_doubts(doubts)

    def _on_failed(self, error: MedcryptError) -> None:
        self._looking = None
        self.failed.emit(explain(error))
