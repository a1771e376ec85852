"""Which intent of the step Find ROI calls which flow."""

from __future__ import annotations

from PySide6.QtCore import QObject

from medcrypt_gui.ui.flows.desk import Desk
from medcrypt_gui.ui.flows_of import Flows
from medcrypt_gui.ui.steps import Steps


class RoiWiring(QObject):
    """Keeps the list of models true to the open series."""

    def __init__(self, desk: Desk, flows: Flows, steps: Steps, parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._flows, self._panel = desk.session, flows, steps.roi
        panel = steps.roi
        panel.primary_asked.connect(self._on_propose_asked)
        panel.manual_asked.connect(flows.roi.draw_by_hand)
        panel.model_chosen.connect(self._show_readiness)
        flows.models.models_changed.connect(self._show_models)
        desk.session.volume_changed.connect(self._show_models)
        desk.session.volume_completed.connect(self._show_readiness)
        desk.session.step_changed.connect(self._show_readiness)

    def _on_propose_asked(self) -> None:
        panel = self._panel
        if panel.model_id is not None:
            self._flows.roi.propose(panel.model_id, panel.how.adds, panel.together)

    def _show_models(self) -> None:
        models = self._flows.models
        self._panel.show_models(models.offered(), models.known.users, models.known.problems)

    def _show_readiness(self) -> None:
        """What the primary button can do now, and which series would go together."""
        panel, session = self._panel, self._session
        card = self._flows.models.card(panel.model_id or "")
        others = self._flows.roi.companions(card)
        panel.show_series_together(len(others) + 1)
        if session.series is not None and not session.complete:
            panel.show_waiting()
        elif session.series is not None:
            panel.show_ready()
