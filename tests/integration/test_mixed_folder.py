"""A folder of 2,000 mixed and broken files: everything is accounted for, in bounded time and memory."""

import threading
import time

import psutil
import pytest
from builders.mixed_folder import build_mixed_folder

from medcrypt_gui.adapters.archives.archives import Archives
from medcrypt_gui.bootstrap import build_readers
from medcrypt_gui.core.errors import Cancelled, InputError
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.open_study import find_series, load_volume, thumbnail

READERS = build_readers()
COUNT = 2000
MOST_BYTES = 400 << 20
MOST_SECONDS_TO_CANCEL = 0.5


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("mixed") / "folder"
    build_mixed_folder(made, COUNT)
    return made


class WatchedTask(TaskContext):
    """Notes the longest work (the thread's own time) between two moments at which it could have been cancelled."""

    def __init__(self):
        super().__init__()
        self.longest, self.checks, self._last = 0.0, 0, time.thread_time()

    def checkpoint(self):
        now = time.thread_time()
        self.longest, self._last = max(self.longest, now - self._last), now
        self.checks += 1
        super().checkpoint()

    def part(self, start, stop):
        return self


@pytest.fixture(scope="module")
def found(folder):
    task, before = WatchedTask(), psutil.Process().memory_info().rss
    result = find_series([folder], READERS, task, Archives())
    return result, task, psutil.Process().memory_info().rss - before


def test_every_file_is_a_series_or_listed_with_its_reason(folder, found):
    result, _, _ = found
    there = {path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir()}
    there = {path for path in there if "circle" not in path.relative_to(folder).parts}
    in_series = {path for series in result.series for path in series.files}
    unreadable, skipped = {entry.path for entry in result.unreadable}, {entry.path for entry in result.skipped}
    assert len(there) >= COUNT
    assert unreadable.isdisjoint(skipped)
    assert in_series.isdisjoint(unreadable | skipped)
    left = there - in_series - unreadable - skipped
    opened = {path.read_bytes() for path in in_series}
    assert all(path.read_bytes() in opened for path in left), "only copies, which the notes count, are not listed"
    assert in_series | unreadable | skipped <= there
    assert all(entry.reason.detail for entry in result.unreadable)
    assert all(entry.reason for entry in result.skipped)
    assert min(len(in_series), len(unreadable), len(skipped)) > 100


def test_finding_takes_no_more_memory_than_headers_do(found):
    assert found[2] < MOST_BYTES


def test_finding_could_have_been_cancelled_all_the_time(found):
    _, task, _ = found
    assert task.checks > COUNT
    assert task.longest < MOST_SECONDS_TO_CANCEL


def test_cancelling_ends_it_at_any_moment(folder):
    for after in (0, 1, 50, 700, 1900):
        task = TaskContext()
        count = 0

        def look(count_to=after, task=task):
            nonlocal count
            count += 1
            if count > count_to:
                task.cancel()

        watched = task.checkpoint
        task.checkpoint = lambda look=look, watched=watched: (look(), watched())
        with pytest.raises(Cancelled):
            find_series([folder], READERS, task, Archives())


def test_every_series_loads_or_says_why_not(found):
    loaded, refused = 0, 0
    for series in found[0].series[::6]:
        try:
            thumbnail(series, READERS)
            volume = load_volume(series, READERS, TaskContext())
            assert volume.stored.shape == series.geometry.shape
            loaded += 1
        except InputError:
            refused += 1
    assert loaded > refused
    assert threading.active_count() < 40
