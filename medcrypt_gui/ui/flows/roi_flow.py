"""Find ROI: ask a model, or take a mask from a file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from medcrypt_gui.core.imaging.series import Series
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.language import mark, tr
from medcrypt_gui.core.mask.editor import MaskEditor
from medcrypt_gui.core.mask.labels import ROI
from medcrypt_gui.core.mask.mask_file import MaskKind, MaskMaker
from medcrypt_gui.core.ports import Segmenter
from medcrypt_gui.core.segmentation.mask_origin import unproposed
from medcrypt_gui.core.segmentation.model_card import ModelCard
from medcrypt_gui.core.segmentation.proposal import Proposal
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.messages import explain
from medcrypt_gui.ui.flows.desk import Desk
from medcrypt_gui.ui.session import Step

if TYPE_CHECKING:
    from medcrypt_gui.services.load_mask import LoadedMask
    from medcrypt_gui.services.save_mask import OfferedKind

_FROM_FILE = mark("The mask was read from a file, which holds no probabilities.")


class RoiFlow(QObject):
    """A proposal is one undoable edit of the mask, so nothing drawn before is lost."""

    failed = Signal(object)
    said = Signal(str)
    noted = Signal(str, str)  # what the user should know of a mask that was read: a title and sentences

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk

    def companions(self, card: ModelCard | None) -> tuple[Series, ...]:
        """The other series of the study that a model may propose together with the open one."""
        from medcrypt_gui.services.fuse_proposals import companions  # not needed to show the window

        session = self._desk.session
        if card is None or session.series is None or session.found is None:
            return ()
        return companions(session.series, session.found.series, card)

    def propose(self, model_id: str, adds: bool = False, together: bool = False) -> None:
        """Let a model propose; its region replaces what is marked, or is added to it."""
        session = self._desk.session
        volume, series, editor = session.volume, session.series, session.editor
        if volume is None or series is None or editor is None:
            return
        if editor.table[ROI].locked:
            locked = tr("“{name}” is locked, so nothing is proposed into it.", name=editor.table[ROI].name)
            self.said.emit(f"{locked} {tr('Unlock it in step Correct.')}")
            return

        def work(task: TaskContext) -> tuple[Proposal, ModelCard]:
            segmenter = self._desk.workbench.segmenters()[model_id]
            others = self.companions(segmenter.card) if together else ()
            return self._proposal(segmenter, volume, series, others, task), segmenter.card

        self._desk.jobs.start(
            tr("Proposing the region of interest"),
            work,
            lambda made: self._on_proposed(made[0], made[1], editor, adds),
            lambda error: self.failed.emit(explain(error)),
            lambda: self.said.emit(tr("The proposal was cancelled. The mask is as it was.")),
        )

    def draw_by_hand(self) -> None:
        self._desk.session.mark_done(Step.ROI)
        self._desk.session.go_to(Step.CORRECT)

    def load_mask(self, path: Path) -> None:
        """Take the labels from a file; one of another grid is resampled, and the user is told."""
        from medcrypt_gui.services.load_mask import load_mask  # not needed to show the window

        session, formats = self._desk.session, self._desk.workbench.masks
        editor, series = session.editor, session.series
        if editor is None or series is None:
            return
        self._desk.jobs.start(
            tr("Reading the mask"),
            lambda task: load_mask(path, series, formats, task, editor.table),
            lambda loaded: self._on_loaded(loaded, editor, path),
            lambda error: self.failed.emit(explain(error)),
            lambda: self.said.emit(tr("Reading was cancelled. The mask is as it was.")),
        )

    def mask_kinds(self) -> tuple[OfferedKind, ...]:
        """The ways to save the mask of the open series, with the reason why one cannot be used."""
        from medcrypt_gui.services.save_mask import offered_kinds

        series = self._desk.session.series
        return offered_kinds(series, self._desk.workbench.masks) if series is not None else ()

    def save_mask(self, path: Path, kind: MaskKind | None = None, force: bool = True) -> None:
        """Write the mask; ``force`` replaces an existing file, which the dialog has asked about."""
        from medcrypt_gui.services.save_mask import save_mask

        session, formats = self._desk.session, self._desk.workbench.masks
        editor, series = session.editor, session.series
        if editor is None or series is None:
            return
        mask = replace(editor.mask, labels=editor.labels.copy())
        origin = session.origin
        maker = MaskMaker(tuple(dict.fromkeys(one.title for one in origin.findings)) if origin is not None else ())
        self._desk.jobs.start(
            tr("Saving the mask"),
            lambda task: save_mask(path, mask, series, formats, kind=kind, maker=maker, force=force, task=task),
            lambda _nothing: self.said.emit(tr("Mask saved to {path} and read back.", path=path)),
            lambda error: self.failed.emit(explain(error)),
            lambda: self.said.emit(tr("Saving was cancelled. No file was written.")),
        )

    def _proposal(
        self, segmenter: Segmenter, volume: Volume, series: Series, others: tuple[Series, ...], task: TaskContext
    ) -> Proposal:
        # Not needed to show the window.
        from medcrypt_gui.services.fuse_proposals import propose_together
        from medcrypt_gui.services.open_study import load_volume
        from medcrypt_gui.services.segment_roi import segment_roi

        if not others:
            return segment_roi(volume, series.modality, segmenter, task)
        readers = self._desk.workbench.readers
        loaded = [(volume, series.modality)]
        for number, other in enumerate(others):
            part = task.part(0.2 * number / len(others), 0.2 * (number + 1) / len(others))
            loaded.append((load_volume(other, readers, part), other.modality))
        return propose_together(loaded, volume.geometry, segmenter, task.part(0.2, 1.0))

    def _on_loaded(self, loaded: LoadedMask, editor: MaskEditor, path: Path) -> None:
        if self._desk.session.editor is not editor:
            return  # another series was opened meanwhile
        if not editor.may_change():
            self.said.emit(tr("The mask is as it was."))
            return
        mask, notices = loaded.mask, loaded.notices
        if any(label.locked for label in editor.table):
            notices += (tr("Locked labels stayed as they were."),)
        editor.replace_labels(mask, tr("Load mask"), origin=unproposed(mask.region(ROI), tr(_FROM_FILE)))
        self._go_on()
        self.said.emit(tr("Mask read from {name}.", name=path.name))
        if notices:
            self.noted.emit(tr("Look at the mask before you go on"), "\n".join(notices))

    def _on_proposed(self, proposal: Proposal, card: ModelCard, editor: MaskEditor, adds: bool) -> None:
        from medcrypt_gui.services.take_proposal import add_proposal, replace_by_proposal

        session = self._desk.session
        if session.editor is not editor:
            return  # another series was opened meanwhile
        if not editor.may_change():
            self.said.emit(tr("The mask is as it was."))
            return
        editor.break_off()
        if adds:
            current = editor.mask.region(ROI)
            region, origin = add_proposal(proposal, card, current, session.origin)
        else:
            region, origin = replace_by_proposal(proposal, card)
        editor.apply_whole(np.asarray(region), tr("Proposed ROI"), origin=origin)
        self._go_on()

    def _go_on(self) -> None:
        self._desk.session.mark_done(Step.ROI)
        self._desk.session.go_to(Step.CORRECT)
