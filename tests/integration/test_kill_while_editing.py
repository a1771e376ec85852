"""``kill -9`` at random moments: the next start finds a state that the mask had, at most five seconds old."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from builders.editing_script import geometry, states
from conftest import REPOSITORY
from fakes.memory_keys import MemoryKeys

from medcrypt_gui.adapters.journal_files import JournalFiles
from medcrypt_gui.services.recover_work import find_offers, take_up

_AT_ONCE = 10
_LONGEST_S = 9.0
_MOST_LOST_S = 5.0
_SCRIPT = REPOSITORY / "tests" / "builders" / "editing_script.py"


def _killed(folder: Path, seed: int, after_s: float, erase: bool) -> tuple[float, list[float]]:
    """Let the session begin, kill it so long after its first step; when that was, and when each step was made."""
    path = os.pathsep.join((str(REPOSITORY), str(REPOSITORY / "tests")))
    command = [sys.executable, str(_SCRIPT), str(folder), str(seed), *(["erase"] if erase else [])]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": path}) as child:
        assert child.stdout is not None
        first = child.stdout.readline()
        time.sleep(after_s)
        at = time.time()
        child.kill()
        lines = [first, *child.stdout.read().splitlines(keepends=True)]
    return at, [float(line.split()[1]) for line in lines if line.endswith(b"\n")]


def _lost_s(folder: Path, seed: int, after_s: float, erase: bool) -> float:
    """How old what the next start finds is, in seconds."""
    killed_at, times = _killed(folder, seed, after_s, erase)
    shelf = JournalFiles(folder, MemoryKeys())
    offers = find_offers(shelf)
    if not offers:  # nothing was written yet, or nothing was marked and never had been
        return killed_at - times[0]
    found = take_up(shelf, offers[0].name, geometry()).labels
    made = enumerate(states(seed, len(times) + 1, erase))
    same = [number for number, labels in made if np.array_equal(labels, found)]
    assert same, f"what was found is no state of session {seed}, killed after {after_s:.2f} s"
    following = same[-1] + 1  # the oldest step that is missing
    return max(0.0, killed_at - times[following]) if following < len(times) else 0.0


@pytest.mark.parametrize(
    ("kills", "erase"), [(50, False), (10, True)], ids=["from nothing", "erasing in a mask from the disk"]
)
def test_at_most_five_seconds_are_lost_wherever_it_is_killed(tmp_path: Path, kills: int, erase: bool) -> None:
    moments = random.Random(20261121)
    after = [moments.uniform(0.0, _LONGEST_S) for _ in range(kills)]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        lost = list(pool.map(lambda seed: _lost_s(tmp_path / f"{seed}", seed, after[seed], erase), range(kills)))
    print(f"lost: median {np.median(lost):.2f} s, most {max(lost):.2f} s")
    assert max(lost) <= _MOST_LOST_S
