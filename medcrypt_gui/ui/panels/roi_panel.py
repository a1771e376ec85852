"""Step Find ROI: let a model propose the region, or go on and draw it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from medcrypt_gui.core.language import mark, tr
from medcrypt_gui.core.segmentation.model_card import ModelCard
from medcrypt_gui.ui.panels.step_panel import StepPanel
from medcrypt_gui.ui.session import Session
from medcrypt_gui.ui.widgets.add_or_replace import AddOrReplace
from medcrypt_gui.ui.widgets.model_card_view import ModelCardView
from medcrypt_gui.ui.widgets.model_list import ModelList, OfferedModel
from medcrypt_gui.ui.widgets.text import button, label
from medcrypt_gui.ui.widgets.tick_box import TickBox

_SUBTITLE = mark("The region of interest is what will be encrypted. A model can propose it; you correct it afterwards.")
_TOGETHER_TIP = mark("They show the same head: each is proposed, and the surer one counts for more. It takes longer.")


class RoiPanel(StepPanel):
    """Shows the models and the chosen one's card; asks to propose, to draw, or to load a mask."""

    model_chosen = Signal(str)
    manual_asked = Signal()
    mask_file_asked = Signal()
    add_model_asked = Signal()
    remove_model_asked = Signal(str)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__("roi", tr("Find the region of interest"), tr(_SUBTITLE), tr("Propose ROI"), parent)
        self._cards: dict[str, ModelCard] = {}
        self._users: frozenset[str] = frozenset()
        self.add_heading(tr("Model"))
        self._models = ModelList()
        self._card = ModelCardView()
        self._problems = label(look="warning", name="roiModelProblems")
        self._problems.hide()
        self._together = TickBox(name="roiTogether")
        self._together.setToolTip(tr(_TOGETHER_TIP))
        self._together.hide()
        for widget in (self._models, self._card, self._together, self._problems):
            self.body.addWidget(widget)
        self.body.addLayout(self._model_buttons())
        self.add_heading(tr("Or without a model"))
        self.body.addLayout(self._other_ways())
        self.body.addStretch(1)
        self.how = AddOrReplace(session)
        self.above_primary(self.how)
        self.primary.setEnabled(False)
        self._models.chosen.connect(self._on_chosen)

    @property
    def model_id(self) -> str | None:
        """The chosen model."""
        return self._models.model_id

    @property
    def together(self) -> bool:
        """Whether all series of the study shall be proposed together."""
        return not self._together.isHidden() and self._together.isChecked()

    def _model_buttons(self) -> QHBoxLayout:
        self._add = button(tr("Add a model…"), "roiAddModel", "quiet", tr("Any ONNX network with its card"))
        self._remove = button(tr("Remove this model…"), "roiRemoveModel", "quiet")
        self._remove.hide()
        self._add.clicked.connect(self.add_model_asked)
        self._remove.clicked.connect(lambda: self.remove_model_asked.emit(self.model_id or ""))
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._add)
        row.addWidget(self._remove)
        row.addStretch(1)
        return row

    def _other_ways(self) -> QHBoxLayout:
        manual = button(tr("Draw it myself"), "roiManual")
        load = button(tr("Load mask…"), "roiLoadMask")
        manual.clicked.connect(self.manual_asked)
        load.clicked.connect(self.mask_file_asked)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(manual)
        row.addWidget(load)
        return row

    def show_models(self, offered: Sequence[OfferedModel], users: frozenset[str], problems: Sequence[str]) -> None:
        """Offer these models; ``users`` are the ids of those that the user added and may remove."""
        self._cards = {model.card.id: model.card for model in offered}
        self._users = users
        self._models.show_models(offered)
        self._problems.setText("\n".join(problems))
        self._problems.setVisible(bool(problems))
        self._on_chosen(self.model_id or "")

    def show_series_together(self, count: int) -> None:
        """Offer to propose so many series of the study together; fewer than two hides the offer."""
        self._together.setText(tr("Use all {number} series of this study together", number=count))
        self._together.setVisible(count > 1)

    def show_waiting(self) -> None:
        """The series is still being read; a model needs all of it."""
        self.notice.clear()
        self.primary.setEnabled(False)
        self.primary.setToolTip(tr("Waiting until all slices are read"))

    def show_ready(self) -> None:
        """All slices are there: a model may propose, where one serves the series."""
        some = self.model_id is not None
        self.primary.setEnabled(some)
        self.primary.setToolTip("" if some else tr("No model serves this series: draw the region, or load a mask"))

    def _on_chosen(self, model_id: str) -> None:
        self._card.show_card(self._cards.get(model_id))
        self._remove.setVisible(model_id in self._users)
        self.model_chosen.emit(model_id)
