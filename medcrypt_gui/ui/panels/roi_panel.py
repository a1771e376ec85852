"""Step Find ROI: let a network propose the region, or go on and draw it."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from medcrypt_gui.core.segmentation.model_card import ModelCard
from medcrypt_gui.ui.panels.step_panel import StepPanel
from medcrypt_gui.ui.widgets.notice import Tone
from medcrypt_gui.ui.widgets.text import button, label

_SUBTITLE = "The region of interest is what will be encrypted. A network can propose it; you correct it afterwards."


class RoiPanel(StepPanel):
    """Shows the models' cards; asks to propose, to draw, or to load a mask."""

    model_chosen = Signal(str)
    manual_asked = Signal()
    mask_file_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("roi", "Find the region of interest", _SUBTITLE, "Propose ROI", parent)
        self._cards: Mapping[str, ModelCard] = {}
        self.add_heading("Model")
        self._models = QComboBox()
        self._models.setObjectName("roiModel")
        self._models.setMinimumHeight(32)
        self._info = label("Looking for models…", "body", "roiModelInfo")
        self.body.addWidget(self._models)
        self._origin = label(look="muted", name="roiModelOrigin")
        self.body.addWidget(self._info)
        self.body.addWidget(self._origin)
        self.add_heading("Or without a network")
        row = QHBoxLayout()
        row.setSpacing(8)
        self._manual = button("Draw it myself", "roiManual")
        self._load = button("Load mask…", "roiLoadMask")
        row.addWidget(self._manual)
        row.addWidget(self._load)
        self.body.addLayout(row)
        self.body.addStretch(1)
        self.primary.setEnabled(False)
        self._models.currentIndexChanged.connect(self._on_model_changed)
        self._manual.clicked.connect(self.manual_asked)
        self._load.clicked.connect(self.mask_file_asked)

    @property
    def model_id(self) -> str | None:
        """The chosen model."""
        chosen = self._models.currentData()
        return str(chosen) if chosen else None

    def show_models(self, cards: Mapping[str, ModelCard]) -> None:
        """Offer these models, the first one chosen."""
        self._cards = cards
        self._models.clear()
        for model_id, card in cards.items():
            self._models.addItem(card.title, model_id)
        self._models.setVisible(bool(cards))
        if not cards:
            self._info.setText("No model is installed.")

    def show_waiting(self) -> None:
        """The series is still being read; the network needs all of it."""
        self.notice.clear()
        self.primary.setEnabled(False)
        self.primary.setToolTip("Waiting until all slices are read")

    def show_fitness(self, why_not: str) -> None:
        """Offer the proposal, or say in a sentence why the model cannot serve this series."""
        if why_not:
            self.notice.show_text(Tone.INFO, "The network cannot be used here", f"{why_not}\nDraw the region yourself.")
        else:
            self.notice.clear()
        self.primary.setEnabled(not why_not and self.model_id is not None)
        self.primary.setToolTip(why_not)

    def _on_model_changed(self) -> None:
        card = self._cards.get(self.model_id or "")
        self._info.setText("" if card is None else _describe(card))
        self._origin.setText("" if card is None else _origin(card))
        self.model_chosen.emit(self.model_id or "")


def _describe(card: ModelCard) -> str:
    """What it finds, and how well."""
    lines = [f"Finds: {', '.join(card.labels)}. Made for {', '.join(card.modality)}."]
    if card.results:
        count = f"{len(card.results)} scan{'s' if len(card.results) > 1 else ''}"
        worst = min(result.dice for result in card.results)
        lines.append(f"On {count} it had never seen: Dice {card.mean_dice:.3f} on average, {worst:.3f} at worst.")
    lines.append("A proposal, not a finding: look at every slice.")
    return "\n".join(lines)


def _origin(card: ModelCard) -> str:
    """What it was made from."""
    sources = "; ".join(source.name for source in card.training_data)
    return f"Trained on {sources}.\nLicence: {card.licence}."
