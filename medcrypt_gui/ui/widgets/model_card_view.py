"""A model's card as users read it: what it is for in a few lines, and all the rest one click away."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from medcrypt_gui.core.language import mark, tr, trn
from medcrypt_gui.core.segmentation.model_card import ModelCard, ScanResult
from medcrypt_gui.ui.widgets.disclosure import Disclosure
from medcrypt_gui.ui.widgets.group import StackedGroup, remove_widgets
from medcrypt_gui.ui.widgets.text import label

_KINDS = {
    "network": mark("A neural network. It runs on this computer and sends nothing."),
    "algorithm": mark("A classical algorithm: fixed rules, nothing learned, no probabilities."),
    "ocr": mark("A text detector. It runs on this computer and sends nothing."),
}
_ALWAYS = mark("Not a medical device. A proposal, not a finding: look at every slice.")


class ModelCardView(QWidget):
    """Hidden while no card is shown."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._summary = label(look="body", name="roiModelInfo")
        self._measured = label(look="muted", name="roiModelMeasured")
        self._rest = StackedGroup()
        self._rest.box.setSpacing(4)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._summary)
        layout.addWidget(self._measured)
        layout.addWidget(Disclosure(tr("All about this model"), "roiModelMore", self._rest))
        self.hide()

    def show_card(self, card: ModelCard | None) -> None:
        self.setVisible(card is not None)
        if card is None:
            return
        self._summary.setText(tr(card.summary))
        self._measured.setText(f"{_in_short(card)}\n{tr(_ALWAYS)}")
        remove_widgets(self._rest.box)
        for title, text in _paragraphs(card):
            self._rest.add(label(tr(title), "caption"), label(text, "body", f"roiModel{title.split()[0]}"))
        if card.results:
            self._rest.add(label(tr("Measured"), "caption"), _results_table(card.results))


def _paragraphs(card: ModelCard) -> Iterable[tuple[str, str]]:
    """Title, to be translated, and text."""
    yield mark("Use"), tr(card.intended_use)
    yield mark("Limits"), tr(card.limits)
    yield mark("Kind"), tr(_KINDS[card.kind])
    labels, modalities = ", ".join(tr(name) for name in card.labels), ", ".join(card.modality)
    yield mark("Finds"), tr("{labels}; in {modalities} images", labels=labels, modalities=modalities)
    if card.kind == "network":
        sources = "\n".join(f"{source.name} ({source.licence})" for source in card.training_data)
        yield mark("Trained on"), sources or tr("The card does not say.")
    yield mark("Licence of the model"), card.licence


def _in_short(card: ModelCard) -> str:
    """How good it is, as the card says."""
    if not card.results:
        return tr("The card gives no measurements.")
    worst = min(result.dice for result in card.results)
    return trn(
        "Dice {mean:.3f} on average over {count} scan, {worst:.3f} at worst.",
        "Dice {mean:.3f} on average over {count} scans, {worst:.3f} at worst.",
        len(card.results),
        mean=card.mean_dice,
        worst=worst,
    )


def _results_table(results: tuple[ScanResult, ...]) -> QWidget:
    """One row per data set and protocol."""
    table = QWidget()
    table.setObjectName("roiModelResults")
    grid = QGridLayout(table)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(2)
    grid.setColumnStretch(0, 1)
    for column, heading in enumerate((tr("Data set"), tr("Scans"), tr("Dice"), tr("Worst"))):
        grid.addWidget(label(heading, "muted"), 0, column)
    groups: dict[tuple[str, str], list[float]] = {}
    for result in results:
        groups.setdefault((result.dataset, result.protocol), []).append(result.dice)
    for row, ((dataset, protocol), dices) in enumerate(groups.items(), start=1):
        cells = (
            f"{dataset}\n{protocol}",
            f"{len(dices)}",
            f"{sum(dices) / len(dices):.3f}",
            f"{min(dices):.3f}",
        )
        for column, text in enumerate(cells):
            grid.addWidget(label(text), row, column)
    return table
