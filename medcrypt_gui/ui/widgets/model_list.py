"""The models on offer: those that serve the open series to choose from, the others with the reason why they do not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QRadioButton, QSizePolicy, QVBoxLayout, QWidget

from medcrypt_gui.core.language import mark, tr, trn
from medcrypt_gui.core.segmentation.model_card import ModelCard
from medcrypt_gui.ui.widgets.disclosure import Disclosure
from medcrypt_gui.ui.widgets.group import StackedGroup, remove_widgets
from medcrypt_gui.ui.widgets.text import label

KIND_NAMES = {"network": mark("network"), "algorithm": mark("algorithm"), "ocr": mark("text detector")}
_INDENT = 26  # as far as a radio button's text


@dataclass(frozen=True)
class OfferedModel:
    """A model's card, and why it cannot serve the open series; empty when it can."""

    card: ModelCard
    why_not: str = ""


class ModelList(QWidget):
    """Keeps the choice when the list changes, where the chosen model is still on offer; else takes the first."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._offered: tuple[OfferedModel, ...] = ()
        self._radios: dict[str, QRadioButton] = {}
        self._group = QButtonGroup(self)
        self._fit, self._unfit = StackedGroup(), StackedGroup()
        for column in (self._fit, self._unfit):
            column.box.setSpacing(4)
        self._others = Disclosure("", "roiOtherModels", self._unfit)
        self._nothing = label("", "muted", "roiModelsState")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._nothing)
        layout.addWidget(self._fit)
        layout.addWidget(self._others)
        self.say(tr("Looking for models…"))

    @property
    def model_id(self) -> str | None:
        """The chosen model; None where none serves the series."""
        return next((model_id for model_id, radio in self._radios.items() if radio.isChecked()), None)

    def say(self, text: str) -> None:
        """A sentence in place of models."""
        self._nothing.setText(text)
        self._nothing.setVisible(bool(text))

    def show_models(self, offered: Sequence[OfferedModel]) -> None:
        """Offer these models in their order; those that cannot serve are listed apart."""
        if tuple(offered) == self._offered:
            return
        chosen = self.model_id
        self._offered = tuple(offered)
        self._clear()
        fit = [model.card for model in offered if not model.why_not]
        unfit = [model for model in offered if model.why_not]
        for card in fit:
            self._fit.add(self._row(card))
        for model in unfit:
            self._unfit.add(_unfit_row(model))
        self.say("" if fit else tr("No model serves this series.") if unfit else tr("No model is installed."))
        self._fit.setVisible(bool(fit))
        self._others.setVisible(bool(unfit))
        self._others.set_text(trn("{count} model for other images", "{count} models for other images", len(unfit)))
        self._others.set_open(not fit)
        self._choose(chosen if chosen in self._radios else fit[0].id if fit else None)

    def _choose(self, model_id: str | None) -> None:
        if model_id is not None:
            with QSignalBlocker(self._radios[model_id]):
                self._radios[model_id].setChecked(True)
        self.chosen.emit(model_id or "")

    def _row(self, card: ModelCard) -> QWidget:
        row = QWidget()
        radio = _Choice(tr(card.title))
        radio.setObjectName(f"roiModel_{card.id}")
        radio.setToolTip(f"{tr(card.title)}\n{tr(card.summary)}")
        radio.toggled.connect(lambda on: self.chosen.emit(card.id) if on else None)
        self._group.addButton(radio)
        self._radios[card.id] = radio
        grid = QGridLayout(row)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setColumnStretch(0, 1)
        grid.addWidget(radio, 0, 0)
        grid.addWidget(_badge(tr(KIND_NAMES[card.kind])), 0, 1)
        return row

    def _clear(self) -> None:
        for radio in self._radios.values():
            self._group.removeButton(radio)
        self._radios.clear()
        for column in (self._fit, self._unfit):
            remove_widgets(column.box)


class _Choice(QRadioButton):
    """A radio button that shortens its title rather than widen the panel."""

    def __init__(self, title: str) -> None:
        super().__init__(title)
        self._title = title
        self.setAccessibleName(title)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        return QSize(4 * _INDENT, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        room = event.size().width() - _INDENT - 2
        self.setText(self.fontMetrics().elidedText(self._title, Qt.TextElideMode.ElideRight, room))


def _unfit_row(model: OfferedModel) -> QWidget:
    row = QWidget()
    layout = QVBoxLayout(row)
    layout.setContentsMargins(_INDENT, 0, 0, 4)
    layout.setSpacing(0)
    title = label(tr(model.card.title), "body", f"roiUnfit_{model.card.id}")
    title.setEnabled(False)
    layout.addWidget(title)
    layout.addWidget(label(model.why_not, "muted", f"roiWhyNot_{model.card.id}"))
    return row


def _badge(text: str) -> QWidget:
    made = label(text, "badge")
    made.setWordWrap(False)
    return made
