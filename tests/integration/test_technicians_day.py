"""A technician's day: real scans, spoiled masks, the real window, a kill in mid-stroke, and everything done at the end.

Six studies; all twenty with ``MEDCRYPT_WHOLE_DAY=1``.
"""

from __future__ import annotations

import csv
import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nibabel
import numpy as np
import pytest
from builders.spoiled_masks import ball, build_day, half, hole, shifted
from conftest import REPOSITORY

_SCANS = REPOSITORY.parent / "shared" / "data" / "brain" / "nichart"
_SCRIPT = REPOSITORY / "tests" / "builders" / "technician.py"
_WHOLE = bool(os.environ.get("MEDCRYPT_WHOLE_DAY"))
_COUNT = 20 if _WHOLE else 6
_KINDS = {"half": half, "ball": ball, "hole": hole, "shifted": shifted}
_SPOILED = {2: "ball", 3: "half", 4: "hole", 5: "shifted"}
_DRAWS_S, _MOST_LOST_S = 7.0, 5.0

pytestmark = [
    pytest.mark.skipif(not (_SCANS / "Subj20_T1.nii.gz").is_file(), reason="the NiChart scans are not at hand"),
    pytest.mark.skipif(sys.platform == "win32", reason="the scenario is killed with SIGKILL"),
]


@contextmanager
def technician(tmp_path: Path, *more: str) -> Iterator[subprocess.Popen[str]]:
    """The process; what it says on its standard output is told in lines of words."""
    user = tmp_path / "user"
    places = {f"XDG_{name}_HOME": str(user / name) for name in ("CONFIG", "DATA", "STATE", "CACHE")}
    path = os.pathsep.join((str(REPOSITORY), str(REPOSITORY / "tests")))
    spoiled = ",".join(f"{number}={kind}" for number, kind in _SPOILED.items())
    arguments = [sys.executable, str(_SCRIPT), str(tmp_path / "studies"), str(_SCANS), str(tmp_path / "out"), spoiled]
    environment = {**os.environ, **places, "HOME": str(user), "PYTHONPATH": path, "QT_QPA_PLATFORM": "offscreen"}
    environment["NUMBA_CACHE_DIR"] = os.environ.get("NUMBA_CACHE_DIR", str(user / "kernels"))
    environment["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
    with subprocess.Popen([*arguments, *more], stdout=subprocess.PIPE, env=environment, text=True) as child:
        try:
            yield child
        finally:
            child.kill()


def lines_of(child: subprocess.Popen[str]) -> Iterator[list[str]]:
    assert child.stdout is not None
    for line in child.stdout:
        yield line.rstrip("\n").split("\t")


def killed_in_mid_stroke(tmp_path: Path) -> tuple[list[str], list[tuple[float, int]], float]:
    """What was approved before, when how many voxels were marked in the stroke, and when it was killed."""
    approved, drawn = [], []
    with technician(tmp_path, "draws") as child:
        for words in lines_of(child):
            if words[0] == "approved":
                approved.append(words[1])
            elif words[0] == "drawn":
                drawn.append((float(words[1]), int(words[2])))
                if drawn[-1][0] - drawn[0][0] > _DRAWS_S:
                    child.send_signal(signal.SIGKILL)
                    return approved, drawn, time.time()
    raise AssertionError("it ended before it was killed")


def test_all_are_reviewed_mended_reported_and_exported_though_it_is_killed_on_the_way(tmp_path: Path) -> None:
    build_day(_SCANS, tmp_path / "studies", {number: _KINDS[kind] for number, kind in _SPOILED.items()}, _COUNT)
    (tmp_path / "out").mkdir()
    approved, drawn, killed_at = killed_in_mid_stroke(tmp_path)
    assert approved
    assert "Subj3_T1.nii.gz" not in approved

    with technician(tmp_path) as child:
        told = list(lines_of(child))
        assert child.wait(60) == 0
    # One story: the study that was under way is open, with all but the last seconds of the stroke.
    assert told[0] == ["offered", "1", "0"]
    assert told[1][:2] == ["open", "Subj3_T1.nii.gz"]
    came_back = int(told[1][2])  # voxels, fewer and fewer while the eraser went on
    assert came_back <= min(count for when, count in drawn if when <= max(drawn[0][0], killed_at - _MOST_LOST_S))
    assert came_back >= drawn[-1][1]
    # The rest of the day: nothing is reviewed twice, everything is done.
    after = [words[1] for words in told if words[0] == "approved"]
    assert after[0] == "Subj3_T1.nii.gz"
    assert sorted(approved + after) == sorted(f"Subj{n}_T1.nii.gz" for n in range(1, _COUNT + 1))
    assert next(words[2] for words in told if words[1:2] == [after[-1]] and words[0] == "approved").startswith(
        f"{_COUNT} of"
    )
    assert f"{_COUNT} masks written to" in next(words[1] for words in told if words[0] == "exported")
    assert told[-1] == ["closed"]
    _check_report(tmp_path / "out")
    for number in range(1, _COUNT + 1):
        assert _dice(tmp_path / "out" / "masks" / f"Subj{number}_T1_mask-v1.nii.gz", number) > 0.98, number


def _check_report(out: Path) -> None:
    rows = list(csv.DictReader(io.StringIO((out / "report.csv").read_text("utf-8-sig"), newline="")))
    assert [row["State"] for row in rows] == ["Approved"] * _COUNT
    assert {row["Reviewer"] for row in rows} == {"T. Technician"}
    assert sorted(row["Comment"] for row in rows if row["Comment"]) == sorted(
        f"{ill}, mended" for ill in _SPOILED.values()
    )
    assert (out / "report.pdf").read_bytes().startswith(b"%PDF")


def _dice(path: Path, number: int) -> float:
    """Likeness to the mask that nobody spoiled; both in the file's own order of voxels, on the same grid."""
    found, good = nibabel.load(path), nibabel.load(_SCANS / f"Subj{number}_T1_brainmask.nii.gz")
    back = nibabel.as_closest_canonical(found), nibabel.as_closest_canonical(good)
    np.testing.assert_allclose(back[0].affine, back[1].affine, atol=1e-3)
    one, other = (np.asarray(image.dataobj) != 0 for image in back)
    return float(2 * (one & other).sum() / (one.sum() + other.sum()))
