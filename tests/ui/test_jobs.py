"""Background work: no result is lost, everything arrives on the GUI thread, and nothing runs on after the end."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from medcrypt_gui.core.errors import MedcryptError, NoRoiError
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.ui.jobs import JobRunner


@pytest.fixture
def runner(qtbot: QtBot) -> Iterator[JobRunner]:
    made = JobRunner()
    yield made
    made.shut_down()


def until_cancelled(task: TaskContext) -> None:
    while True:
        task.checkpoint()
        time.sleep(0.005)


def test_no_result_is_lost_among_two_hundred(runner: JobRunner, qtbot: QtBot) -> None:
    results: list[int] = []
    for number in range(200):
        runner.start("Counting", lambda _task, n=number: n, results.append)
    qtbot.waitUntil(lambda: runner.idle)
    assert sorted(results) == list(range(200))


def test_results_and_progress_arrive_on_the_gui_thread(runner: JobRunner, qtbot: QtBot) -> None:
    threads: list[threading.Thread] = []
    job = runner.start(
        "Working", lambda task: task.progress(0.5, "half"), lambda _r: threads.append(threading.current_thread())
    )
    job.progressed.connect(lambda _f, _t: threads.append(threading.current_thread()))
    qtbot.waitUntil(lambda: runner.idle and len(threads) == 2)
    assert set(threads) == {threading.main_thread()}


def test_a_known_error_is_handed_on_as_it_is(runner: JobRunner, qtbot: QtBot) -> None:
    errors: list[MedcryptError] = []

    def fail(_task: TaskContext) -> None:
        raise NoRoiError("the mask is empty")

    runner.start("Failing", fail, on_failure=errors.append)
    qtbot.waitUntil(lambda: bool(errors))
    assert isinstance(errors[0], NoRoiError)


def test_an_unexpected_error_is_logged_without_its_message(
    runner: JobRunner, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    errors: list[MedcryptError] = []

    def fail(_task: TaskContext) -> None:
        raise KeyError("Muster^Erika")

    with caplog.at_level(logging.ERROR, "medcrypt.jobs"):
        runner.start("Failing", fail, on_failure=errors.append)
        qtbot.waitUntil(lambda: bool(errors))
    assert "Muster" not in caplog.text + str(errors[0])
    assert "KeyError" in caplog.text
    assert "test_jobs.py" in caplog.text


def test_a_cancelled_job_says_so_and_nothing_else(runner: JobRunner, qtbot: QtBot) -> None:
    told: list[str] = []
    job = runner.start(
        "Waiting",
        until_cancelled,
        lambda _r: told.append("success"),
        lambda _e: told.append("failure"),
        lambda: told.append("cancelled"),
    )
    job.cancel()
    qtbot.waitUntil(lambda: runner.idle)
    assert told == ["cancelled"]


def test_an_abandoned_job_tells_nobody(runner: JobRunner, qtbot: QtBot) -> None:
    told: list[str] = []
    job = runner.start("Waiting", until_cancelled, on_cancel=lambda: told.append("cancelled"))
    job.abandon()
    qtbot.waitUntil(lambda: runner.idle)
    assert told == []


def test_after_shutting_down_nothing_is_run_any_more(qtbot: QtBot) -> None:
    runner, told = JobRunner(), list[str]()
    runner.shut_down()
    assert runner.start("Too late", lambda _task: told.append("ran")).abandoned
    qtbot.wait(50)
    assert told == []
    assert runner.idle


def test_shutting_down_waits_for_the_threads(qtbot: QtBot) -> None:
    runner = JobRunner()
    ended = threading.Event()

    def work(task: TaskContext) -> None:
        try:
            until_cancelled(task)
        finally:
            ended.set()

    runner.start("Waiting", work)
    qtbot.wait(50)
    runner.shut_down()
    assert ended.is_set()
    assert runner.idle
