"""The models on offer: read in the background, and judged against the open series."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal

from medcrypt_gui.core.errors import MedcryptError
from medcrypt_gui.core.segmentation.model_card import ModelCard
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.messages import explain
from medcrypt_gui.services.model_fitness import why_unfit
from medcrypt_gui.ui.flows.desk import Desk
from medcrypt_gui.ui.widgets.model_list import OfferedModel


class ModelsFlow(QObject):
    """Knows every model's card; runs none of them."""

    failed = Signal(object)
    said = Signal(str)
    models_changed = Signal()

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._cards: Mapping[str, ModelCard] = {}
        self.problems: tuple[str, ...] = ()

    def find(self) -> None:
        """Read the model cards: the inference runtime takes a while to load."""

        def work(_task: TaskContext) -> dict[str, ModelCard]:
            return {model_id: segmenter.card for model_id, segmenter in self._desk.workbench.segmenters().items()}

        self._desk.jobs.start("Looking for models", work, self._on_found, self._on_failed, quiet=True)

    def card(self, model_id: str) -> ModelCard | None:
        return self._cards.get(model_id)

    def offered(self) -> tuple[OfferedModel, ...]:
        """Every model, and why it cannot serve the open series where it cannot."""
        session = self._desk.session
        volume, series = session.volume, session.series
        if volume is None or series is None:
            return tuple(OfferedModel(card) for card in self._cards.values())
        return tuple(OfferedModel(card, why_unfit(volume, series.modality, card)) for card in self._cards.values())

    def serves(self, model_id: str) -> bool:
        """Whether there is such a model, and nothing speaks against using it on the open series."""
        return any(model.card.id == model_id and not model.why_not for model in self.offered())

    def _on_found(self, cards: Mapping[str, ModelCard]) -> None:
        self._cards = cards
        self.models_changed.emit()

    def _on_failed(self, error: MedcryptError) -> None:
        self.problems = (explain(error).text,)
        self.models_changed.emit()
