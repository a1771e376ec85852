"""Tables and bars are made from what was measured, and read back as it was written."""

from __future__ import annotations

from pathlib import Path

import pytest

from medcrypt_gui.core.segmentation.model_card import ScanResult
from models.training import report
from models.training.bars import judge
from models.training.split import Protocol


def _result(dataset: str, dice: float, protocol: Protocol = Protocol.LEAVE_SUBJECTS_OUT) -> ScanResult:
    return ScanResult(f"{dataset} {dice}", dataset, protocol.value, dice, 2.0 if dice else None, 1.25)


RESULTS = (_result("NiChart T1", 0.97), _result("NiChart T1", 0.95), _result("openms T2W", 0.91))


@pytest.fixture(autouse=True)
def _reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "REPORTS", tmp_path)


def _write(protocol: Protocol, *results: ScanResult) -> str:
    return report.write_report("brain-mr", protocol, "0" * 64, "2 cores", results).read_text(encoding="utf-8")


def test_means_are_per_data_set_and_over_all() -> None:
    page = _write(Protocol.LEAVE_SUBJECTS_OUT, *RESULTS)
    assert "| NiChart T1 | 2 | 0.960 | 0.950 | 2.0 | 1.25 |" in page
    assert "| all | 3 | 0.943 | 0.910 | 2.0 | 1.25 |" in page


def test_what_was_judged_on_unseen_scans_is_read_back() -> None:
    other = _result("openms T2W", 0.93, Protocol.WITHOUT_OPENMS)
    _write(Protocol.LEAVE_SUBJECTS_OUT, *RESULTS)
    _write(Protocol.WITHOUT_OPENMS, other)
    _write(Protocol.FINAL, _result("openms T2W", 0.99, Protocol.FINAL))
    assert set(report.read_results("brain-mr")) == {*RESULTS, other}
    assert report.read_results("resnet-10") == ()


def test_the_final_models_report_says_that_it_saw_the_scans() -> None:
    assert "trained on all of these scans" in _write(Protocol.FINAL, *RESULTS)
    assert "trained on all of these scans" not in _write(Protocol.LEAVE_SUBJECTS_OUT, *RESULTS)


def test_a_scan_in_which_nothing_was_found_has_no_distance() -> None:
    assert "| openms T2W 0.0 | 0.000 | - | 1.25 |" in _write(Protocol.LEAVE_SUBJECTS_OUT, _result("openms T2W", 0.0))


def test_a_missed_bar_says_by_how_much() -> None:
    lines = judge("brain-mr", RESULTS)
    assert "- mean Dice of 2 NiChart T1: 0.9600, to be at least 0.965: **missed by 0.0050**" in lines
    assert "- smallest Dice of 3 scans: 0.9100, to be at least 0.88: met" in lines


def test_figures_of_weights_that_saw_the_scans_meet_no_bar() -> None:
    assert judge("brain-mr", [_result("NiChart T1", 0.99, Protocol.FINAL)]) == []
