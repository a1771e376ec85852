"""``medcrypt segment --with``: other series of the same head are named, checked, and heard."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from builders.dicom import build_series
from builders.study import medcrypt

SAME = {"FrameOfReferenceUID": "1.2.3", "StudyInstanceUID": "1.2.9"}


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """Three small series, the third in another frame of reference."""
    folder = tmp_path / "study"
    build_series(folder / "a", SeriesInstanceUID="1.1", SeriesNumber=1, **SAME)
    build_series(folder / "b", SeriesInstanceUID="1.2", SeriesNumber=2, **SAME)
    build_series(folder / "c", SeriesInstanceUID="1.3", SeriesNumber=3, **{**SAME, "FrameOfReferenceUID": "1.2.4"})
    return folder


@pytest.mark.parametrize(
    ("series", "others", "said"),
    [
        ("1.1", ("1.3",), "another frame of reference"),
        ("1.1", ("1.1",), "the chosen series itself"),
        ("1.1", ("7",), "no series '7'"),
        ("1.3", ("all",), "No other series"),
    ],
)
def test_series_that_do_not_go_together_are_refused(
    study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], series: str, others: tuple[str, ...], said: str
) -> None:
    output = tmp_path / "mask.nii.gz"
    assert medcrypt("segment", study, "--series", series, "-o", output, "--with", *others) == 2
    assert said in capsys.readouterr().err
    assert not output.exists()


def test_two_files_of_one_head_are_proposed_together(
    samples: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "mask.nii.gz"
    image = samples / "colin27.nii.gz"
    assert medcrypt("segment", image, "-o", output, "--with", samples / "dicom", "--json", "--quiet") == 0
    record = json.loads(capsys.readouterr().out)
    assert len(record["with"]) == 1
    assert 1000 < record["volume_ml"] < 2100  # Colin27 lies in a space larger than life
