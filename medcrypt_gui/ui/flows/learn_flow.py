"""Learn from what was corrected, show what it would change elsewhere, and change it only when accepted."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from medcrypt_gui.core.errors import MedcryptError
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.language import mark, tr
from medcrypt_gui.core.mask.editor import MaskEditor
from medcrypt_gui.core.mask.labels import ROI
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.segmentation.corrected_slices import SlicePlace, corrected_slices
from medcrypt_gui.core.segmentation.mask_origin import Region, after_accepting
from medcrypt_gui.core.segmentation.proposal import Proposal
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.messages import explain
from medcrypt_gui.ui.flows.desk import Desk
from medcrypt_gui.ui.jobs import Job
from medcrypt_gui.ui.suggestion import Suggestion

_SETTLE_MS = 250
_NO_PROPOSAL = mark("There is no proposal to correct: let a model propose the region first.")
_NOTHING_CORRECTED = mark("Nothing is corrected yet. Paint or erase in a few slices, or mark those that are right.")


class LearnFlow(QObject):
    """Keeps track of the corrected slices in the background; learns when asked."""

    failed = Signal(object)
    said = Signal(str)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._counting: Job | None = None
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settle.timeout.connect(self._count)
        desk.session.mask_edited.connect(self._on_edited)
        desk.session.mask_replaced.connect(self._on_replaced)
        desk.session.reviewed_changed.connect(self._settle.start)
        desk.session.labels_changed.connect(self._settle.start)

    def mark_right(self) -> None:
        """The slice shown needs no correction, or does after all."""
        session = self._desk.session
        session.set_reviewed(session.reviewed ^ {session.shown_slice})

    def learn(self) -> None:
        session = self._desk.session
        editor, origin, volume = session.editor, session.origin, session.volume
        if editor is None or origin is None or volume is None or session.why_not_learn:
            return
        editor.end_gesture()
        revision, corrected = editor.revision, session.corrected
        before = RoiMask(editor.mask.labels.copy(), editor.geometry)

        def work(task: TaskContext) -> Suggestion:
            from medcrypt_gui.services.learn_from_corrections import learn_from_corrections  # loads scikit-learn

            pure = RoiMask.from_bool(origin.pure.unpacked(), before.geometry)
            change = learn_from_corrections(volume, Proposal(pure, origin.probability), before, corrected, task)
            return suggest(before.region(ROI), change.after(before.region(ROI)), before.geometry, revision)

        self._desk.jobs.start(
            tr("Learning from your corrections"),
            work,
            lambda suggestion: self._on_learned(suggestion, editor),
            lambda error: self.failed.emit(explain(error)),
            lambda: self.said.emit(tr("Learning was cancelled. The mask is as it was.")),
        )

    def accept(self) -> None:
        """Make the suggested changes, as one undo step."""
        session, suggestion = self._desk.session, self._desk.session.suggestion
        editor, origin = session.editor, session.origin
        if suggestion is None or editor is None or origin is None:
            return
        before = editor.mask.region(ROI)
        after = (before | suggestion.added) & ~suggestion.removed
        session.set_suggestion(None)
        editor.apply_whole(after, tr("Learned changes"), origin=after_accepting(origin, before, after))

    def reject(self) -> None:
        self._desk.session.set_suggestion(None)

    def _on_learned(self, suggestion: Suggestion, editor: MaskEditor) -> None:
        session = self._desk.session
        if session.editor is not editor:
            return  # another series was opened meanwhile
        if editor.revision != suggestion.revision:
            self.said.emit(tr("What was learned was dropped: the mask changed meanwhile. Try again."))
            return
        session.set_suggestion(suggestion)
        if suggestion.order:
            session.slice_asked.emit(suggestion.order[0])

    def _on_edited(self) -> None:
        session = self._desk.session
        editor, suggestion = session.editor, session.suggestion
        if editor is not None and suggestion is not None and editor.revision != suggestion.revision:
            session.set_suggestion(None)
            self.said.emit(tr("The suggestion was dropped: the mask changed."))
        self._settle.start()

    def _on_replaced(self) -> None:
        self._desk.session.set_reviewed(frozenset())
        self._count()

    def _count(self) -> None:
        """Find the corrected slices: on large volumes that takes longer than a stroke may wait."""
        if self._counting is not None:
            self._counting.abandon()
            self._counting = None
        session = self._desk.session
        editor, origin, reviewed = session.editor, session.origin, session.reviewed
        if editor is None or origin is None:
            session.set_corrected((), tr(_NO_PROPOSAL))
            return
        if editor.table[ROI].locked:
            session.set_corrected((), tr("The label that models propose into is locked."))
            return
        self._counting = self._desk.jobs.start(
            tr("Looking for corrected slices"),
            lambda _task: corrected_slices(origin.corrections(editor.mask.region(ROI))),
            lambda slices: self._on_counted(slices, reviewed),
            self._on_count_failed,
            quiet=True,
        )

    def _on_counted(self, corrected: tuple[SlicePlace, ...], reviewed: frozenset[int]) -> None:
        self._counting = None
        places = tuple(dict.fromkeys((*corrected, *((0, z) for z in sorted(reviewed)))))
        self._desk.session.set_corrected(places, "" if corrected else tr(_NOTHING_CORRECTED))

    def _on_count_failed(self, error: MedcryptError) -> None:
        self._counting = None
        self.failed.emit(explain(error))


def suggest(before: Region, after: Region, geometry: Geometry, revision: int) -> Suggestion:
    """The difference between two masks, to be looked at."""
    from medcrypt_gui.core.segmentation.review_order import slices_to_review

    added, removed = after & ~before, before & ~after
    added_ml, removed_ml = (float(np.count_nonzero(part)) * geometry.voxel_volume_ml for part in (added, removed))
    by_slice = (added | removed).sum(axis=(1, 2)).astype(np.float64)
    share = float(by_slice.sum()) / max(int(np.count_nonzero(before)), 1)
    order = slices_to_review(by_slice, geometry.spacing_mm[2])
    return Suggestion(added, removed, added_ml, removed_ml, share, order, revision)
