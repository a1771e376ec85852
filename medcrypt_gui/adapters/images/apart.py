"""Work done in processes of their own, for code of others that may end the process it runs in.

gdcm, the only permitted decoder of lossless JPEG, calls ``abort()`` on some damaged files: with the window in the same
process, a mask would be lost with it.
"""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any

_WORKERS = 2


class ProcessDied(Exception):
    """The work ended the process that did it."""


class Apart:
    """A pool of processes, started when first needed and anew when one of them died. Safe to use from threads."""

    def __init__(self, workers: int = _WORKERS) -> None:
        self._workers = workers
        self._lock = threading.Lock()
        self._alone = threading.Lock()
        self._pool: ProcessPoolExecutor | None = None

    def run(self, work: Callable[..., Any], *arguments: Any) -> Any:
        """What ``work(*arguments)`` returns or raises; both must be picklable. Raises `ProcessDied`."""
        shared = self._started()
        try:
            return shared.submit(work, *arguments).result()
        except BrokenProcessPool:
            self._forget(shared)
        # Work of another thread may have ended the pool: once more, with nobody else in it.
        with self._alone, ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
            try:
                return pool.submit(work, *arguments).result()
            except BrokenProcessPool as exc:
                raise ProcessDied from exc

    def close(self) -> None:
        """End the processes; the next work starts new ones."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=True, cancel_futures=True)

    def _forget(self, broken: ProcessPoolExecutor) -> None:
        """Start anew next time, unless another thread has done so already: its pool is sound."""
        with self._lock:
            if self._pool is not broken:
                return
            self._pool = None
        broken.shutdown(wait=True)

    def _started(self) -> ProcessPoolExecutor:
        with self._lock:
            if self._pool is None:
                self._pool = ProcessPoolExecutor(self._workers, multiprocessing.get_context("spawn"))
            return self._pool
