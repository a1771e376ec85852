"""Keeps count of the labels' voxels: anew only in slices that changed, and in the background when these are many."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal

from medcrypt_gui.core.language import tr
from medcrypt_gui.core.mask.box import Box
from medcrypt_gui.core.mask.editor import MaskEditor
from medcrypt_gui.core.mask.statistics import LabelSizes, counts_of
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.ui.flows.desk import Desk
from medcrypt_gui.ui.jobs import Job

_REST_MS = 150  # after the last change
_AT_ONCE = 1 << 22  # voxels that are counted in a millisecond or two


class SizeFlow(QObject):
    """The session has the sizes a moment after each change."""

    failed = Signal(object)
    said = Signal(str)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._editor: MaskEditor | None = None
        self._stop_listening: Callable[[], None] | None = None
        self._counts = np.zeros((0, 256), np.int64)
        self._stale = np.zeros(0, np.bool_)
        self._counting: Job | None = None
        self._rest = QTimer(self, singleShot=True, interval=_REST_MS)
        self._rest.timeout.connect(self._count)
        desk.session.mask_replaced.connect(self._on_replaced)
        desk.jobs.job_ended.connect(self._on_job_ended)

    def _on_replaced(self) -> None:
        """Another mask: an untouched one is empty, and to count it would fetch all of it into memory."""
        if self._stop_listening is not None:
            self._stop_listening()
        if self._counting is not None:
            self._counting.abandon()
        self._rest.stop()
        self._counting, self._stop_listening = None, None
        self._editor = editor = self._desk.session.editor
        if editor is None:
            self._desk.session.set_sizes(None)
            return
        slices, plane = editor.labels.shape[0], editor.labels[0].size
        self._counts, self._stale = (
            np.zeros((slices, 256), np.int64),
            np.full(slices, editor.revision > 0 or not editor.blank),
        )
        self._counts[:, 0] = plane
        self._stop_listening = editor.on_changed(self._on_changed)
        self._count()

    def _on_changed(self, box: Box) -> None:
        self._stale[box[0]] = True
        self._rest.start()

    def _count(self) -> None:
        editor = self._editor
        if editor is None or self._counting is not None:
            return  # the job that counts begins again when it ends
        slices = np.flatnonzero(self._stale)
        self._stale[:] = False
        if slices.size * editor.labels[0].size <= _AT_ONCE:
            self._take(slices, counts_of(editor.labels, slices, TaskContext()))
            return

        def work(task: TaskContext) -> NDArray[np.int64]:
            return counts_of(editor.labels, slices, task)

        self._counting = self._desk.jobs.start(
            tr("Measuring the labels"), work, lambda counts: self._on_counted(slices, counts), quiet=True
        )

    def _on_counted(self, slices: NDArray[np.intp], counts: NDArray[np.int64]) -> None:
        self._counting = None
        self._take(slices, counts)
        if self._stale.any() and not self._rest.isActive():
            self._count()

    def _on_job_ended(self, job: Job) -> None:
        """Whoever abandons all jobs abandons this one, too: count again."""
        if job is self._counting and job.abandoned:
            self._counting = None
            self._stale[:] = True
            self._rest.start()

    def _take(self, slices: NDArray[np.intp], counts: NDArray[np.int64]) -> None:
        assert self._editor is not None
        self._counts[slices] = counts
        self._desk.session.set_sizes(LabelSizes.of(self._counts, self._editor.geometry))
