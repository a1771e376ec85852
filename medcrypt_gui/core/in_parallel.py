"""The same work on many items, some at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from medcrypt_gui.core.task import TaskContext

_WORKERS = 4  # more than processors: some wait for the disk while others compute

Item = TypeVar("Item")
Result = TypeVar("Result")


def in_parallel(
    work: Callable[[Item], Result], items: Sequence[Item], task: TaskContext, text: str
) -> Iterator[Result]:
    """The results in the order of the items. The first error, or a cancellation, ends the rest."""

    def checked(item: Item) -> Result:
        task.checkpoint()
        return work(item)

    pool = ThreadPoolExecutor(min(_WORKERS, max(len(items), 1)))
    try:
        futures = [pool.submit(checked, item) for item in items]
        for done, future in enumerate(futures, 1):
            yield future.result()
            task.progress(done / len(futures), text)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
