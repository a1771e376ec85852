"""``medcrypt review``: many masks as a table, a report, a saved worklist."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from builders.review import ball, nifti_series, write_study

from medcrypt_gui.adapters.review_file import ReviewFile
from medcrypt_gui.bootstrap import build_workbench
from medcrypt_gui.cli.main import run
from medcrypt_gui.core.review.state import ReviewState
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.review_mask import approve, decide, open_review
from medcrypt_gui.services.workbench import Workbench


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    return replace(build_workbench(), reviews=ReviewFile(tmp_path / "user"))


@pytest.fixture
def medcrypt(bench: Workbench) -> Callable[..., int]:
    return lambda *arguments: run([str(one) for one in arguments], lambda: bench)


@pytest.fixture
def folder(tmp_path: Path, bench: Workbench) -> Path:
    """A is approved, B flagged, C without a mask."""
    folder = tmp_path / "studies"
    for name in "ABC":
        write_study(folder, name, mask=ball() if name != "C" else None)
    for name, how in (("A", approve), ("B", partial(decide, ReviewState.FLAGGED))):
        series = nifti_series(folder / f"{name}.nii.gz")
        review = open_review(series, bench.reviews, bench.masks, TaskContext(), folder / f"{name}_mask.nii.gz")
        assert review.mask is not None
        how(review, review.mask, bench.reviews, reviewer="Ada", comment="two\nlines")
    return folder


def test_the_table(folder: Path, medcrypt: Callable[..., int], capsys: pytest.CaptureFixture[str]) -> None:
    assert medcrypt("review", folder, "--mask-suffix", "_mask") == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("  ")[0] for line in lines[:3]] == ["Approved", "Flagged", "Not segmented"]
    assert lines[0].endswith("two lines")
    assert lines[3] == "1 of 3 done"


def test_as_json(folder: Path, medcrypt: Callable[..., int], capsys: pytest.CaptureFixture[str]) -> None:
    assert medcrypt("review", folder, "--mask-suffix", "_mask", "--json", "--quiet") == 0
    record = json.loads(capsys.readouterr().out)
    assert record["counts"] == {"not_segmented": 1, "in_progress": 0, "flagged": 1, "approved": 1, "rejected": 0}
    assert [one["state"] for one in record["studies"]] == ["approved", "flagged", "not_segmented"]


@pytest.mark.parametrize(("name", "begins"), [("report.pdf", b"%PDF"), ("report.csv", b'\xef\xbb\xbf"Study","Id"')])
def test_reports(folder: Path, medcrypt: Callable[..., int], tmp_path: Path, name: str, begins: bytes) -> None:
    arguments = ("review", folder, "--mask-suffix", "_mask", "--report", tmp_path / name, "--quiet")
    assert medcrypt(*arguments) == 0
    assert (tmp_path / name).read_bytes().startswith(begins)
    assert medcrypt(*arguments) == 6, "it is there already"
    assert medcrypt(*arguments, "--force") == 0


def test_a_worklist_is_saved_and_opened_again(
    folder: Path, medcrypt: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    saved = tmp_path / "trial.medcrypt-worklist.json"
    assert medcrypt("review", folder, "--mask-suffix", "_mask", "--save", saved, "--quiet") == 0
    assert medcrypt("review", saved) == 0
    assert "1 of 3 done" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [
        ("--report", "report.docx"),
        ("--save", "list.json"),
        ("--mask-suffix", "../x"),
        ("other.medcrypt-worklist.json",),
    ],
)
def test_what_cannot_be_meant(folder: Path, medcrypt: Callable[..., int], arguments: tuple[str, ...]) -> None:
    assert medcrypt("review", folder, *arguments) == 2


def test_an_empty_folder_says_so(medcrypt: Callable[..., int], tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert medcrypt("review", tmp_path / "empty", "--quiet") == 3
