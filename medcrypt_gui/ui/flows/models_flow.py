"""The models on offer: read in the background, judged against the open series, added and removed by the user."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from medcrypt_gui.core.errors import MedcryptError, TargetExistsError
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.segmentation.model_card import ModelCard
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.messages import explain
from medcrypt_gui.services.model_fitness import why_unfit
from medcrypt_gui.ui.flows.desk import Desk
from medcrypt_gui.ui.widgets.model_list import OfferedModel

_KINDS = ("network", "algorithm", "ocr")  # as they are listed; the first that serves the series is chosen


@dataclass(frozen=True)
class KnownModels:
    """Cards in the order of the list, the ids of those that the user added, and why others cannot be used."""

    cards: tuple[ModelCard, ...] = ()
    users: frozenset[str] = frozenset()
    problems: tuple[str, ...] = ()


class ModelsFlow(QObject):
    """Knows every model's card; runs none of them but to try it when it is added."""

    failed = Signal(object)
    said = Signal(str)
    models_changed = Signal()
    replace_asked = Signal(object, object)  # the weights and the card of a model that is there already

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.known = KnownModels()

    def find(self) -> None:
        """Read the model cards: the inference runtime takes a while to load."""
        library = self._desk.workbench.models

        def work(_task: TaskContext) -> KnownModels:
            catalog = library.catalog()
            cards = tuple(
                sorted((s.card for s in catalog.segmenters.values()), key=lambda card: _KINDS.index(card.kind))
            )
            users = frozenset(card.id for card in cards if not library.is_shipped(card.id))
            return KnownModels(cards, users, tuple(_problem(error) for error in catalog.problems))

        self._desk.jobs.start(tr("Looking for models"), work, self._on_found, self._on_failed, quiet=True)

    def card(self, model_id: str) -> ModelCard | None:
        return next((card for card in self.known.cards if card.id == model_id), None)

    def offered(self) -> tuple[OfferedModel, ...]:
        """Every model, and why it cannot serve the open series where it cannot."""
        session = self._desk.session
        volume, series = session.volume, session.series
        if volume is None or series is None:
            return tuple(OfferedModel(card) for card in self.known.cards)
        return tuple(OfferedModel(card, why_unfit(volume, series.modality, card)) for card in self.known.cards)

    def serves(self, model_id: str) -> bool:
        """Whether there is such a model, and nothing speaks against using it on the open series."""
        return any(model.card.id == model_id and not model.why_not for model in self.offered())

    def add(self, weights: Path, card_file: Path, replace: bool = False) -> None:
        """Try a network of the user's, and keep it if it is what its card says."""
        library = self._desk.workbench.models

        def work(task: TaskContext) -> ModelCard:
            from medcrypt_gui.services.add_model import add_model  # not needed to show the window

            return add_model(weights, card_file, library, task, force=replace)

        def on_failed(error: MedcryptError) -> None:
            if isinstance(error, TargetExistsError) and not replace:
                self.replace_asked.emit(weights, card_file)
            else:
                self.failed.emit(explain(error))

        self._desk.jobs.start(
            tr("Adding the model"),
            work,
            lambda card: self._on_changed(tr("{title} was tried and added.", title=tr(card.title))),
            on_failed,
            lambda: self.said.emit(tr("Adding the model was cancelled. The models are as they were.")),
            harmless=True,
        )

    def remove(self, model_id: str) -> None:
        """Delete a model that the user added."""
        library, card = self._desk.workbench.models, self.card(model_id)
        title = tr(card.title) if card is not None else model_id

        def work(_task: TaskContext) -> None:
            from medcrypt_gui.services.add_model import remove_model

            remove_model(model_id, library)

        self._desk.jobs.start(
            tr("Removing the model"),
            work,
            lambda _nothing: self._on_changed(tr("{title} was removed.", title=title)),
            lambda error: self.failed.emit(explain(error)),
        )

    def _on_changed(self, what: str) -> None:
        self.said.emit(what)
        self.find()

    def _on_found(self, known: KnownModels) -> None:
        self.known = known
        self.models_changed.emit()

    def _on_failed(self, error: MedcryptError) -> None:
        self._on_found(KnownModels(problems=(_problem(error),)))


def _problem(error: MedcryptError) -> str:
    """One card that is no model, in a sentence."""
    if error.path is None:
        return tr("A model cannot be used: {reason}.", reason=error.detail)
    return tr("{name} cannot be used: {reason}.", name=error.path.name, reason=error.detail)
