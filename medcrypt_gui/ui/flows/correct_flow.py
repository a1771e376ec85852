"""Correct: whole-mask operations, each one undo step."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from medcrypt_gui.core.language import mark, tr
from medcrypt_gui.core.mask.edit import Box
from medcrypt_gui.core.mask.labels import ROI
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.segmentation.mask_origin import MaskOrigin, after_operation, unproposed
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.messages import explain
from medcrypt_gui.ui.flows.desk import Desk
from medcrypt_gui.ui.session import Step

_CLEARED = mark("The mask was cleared. Propose again to have a threshold.")

Operation = Callable[[RoiMask, TaskContext], tuple[NDArray[np.bool_], Box]]


class CorrectFlow(QObject):
    """Undo and redo are immediate; operations run as jobs and are dropped if the mask changed under them."""

    failed = Signal(object)
    said = Signal(str)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk

    def fill_holes(self) -> None:
        self._run(tr("Fill holes"), _fill_holes)

    def keep_largest(self) -> None:
        self._run(tr("Keep largest part"), _keep_largest)

    def clear(self) -> None:
        editor = self._desk.session.editor
        if editor is not None:
            nothing = np.zeros(editor.geometry.shape, np.bool_)
            editor.apply_whole(nothing, tr("Clear"), origin=unproposed(nothing, tr(_CLEARED)))

    def undo(self) -> None:
        if self._desk.session.editor is not None:
            self._desk.session.editor.undo()

    def redo(self) -> None:
        if self._desk.session.editor is not None:
            self._desk.session.editor.redo()

    def accept(self) -> None:
        """The mask is right; on to Protect."""
        session = self._desk.session
        if session.editor is not None:
            session.editor.end_gesture()
            session.mark_done(Step.CORRECT)
            session.go_to(Step.PROTECT)

    def _run(self, name: str, operation: Operation) -> None:
        editor = self._desk.session.editor
        if editor is None:
            return
        editor.end_gesture()
        revision, origin = editor.revision, self._desk.session.origin

        def work(task: TaskContext) -> tuple[NDArray[np.bool_], Box, MaskOrigin | None]:
            region, box = operation(editor.mask, task)
            if origin is None:
                return region, box, None
            before = editor.mask.region(ROI)
            after = before.copy()
            after[box] = region
            return region, box, after_operation(origin, before, after)

        def apply(result: tuple[NDArray[np.bool_], Box, MaskOrigin | None]) -> None:
            region, box, made = result
            if self._desk.session.editor is editor and editor.revision == revision:
                editor.apply_whole(region, name, box, made)
            else:
                self.said.emit(tr("{name} was dropped: the mask changed meanwhile. Try again.", name=name))

        self._desk.jobs.start(
            name,
            work,
            apply,
            lambda error: self.failed.emit(explain(error)),
            lambda: self.said.emit(tr("{name} was cancelled. The mask is as it was.", name=name)),
        )


# SciPy takes half a second to load, for which the window need not wait.


def _fill_holes(mask: RoiMask, task: TaskContext) -> tuple[NDArray[np.bool_], Box]:
    from medcrypt_gui.core.mask.morphology import fill_holes

    return fill_holes(mask, task)


def _keep_largest(mask: RoiMask, task: TaskContext) -> tuple[NDArray[np.bool_], Box]:
    from medcrypt_gui.core.mask.morphology import keep_largest

    return keep_largest(mask, task)
