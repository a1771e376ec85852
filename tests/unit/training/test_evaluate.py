"""Figures mean what they say, and no scan that was trained on is judged on unless the report says so."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from builders.brain_data import build_brain_data
from fakes.ball_segmenter import BallSegmenter

from medcrypt_gui.core.mask.dice import dice
from models.training.evaluate import dataset_of, evaluate, hd95_mm, judged_on
from models.training.split import Protocol, trained_on

STEMS = ("nichart/Subj3_T1", "nichart/Subj4_T1", "openms/patient01_study1_T2W", "openms/patient04_study1_T2W")


def _box(shift: int) -> np.ndarray:
    region = np.zeros((20, 20, 20), bool)
    region[4:12, 4 + shift : 12 + shift, 4:12] = True
    return region


def test_dice_is_twice_the_overlap_over_both_sizes() -> None:
    assert dice(_box(0), _box(2)) == pytest.approx(0.75)
    assert dice(_box(0), ~_box(0)) == 0.0
    assert dice(np.zeros(3, bool), np.zeros(3, bool)) == 1.0


def test_the_surface_distance_is_in_millimetres_along_the_axis_of_the_shift() -> None:
    assert hd95_mm(_box(0), _box(0), (1.0, 1.5, 2.0)) == 0.0
    assert hd95_mm(_box(0), _box(2), (1.0, 1.5, 2.0)) == pytest.approx(3.0)


def test_an_empty_mask_has_no_surface_distance() -> None:
    assert hd95_mm(_box(0), np.zeros_like(_box(0)), (1.0, 1.0, 1.0)) is None


@pytest.mark.parametrize("protocol", [Protocol.WITHOUT_OPENMS, Protocol.LEAVE_SUBJECTS_OUT])
def test_nothing_is_judged_on_that_was_trained_on(tmp_path: Path, protocol: Protocol) -> None:
    scans = build_brain_data(tmp_path, *STEMS)
    judged = judged_on(scans, protocol)
    assert judged
    assert not [scan for scan in judged if trained_on(scan, protocol)]
    people = {scan.name.split("_")[0] for scan in judged}
    assert not people & {scan.name.split("_")[0] for scan in scans if trained_on(scan, protocol)}


def test_without_openms_all_of_openms_is_judged_on(tmp_path: Path) -> None:
    scans = build_brain_data(tmp_path, *STEMS)
    assert {dataset_of(scan) for scan in judged_on(scans, Protocol.WITHOUT_OPENMS)} == {"NiChart T1", "openms T2W"}
    assert len(judged_on(scans, Protocol.WITHOUT_OPENMS)) == 3


def test_each_scan_gets_its_figures(tmp_path: Path) -> None:
    scans = build_brain_data(tmp_path, *STEMS[:1])
    (evaluated,) = evaluate(BallSegmenter(), scans, Protocol.FINAL)
    result = evaluated.result
    assert (result.scan, result.dataset, result.protocol) == ("nichart Subj3_T1", "NiChart T1", "final")
    assert result.dice == pytest.approx(dice(evaluated.found, evaluated.reference), abs=1e-4)
    assert result.hd95_mm is not None
    assert result.hd95_mm > 0
