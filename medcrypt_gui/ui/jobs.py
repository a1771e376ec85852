"""Long work off the GUI thread: plain service functions that take a `TaskContext`.

The runner owns every job until its last signal was delivered, so no result is ever lost with a collected object, and
all signals arrive on the GUI thread.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal, Slot

from medcrypt_gui.core.errors import Cancelled, MedcryptError
from medcrypt_gui.core.language import tr
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.ui.unexpected import told_to_log

_LOG = logging.getLogger("medcrypt.jobs")
_WORKERS = 2

Work = Callable[[TaskContext], Any]


class Job(QObject):
    """One piece of work. ``quiet`` jobs (thumbnails, previews) show no progress; of ``harmless`` ones (reading) nothing
    is lost when they are cancelled, so nobody is asked.

    Exactly one of ``succeeded``, ``failed``, ``cancelled`` is emitted, always on the GUI thread.
    """

    succeeded = Signal(object)
    failed = Signal(object)  # a MedcryptError
    cancelled = Signal()
    progressed = Signal(float, str)

    def __init__(self, title: str, quiet: bool, harmless: bool, parent: QObject) -> None:
        super().__init__(parent)
        self.title = title
        self.quiet = quiet
        self.harmless = quiet or harmless
        self.abandoned = False
        self.context: TaskContext | None = None

    def cancel(self) -> None:
        """Ask the work to stop; it ends with ``cancelled`` at its next checkpoint."""
        if self.context is not None:
            self.context.cancel()

    def abandon(self) -> None:
        """Cancel, and tell nobody: whoever asked for the result no longer wants it."""
        self.abandoned = True
        self.cancel()


class JobRunner(QObject):
    """Runs jobs in a small pool. Create it on the GUI thread and call `shut_down` before the application ends."""

    job_started = Signal(object)
    job_progressed = Signal(object, float, str)
    job_ended = Signal(object)
    _reported = Signal(object, float, str)
    _ended = Signal(object, object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(max_workers=_WORKERS, thread_name_prefix="medcrypt-job")
        self._quiet_pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="medcrypt-quiet")
        self._running: list[Job] = []
        self._closed = False
        # Queued, because both are emitted from the worker's thread.
        self._reported.connect(self._on_reported, Qt.ConnectionType.QueuedConnection)
        self._ended.connect(self._on_ended, Qt.ConnectionType.QueuedConnection)

    def start(
        self,
        title: str,
        work: Work,
        on_success: Callable[[Any], None] | None = None,
        on_failure: Callable[[MedcryptError], None] | None = None,
        on_cancel: Callable[[], None] | None = None,
        *,
        quiet: bool = False,
        harmless: bool = False,
    ) -> Job:
        """Run ``work(task)`` in the background. ``title`` is a sentence for the user, as "Reading the series".

        After `shut_down` nothing is run any more: the job comes back abandoned.
        """
        job = Job(title, quiet, harmless, self)
        if self._closed:  # a timer of a closing window was faster than its end
            job.abandoned = True
            return job
        job.context = TaskContext(lambda fraction, text: self._reported.emit(job, float(fraction), text))
        if on_success is not None:
            job.succeeded.connect(on_success)
        if on_failure is not None:
            job.failed.connect(on_failure)
        if on_cancel is not None:
            job.cancelled.connect(on_cancel)
        self._running.append(job)
        self.job_started.emit(job)
        (self._quiet_pool if quiet else self._pool).submit(self._run, job, work)
        return job

    @property
    def busy_with(self) -> tuple[str, ...]:
        """The titles of jobs of which something would be lost if they were cancelled now."""
        return tuple(job.title for job in self._running if not job.harmless)

    @property
    def idle(self) -> bool:
        """Whether nothing at all is under way."""
        return not self._running

    def abandon_all(self) -> None:
        """Cancel everything and tell nobody."""
        for job in self._running:
            job.abandon()

    def shut_down(self) -> None:
        """Cancel everything and wait for the threads; results that arrive afterwards are dropped."""
        self._closed = True
        self.abandon_all()
        for pool in (self._pool, self._quiet_pool):
            pool.shutdown(wait=True, cancel_futures=True)
        self._running.clear()

    def _run(self, job: Job, work: Work) -> None:
        """On the worker's thread: the job's edge, the one place where everything is caught."""
        assert job.context is not None
        try:
            job.context.checkpoint()
            result, error = work(job.context), None
        except MedcryptError as known:
            result, error = None, known
        except BaseException as unknown:  # noqa: BLE001 - whatever it was, the window must hear of it
            result, error = None, _unexpected(work, unknown)
        self._ended.emit(job, result, error)

    @Slot(object, float, str)
    def _on_reported(self, job: Job, fraction: float, text: str) -> None:
        if job in self._running:
            job.progressed.emit(fraction, text)
            self.job_progressed.emit(job, fraction, text)

    @Slot(object, object, object)
    def _on_ended(self, job: Job, result: object, error: MedcryptError | None) -> None:
        if job not in self._running:
            return
        self._running.remove(job)
        self.job_ended.emit(job)
        if job.abandoned:
            pass
        elif error is None:
            job.succeeded.emit(result)
        elif isinstance(error, Cancelled):
            job.cancelled.emit()
        else:
            job.failed.emit(error)
        job.deleteLater()


def _unexpected(work: Work, error: BaseException) -> MedcryptError:
    """The error as the user may see it."""
    name = getattr(work, "__qualname__", type(work).__name__)  # not the title, which is in the user's language
    _LOG.error("%s ended unexpectedly: %s", name, told_to_log(error))
    return MedcryptError(tr("unexpected {name}", name=type(error).__name__))
