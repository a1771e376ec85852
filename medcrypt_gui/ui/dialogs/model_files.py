"""Which model to add or remove: asked in the system's dialogs, and once more before one is lost."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from medcrypt_gui.core.language import mark, tr
from medcrypt_gui.ui.dialogs.questions import ask_to_lose
from medcrypt_gui.ui.flows.models_flow import ModelsFlow

_NETWORKS, _CARDS = mark("ONNX networks (*.onnx)"), mark("Model cards (*.toml)")


class ModelFiles(QObject):
    """Asks on behalf of the step Find ROI."""

    def __init__(self, flow: ModelsFlow, window: QWidget) -> None:
        super().__init__(window)
        self._flow, self._window = flow, window
        flow.replace_asked.connect(self._ask_to_replace)

    def ask_to_add(self) -> None:
        """The network first; its card is the TOML file of the same name beside it, or asked for."""
        chosen, _filter = QFileDialog.getOpenFileName(
            self._window, tr("Choose the network of the model"), str(Path.home()), tr(_NETWORKS)
        )
        if not chosen:
            return
        weights = Path(chosen)
        card = weights.with_suffix(".toml")
        if not card.exists():
            named, _filter = QFileDialog.getOpenFileName(
                self._window, tr("Choose the card of this model"), str(weights.parent), tr(_CARDS)
            )
            if not named:
                return
            card = Path(named)
        self._flow.add(weights, card)

    def ask_to_remove(self, model_id: str) -> None:
        card = self._flow.card(model_id)
        if card is None:
            return
        text = tr(
            "The copy of “{title}” that MedCrypt keeps would be deleted. Masks that it proposed stay.",
            title=tr(card.title),
        )
        if ask_to_lose(self._window, tr("Remove this model?"), text, tr("Remove it"), tr("Keep it")):
            self._flow.remove(model_id)

    def _ask_to_replace(self, weights: Path, card_file: Path) -> None:
        text = tr("A model with the same id was added before. Its copy in MedCrypt would be replaced.")
        if ask_to_lose(self._window, tr("Replace the model?"), text, tr("Replace it"), tr("Keep the old one")):
            self._flow.add(weights, card_file, replace=True)
