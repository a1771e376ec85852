"""Find ROI: ask the network, or take a mask from a file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.segmentation.model_card import ModelCard
from medcrypt_gui.core.segmentation.proposal import Proposal
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.messages import explain
from medcrypt_gui.ui.flows.desk import Desk
from medcrypt_gui.ui.session import Step

_FEWEST_SLICES = 8


class RoiFlow(QObject):
    """A proposal is one undoable edit of the mask, so nothing drawn before is lost."""

    failed = Signal(object)
    said = Signal(str)
    models_found = Signal(object)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._cards: Mapping[str, ModelCard] = {}

    def find_models(self) -> None:
        """Read the model cards in the background: the inference runtime takes a while to load."""

        def work(_task: TaskContext) -> dict[str, ModelCard]:
            return {model_id: segmenter.card for model_id, segmenter in self._desk.workbench.segmenters().items()}

        self._desk.jobs.start("Looking for models", work, self._on_models, lambda _e: self._on_models({}), quiet=True)

    def why_not(self, model_id: str) -> str:
        """Why this model cannot serve the open series, as a sentence; empty when it can."""
        session, card = self._desk.session, self._cards.get(model_id)
        if session.series is None or session.volume is None or card is None:
            return "" if session.series is None else "No model is installed."
        return _why_not(session.volume, session.series.modality, card)

    def propose(self, model_id: str) -> None:
        session = self._desk.session
        volume, series, editor = session.volume, session.series, session.editor
        if volume is None or series is None or editor is None:
            return

        def work(task: TaskContext) -> Proposal:
            from medcrypt_gui.services.segment_roi import segment_roi  # not needed to show the window

            segmenter = self._desk.workbench.segmenters()[model_id]
            return segment_roi(volume, series.modality, segmenter, task)

        self._desk.jobs.start(
            "Proposing the region of interest",
            work,
            lambda proposal: self._on_proposed(proposal.mask, editor),
            lambda error: self.failed.emit(explain(error)),
            lambda: self.said.emit("The proposal was cancelled. The mask is as it was."),
        )

    def draw_by_hand(self) -> None:
        self._desk.session.mark_done(Step.ROI)
        self._desk.session.go_to(Step.CORRECT)

    def load_mask(self, path: Path) -> None:
        """Take the ROI from a file on the same grid, or one that differs by axis flips only."""
        session, masks = self._desk.session, self._desk.workbench.masks
        editor = session.editor
        if editor is None:
            return
        self._desk.jobs.start(
            "Reading the mask",
            lambda _task: masks.read(path, editor.geometry),
            lambda mask: self._on_proposed(mask, editor),
            lambda error: self.failed.emit(explain(error)),
        )

    def save_mask(self, path: Path) -> None:
        session, masks = self._desk.session, self._desk.workbench.masks
        if session.editor is None:
            return
        mask = RoiMask(session.editor.mask.labels.copy(), session.editor.geometry)
        self._desk.jobs.start(
            "Saving the mask",
            lambda _task: masks.write(path, mask, force=True),  # the dialog has asked
            lambda _nothing: self.said.emit(f"Mask saved to {path}"),
            lambda error: self.failed.emit(explain(error)),
        )

    def _on_models(self, cards: Mapping[str, ModelCard]) -> None:
        self._cards = cards
        self.models_found.emit(cards)

    def _on_proposed(self, mask: RoiMask, editor: object) -> None:
        session = self._desk.session
        if session.editor is None or session.editor is not editor:
            return  # another series was opened meanwhile
        session.editor.apply_whole(mask.roi(), "Proposed ROI")
        session.mark_done(Step.ROI)
        session.go_to(Step.CORRECT)


def _why_not(volume: Volume, modality: str, card: ModelCard) -> str:
    """What can be told before the network runs; the service looks closer."""
    if min(volume.geometry.shape) < _FEWEST_SLICES:
        return "The model needs a volume; this series has too few slices."
    if modality and modality not in card.modality:
        return f"The model was made for {' and '.join(card.modality)}; this series is {modality}."
    return ""
