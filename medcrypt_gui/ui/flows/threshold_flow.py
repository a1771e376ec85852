"""Try thresholds on the shown slices while the slider moves; cut the whole mask when it rests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from medcrypt_gui.core.errors import MedcryptError
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.mask.editor import MaskEditor
from medcrypt_gui.core.mask.labels import ROI
from medcrypt_gui.core.segmentation.mask_origin import MaskOrigin, Region
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.messages import explain
from medcrypt_gui.ui.flows.desk import Desk
from medcrypt_gui.ui.jobs import Job

if TYPE_CHECKING:
    from medcrypt_gui.core.segmentation.threshold_trial import ThresholdTrial

_AGAIN_MS = 100  # how soon to look again whether a stroke has ended


class ThresholdFlow(QObject):
    """The mask itself changes once per gesture of the slider, as one undo step; until then only what is shown does."""

    failed = Signal(object)
    said = Signal(str)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._trial: ThresholdTrial | None = None
        self._cutting: Job | None = None
        self._again = QTimer(self, singleShot=True, interval=_AGAIN_MS)
        self._again.timeout.connect(self.settle)
        desk.session.mask_replaced.connect(self._forget)

    def try_threshold(self, threshold: float) -> None:
        """Show the slices as they would be at this threshold."""
        session = self._desk.session
        editor, origin = session.editor, session.origin
        if editor is None or origin is None or origin.probability is None:
            return
        from medcrypt_gui.core.segmentation.threshold_trial import ThresholdTrial  # SciPy takes its time to load

        self._stop_cutting()
        if self._trial is None:
            editor.break_off()
            self._trial = ThresholdTrial(origin.probability, origin, editor.mask.region(ROI), editor.geometry)
        self._trial.cut_at(threshold)
        session.set_trial(self._trial)

    def settle(self) -> None:
        """Make the whole mask what was tried last, in the background."""
        session, trial = self._desk.session, self._trial
        editor, origin = session.editor, session.origin
        if trial is None or editor is None:
            return
        if origin is None or origin.probability is None:
            self._forget()  # the proposal was undone meanwhile
            return
        if editor.in_gesture:
            self._again.start()
            return
        probability, threshold, revision = origin.probability, trial.threshold, editor.revision
        current = editor.mask.region(ROI)

        def work(task: TaskContext) -> tuple[Region, MaskOrigin]:
            from medcrypt_gui.services.recut_roi import recut_roi

            return recut_roi(probability, origin, current, editor.geometry, threshold, task)

        self._stop_cutting()
        self._cutting = self._desk.jobs.start(
            tr("Cutting the region anew"),
            work,
            lambda made: self._on_cut(made[0], made[1], editor, revision),
            self._on_failed,
            self._on_cancelled,
        )

    def _on_cut(self, region: Region, origin: MaskOrigin, editor: MaskEditor, revision: int) -> None:
        self._cutting = None
        if self._desk.session.editor is not editor or self._trial is None:
            return
        if editor.revision != revision or editor.in_gesture:
            self.settle()  # something was drawn meanwhile, which must not be lost
            return
        editor.apply_whole(region, tr("Threshold"), origin=origin)
        self._forget()

    def _on_failed(self, error: MedcryptError) -> None:
        self._forget()
        self.failed.emit(explain(error))

    def _on_cancelled(self) -> None:
        self._forget()
        self.said.emit(tr("The new threshold was cancelled. The mask is as it was."))

    def _forget(self) -> None:
        self._stop_cutting()
        self._again.stop()
        self._trial = None
        self._desk.session.set_trial(None)

    def _stop_cutting(self) -> None:
        if self._cutting is not None:
            self._cutting.abandon()
            self._cutting = None
