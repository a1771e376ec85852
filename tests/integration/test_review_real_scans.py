"""Twenty real scans reviewed, some of them spoiled, interrupted by a kill at any moment, reported at the end."""

from __future__ import annotations

import csv
import io
import random
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from builders.masks import series_of
from conftest import REPOSITORY

from medcrypt_gui.adapters.review_file import ReviewFile
from medcrypt_gui.adapters.worklist_file import WorklistFile
from medcrypt_gui.bootstrap import build_workbench
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.review.mask_rule import MaskRule
from medcrypt_gui.core.review.state import ReviewState
from medcrypt_gui.core.review.worklist import next_unfinished
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.build_worklist import build_worklist, refresh
from medcrypt_gui.services.load_mask import load_mask
from medcrypt_gui.services.open_entry import open_entry
from medcrypt_gui.services.review_mask import approve, decide, keep_mask, open_review
from medcrypt_gui.services.review_report import write_report
from medcrypt_gui.services.workbench import Workbench

RULE = MaskRule("_brainmask", ("_labels",))
_REVIEWER = """
import sys
from dataclasses import replace
from pathlib import Path
from medcrypt_gui.adapters.review_file import ReviewFile
from medcrypt_gui.bootstrap import build_workbench
from medcrypt_gui.core.review.mask_rule import MaskRule
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.build_worklist import build_worklist
from medcrypt_gui.services.open_entry import open_entry
from medcrypt_gui.services.review_mask import approve, open_review
bench = replace(build_workbench(), reviews=ReviewFile(Path(sys.argv[2])))
rule = MaskRule("_brainmask", ("_labels",))
worklist = build_worklist([Path(sys.argv[1])], bench.readers, bench.reviews, TaskContext(), rule).worklist
print("ready", flush=True)
for item in worklist.items:
    if not item.state.done:
        series = open_entry(item.entry, bench.readers, TaskContext())
        review = open_review(series, bench.reviews, bench.masks, TaskContext(), item.entry.first_mask)
        approve(review, review.mask, bench.reviews, reviewer="Ada", comment="")
        print(item.entry.name, flush=True)
"""


@pytest.fixture
def folder(shared_data: Path, tmp_path: Path) -> Path:
    """Twenty scans and their masks, in a folder that can be written to."""
    nichart = shared_data / "brain" / "nichart"
    scans = sorted(path for path in nichart.glob("*_[TF]*.nii.gz") if path.with_name(_mask_of(path)).is_file())[:20]
    if len(scans) < 20:
        pytest.skip(f"twenty scans are not at hand ({nichart})")
    folder = tmp_path / "studies"
    folder.mkdir()
    for path in scans:
        for name in (path.name, _mask_of(path)):
            (folder / name).symlink_to(nichart / name)
    return folder


def _mask_of(path: Path) -> str:
    return path.name.replace(".nii.gz", "_brainmask.nii.gz")


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    return replace(build_workbench(), reviews=ReviewFile(tmp_path / "user"), worklists=WorklistFile(tmp_path / "user"))


def test_a_review_from_the_first_to_the_last_study(folder: Path, bench: Workbench, tmp_path: Path) -> None:
    worklist = build_worklist([folder], bench.readers, bench.reviews, TaskContext(), RULE, "NiChart").worklist
    assert (len(worklist), worklist.summary) == (20, "0 of 20 done")
    bench.worklists.keep_last(worklist)
    slowest = 0.0
    for n in range(17):
        item = next_unfinished(worklist.items, worklist.current)
        assert item is not None
        series = open_entry(item.entry, bench.readers, TaskContext())
        review = open_review(series, bench.reviews, bench.masks, TaskContext(), item.entry.first_mask)
        assert review.mask is not None
        if n == 3:  # a spoiled mask is mended: a slab of it was missing
            spoiled = review.mask.labels.copy()
            spoiled[: len(spoiled) // 2] = 0
            half = replace(review.mask, labels=spoiled)
            review = decide(ReviewState.FLAGGED, review, half, bench.reviews, reviewer="Bo", comment="half")
            review = keep_mask(review, _mask(bench, item.entry.first_mask, review.mask), bench.reviews)
        began = time.process_time()
        review = approve(
            review, review.mask or RoiMask.empty(series.geometry), bench.reviews, reviewer="Ada", comment=""
        )
        slowest = max(slowest, time.process_time() - began)
        worklist = worklist.with_record(item.id, review.record).with_current(item.id)
    assert slowest < 1.0
    # A restart: nothing but what lies on the disk.
    last = bench.worklists.last()
    assert last is not None
    again = refresh(last, bench.reviews, TaskContext())
    assert again.summary == "17 of 20 done"
    assert again.counts()[ReviewState.APPROVED] == 17
    for suffix in (".csv", ".pdf"):
        write_report(again, tmp_path / f"report{suffix}", bench, TaskContext())
    rows = list(csv.DictReader(io.StringIO((tmp_path / "report.csv").read_text("utf-8-sig"), newline="")))
    assert [row["State"] for row in rows].count("Approved") == 17
    volumes = [float(row["Volume (ml)"]) for row in rows]
    assert all(800 < volume < 2200 for volume in volumes), "brains"


def _mask(bench: Workbench, path: Path | None, like: RoiMask | None) -> RoiMask:
    assert path is not None
    assert like is not None
    return load_mask(path, series_of(like.geometry), bench.masks).mask


def test_killed_at_any_moment_every_decision_that_was_made_holds(
    folder: Path, bench: Workbench, tmp_path: Path
) -> None:
    for seed in range(2):
        told = _reviewed_until_killed(folder, tmp_path / "user", random.Random(seed).uniform(0.0, 0.5))
        worklist = build_worklist([folder], bench.readers, bench.reviews, TaskContext(), RULE).worklist
        assert len(worklist) == 20
        assert not any(item.notes for item in worklist.items), "no record is damaged"
        by_name = {item.entry.name: item for item in worklist.items}
        for name in told:
            item = by_name[name]
            series = open_entry(item.entry, bench.readers, TaskContext())
            review = open_review(series, bench.reviews, bench.masks, TaskContext(), item.entry.first_mask)
            assert (review.state, review.notes) == (ReviewState.APPROVED, ())
    # What was interrupted is simply reviewed again.
    told = _reviewed_until_killed(folder, tmp_path / "user", 120.0)
    worklist = build_worklist([folder], bench.readers, bench.reviews, TaskContext(), RULE).worklist
    assert worklist.summary == "20 of 20 done"
    assert all(item.record.version == 1 for item in worklist.items), "a half approval leaves no version behind"


def _reviewed_until_killed(folder: Path, user: Path, seconds: float) -> list[str]:
    """The studies that a reviewer was told to be approved before the process was killed."""
    arguments = [sys.executable, "-c", _REVIEWER, str(folder), str(user)]
    with subprocess.Popen(arguments, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.send_signal(getattr(signal, "SIGKILL", signal.SIGTERM))
        return process.stdout.read().split()
