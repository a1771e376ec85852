"""Learn from what was corrected, and suggest what it would change elsewhere."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from medcrypt_gui.core.errors import MedcryptError
from medcrypt_gui.core.language import mark, tr
from medcrypt_gui.core.mask.box import whole_box
from medcrypt_gui.core.mask.editor import MaskEditor
from medcrypt_gui.core.mask.labels import ROI
from medcrypt_gui.core.mask.part import Part
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.mask.sink import SinkMode
from medcrypt_gui.core.segmentation.corrected_slices import SlicePlace, corrected_slices
from medcrypt_gui.core.segmentation.proposal import Proposal
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.messages import explain
from medcrypt_gui.ui.flows.desk import Desk
from medcrypt_gui.ui.jobs import Job
from medcrypt_gui.ui.suggestion import Suggestion, suggest

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
        desk.session.mask_edited.connect(self._settle.start)
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
        editor.break_off()
        revision, corrected, title = editor.revision, session.corrected, tr("Learned changes")
        before = RoiMask(editor.mask.labels.copy(), editor.geometry, editor.table)

        def work(task: TaskContext) -> Suggestion:
            from medcrypt_gui.services.learn_from_corrections import learn_from_corrections  # loads scikit-learn

            pure = RoiMask.from_bool(origin.pure.unpacked(), before.geometry)
            change = learn_from_corrections(volume, Proposal(pure, origin.probability), before, corrected, task)
            box = whole_box(before.geometry.shape)
            parts = (Part(change.after(before.region(ROI)), box, SinkMode.SET, ROI),)
            return suggest(title, "", "", before, parts, revision, origin, task, accepted=True)

        self._desk.jobs.start(
            tr("Learning from your corrections"),
            work,
            lambda suggestion: self._on_learned(suggestion, editor),
            lambda error: self.failed.emit(explain(error)),
            lambda: self.said.emit(tr("Learning was cancelled. The mask is as it was.")),
        )

    def _on_learned(self, suggestion: Suggestion, editor: MaskEditor) -> None:
        session = self._desk.session
        if session.editor is not editor:
            return  # another series was opened meanwhile
        if not suggestion.still_fits(editor):
            self.said.emit(tr("What was learned was dropped: the mask changed meanwhile. Try again."))
            return
        session.set_suggestion(suggestion)
        if suggestion.order:
            session.slice_asked.emit(suggestion.order[0])

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
