"""The same work on many items, some at a time."""

from __future__ import annotations

import time

import pytest

from medcrypt_gui.core.errors import Cancelled
from medcrypt_gui.core.in_parallel import in_parallel
from medcrypt_gui.core.task import TaskContext


def test_results_come_in_the_order_of_the_items():
    said = []
    task = TaskContext(lambda fraction, text: said.append((fraction, text)))
    assert list(in_parallel(lambda n: n * n, range(5), task, "Squaring")) == [0, 1, 4, 9, 16]
    assert said == [((n + 1) / 5, "Squaring") for n in range(5)]


def test_the_first_error_ends_the_rest():
    done = []

    def work(n: int) -> None:
        if n == 3:
            raise ValueError("three")
        time.sleep(0.002)
        done.append(n)

    with pytest.raises(ValueError, match="three"):
        list(in_parallel(work, range(1000), TaskContext(), ""))
    assert len(done) < 900


def test_a_cancelled_task_does_no_more():
    task = TaskContext()
    task.cancel()
    done = []
    with pytest.raises(Cancelled):
        list(in_parallel(done.append, range(100), task, ""))
    assert done == []


def test_no_items_are_no_work():
    assert list(in_parallel(str, [], TaskContext(), "")) == []
