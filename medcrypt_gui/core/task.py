"""Progress and cancellation for long work, without Qt."""

from __future__ import annotations

import threading
from collections.abc import Callable

from medcrypt_gui.core.errors import Cancelled
from medcrypt_gui.core.language import tr


class TaskContext:
    """What a long-running service reports to and asks whether to go on.

    ``progress(fraction, text)`` takes a fraction from 0 to 1 and a sentence for the user.
    ``cancel()`` may be called from any thread; the work ends at its next ``checkpoint()``.
    """

    def __init__(self, on_progress: Callable[[float, str], None] | None = None) -> None:
        self._on_progress = on_progress
        self._cancelled = threading.Event()

    @property
    def cancelled(self) -> bool:
        return self._cancelled.is_set()

    def cancel(self) -> None:
        self._cancelled.set()

    def checkpoint(self) -> None:
        """Raise `Cancelled` if the user asked to stop. Call it at least every 0.3 s of work."""
        if self._cancelled.is_set():
            raise Cancelled(tr("cancelled by the user"))

    def progress(self, fraction: float, text: str) -> None:
        """Report how far the work is; this is a checkpoint too."""
        self.checkpoint()
        if self._on_progress is not None:
            self._on_progress(min(max(fraction, 0.0), 1.0), text)

    def part(self, start: float, stop: float) -> TaskContext:
        """A context whose 0..1 is shown as ``start..stop`` of this one, sharing its cancellation."""
        child = TaskContext(lambda fraction, text: self.progress(start + (stop - start) * fraction, text))
        child._cancelled = self._cancelled
        return child
