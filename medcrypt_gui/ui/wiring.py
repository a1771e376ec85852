"""Which intent of a panel calls which flow, and which fact from a flow changes which panel."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QSignalBlocker
from PySide6.QtGui import QPixmap

from medcrypt_gui.services.messages import Message
from medcrypt_gui.ui.flows.desk import Desk
from medcrypt_gui.ui.flows.protect_flow import documents_folder, proposed_target
from medcrypt_gui.ui.flows_of import Flows
from medcrypt_gui.ui.panels.card_panel import card_files
from medcrypt_gui.ui.roi_wiring import RoiWiring
from medcrypt_gui.ui.session import Step
from medcrypt_gui.ui.steps import Steps

FACE_MODEL = "face"


class Wiring(QObject):
    """Owns the connections between steps and flows."""

    def __init__(self, desk: Desk, flows: Flows, steps: Steps, parent: QObject) -> None:
        super().__init__(parent)
        self._desk, self._flows, self._steps = desk, flows, steps
        for flow in flows.all():
            flow.failed.connect(steps.show_message)
        flows.roi.noted.connect(steps.show_note)
        RoiWiring(desk, flows, steps, self)
        self._connect_first_steps()
        self._connect_protect()
        self._connect_card()
        self._connect_unlock()
        desk.session.series_selected.connect(self._on_series_selected)
        desk.jobs.job_started.connect(lambda job: None if job.quiet else steps.clear_message())

    def take_card_file(self, path: Path) -> None:
        """A dropped card: shown where cards are asked for."""
        self._desk.session.go_to(Step.UNLOCK)
        self._flows.unlock.take_file(path)

    def _connect_first_steps(self) -> None:
        flows, steps = self._flows, self._steps
        steps.open.next_asked.connect(self._on_open_done)
        steps.correct.clear_asked.connect(lambda: flows.operation.do("clear"))
        steps.correct.operations.run_asked.connect(flows.operation.run)
        steps.correct.operations.chosen.connect(flows.operation.choose)
        steps.correct.redo_asked.connect(flows.correct.redo)
        steps.correct.primary_asked.connect(flows.correct.accept)
        self._connect_labels()
        steps.correct.doubts.next_asked.connect(flows.doubt.next_slice)
        steps.correct.threshold.tried.connect(flows.threshold.try_threshold)
        steps.correct.threshold.settled.connect(flows.threshold.settle)
        steps.correct.learn.learn_asked.connect(flows.learn.learn)
        steps.correct.learn.right_asked.connect(flows.learn.mark_right)
        for group in (steps.correct.learn, steps.correct.operations):
            group.accept_asked.connect(flows.suggestion.accept)
            group.reject_asked.connect(self.reject_suggestion)

    def reject_suggestion(self) -> None:
        """Esc: stop what is being computed, else take away what is suggested."""
        if not self._flows.operation.cancel():
            self._flows.suggestion.reject()

    def _connect_labels(self) -> None:
        flow, group = self._flows.labels, self._steps.correct.labels
        group.add_asked.connect(flow.add)
        group.remove_asked.connect(flow.remove)
        group.overwrite_chosen.connect(flow.set_overwrite)
        group.list.activate_asked.connect(flow.activate)
        group.list.change_asked.connect(flow.take)

    def _connect_protect(self) -> None:
        flow, panel = self._flows.protect, self._steps.protect
        panel.folder.changed.connect(lambda: flow.set_target(panel.folder.folder))
        panel.settings_changed.connect(lambda: flow.set_keystream(panel.keystream_id))
        panel.protect_asked.connect(lambda: flow.protect())
        panel.card_asked.connect(lambda: self._desk.session.go_to(Step.CARD))
        panel.face_asked.connect(lambda: self._flows.roi.propose(FACE_MODEL, adds=True))
        self._flows.models.models_changed.connect(self._show_face_possible)
        self._desk.session.volume_changed.connect(self._show_face_possible)
        flow.planning.connect(panel.show_planning)
        flow.planned.connect(panel.show_preview)
        flow.refused.connect(self._on_protection_refused)
        flow.protected.connect(self._flows.card.take)

    def _connect_card(self) -> None:
        flow, panel = self._flows.card, self._steps.card
        panel.save_asked.connect(self._on_card_asked)
        panel.open_protected_asked.connect(self._on_open_protected_asked)
        flow.card_ready.connect(self._on_card_ready)

    def _connect_unlock(self) -> None:
        flow, panel = self._flows.unlock, self._steps.unlock
        panel.card_file_chosen.connect(flow.take_file)
        panel.card_text_entered.connect(flow.take_text)
        panel.unlock_asked.connect(flow.unlock)
        panel.relock_asked.connect(self._on_relock_asked)
        panel.restore_asked.connect(lambda: flow.restore(panel.folder.folder) if panel.folder.folder else None)
        flow.card_accepted.connect(panel.show_card)
        flow.card_refused.connect(self._on_card_refused)
        flow.passphrase_wrong.connect(self._on_passphrase_wrong)
        flow.unlocked.connect(panel.show_unlocked)
        flow.restored.connect(panel.show_restored)

    def _on_open_done(self) -> None:
        session = self._desk.session
        session.go_to(Step.UNLOCK if session.series is not None and session.series.protected else Step.ROI)

    def _on_series_selected(self) -> None:
        """A series brings its own proposals for where things go; secrets of the one before are forgotten."""
        steps, series = self._steps, self._desk.session.series
        steps.unlock.forget()
        steps.card.forget()
        steps.clear_message()
        if series is None:
            return
        with QSignalBlocker(steps.protect.folder):
            steps.protect.folder.show_folder(proposed_target(series))
        self._flows.protect.set_target(steps.protect.folder.folder)
        steps.card.folder.show_folder(documents_folder())
        steps.unlock.folder.show_folder(proposed_target(series, "restored"))

    def _show_face_possible(self) -> None:
        self._steps.protect.show_face_possible(self._flows.models.serves(FACE_MODEL))

    def _on_protection_refused(self, message: Message) -> None:
        self._steps.protect.show_refused()
        self._steps.protect.notice.show_message(message)

    def _on_card_asked(self) -> None:
        panel, outcome = self._steps.card, self._desk.session.outcome
        if outcome is not None and panel.folder.folder is not None:
            paths = card_files(panel.folder.folder, outcome.fingerprint_words, panel.kinds)
            self._flows.card.save(panel.passphrase, paths)

    def _on_open_protected_asked(self) -> None:
        outcome = self._desk.session.outcome
        if outcome is not None:
            self._flows.open.open_paths((outcome.folder,))

    def _on_card_ready(self, picture: bytes) -> None:
        self._steps.card.forget()
        pixmap = QPixmap()
        pixmap.loadFromData(picture)
        self._steps.card.show_card(pixmap)

    def _on_card_refused(self, message: Message) -> None:
        self._steps.unlock.show_card_refused()
        self._steps.unlock.notice.show_message(message)

    def _on_passphrase_wrong(self, message: Message) -> None:
        self._steps.unlock.notice.show_message(message)
        self._steps.unlock.show_wrong_passphrase()

    def _on_relock_asked(self) -> None:
        self._flows.unlock.relock()
        self._steps.unlock.forget()
