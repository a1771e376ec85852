"""One command goes from data to card; to measure what is there it needs no PyTorch."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
from builders.brain_data import build_brain_data

from medcrypt_gui.core.segmentation.model_card import read_card
from models.training import __main__ as command
from models.training import pipeline, report
from models.training.pipeline import Job
from models.training.recipes import RECIPES, training_data
from models.training.split import Protocol

MODELS = Path(__file__).resolve().parents[3] / "models"


@pytest.fixture
def reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for module in (report, pipeline):
        monkeypatch.setattr(module, "REPORTS", tmp_path / "reports")
    return tmp_path / "reports"


def _run(monkeypatch: pytest.MonkeyPatch, *arguments: str | Path) -> int:
    monkeypatch.setattr(sys, "argv", ["models.training", *map(str, arguments)])
    return command.main()


def test_a_model_is_measured_without_pytorch(
    tmp_path: Path, reports: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)  # importing it fails
    build_brain_data(tmp_path / "data", "nichart/Subj3_T1")
    for suffix in (".onnx", ".toml"):
        shutil.copy(MODELS / f"brain-mr{suffix}", tmp_path / f"brain-mr{suffix}")
    place = ("--data", tmp_path / "data", "--target", tmp_path)
    assert _run(monkeypatch, "brain-mr", "--evaluate-only", *place) == 0
    assert "| nichart Subj3_T1 |" in capsys.readouterr().out
    assert (reports / "brain-mr.md").exists()
    assert (reports / "pictures" / "brain-mr" / "nichart-Subj3_T1.png").exists()
    assert read_card(tmp_path / "brain-mr.toml").results == ()  # no figure of a scan that these weights learnt from


def test_what_the_training_images_are_like_goes_onto_the_card_and_stays_there(
    tmp_path: Path, reports: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scans = build_brain_data(tmp_path / "data", "nichart/Subj3_T1")
    for suffix in (".onnx", ".toml"):
        shutil.copy(MODELS / f"brain-mr{suffix}", tmp_path / f"brain-mr{suffix}")
    job = Job(RECIPES["brain-mr"], Protocol.FINAL, target=tmp_path)
    pipeline.learn_familiarity(job, scans)
    network = read_card(job.card_path).network
    assert network is not None
    assert network.familiar is not None
    pipeline.evaluate_model(job, scans)
    assert read_card(job.card_path).network == network


def test_a_folder_without_scans_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(monkeypatch, "brain-mr", "--evaluate-only", "--data", tmp_path) == 1
    assert f"no scans under {tmp_path}" in capsys.readouterr().err


def test_weights_that_are_not_there_are_named(
    tmp_path: Path, reports: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    build_brain_data(tmp_path / "data", "nichart/Subj3_T1")
    place = ("--data", tmp_path / "data", "--target", tmp_path)
    assert _run(monkeypatch, "resnet-50", "--evaluate-only", *place) == 1
    assert "resnet-50.toml" in capsys.readouterr().err


def test_only_the_final_brain_model_goes_where_the_application_looks() -> None:
    places = {
        (model, protocol): Job(recipe, protocol).card_path for model, recipe in RECIPES.items() for protocol in Protocol
    }
    shipped = [key for key, path in places.items() if path.parent == MODELS]
    assert shipped == [("brain-mr", Protocol.FINAL)]
    assert len(set(places.values())) == len(places)


@pytest.mark.parametrize("protocol", Protocol)
def test_the_card_names_no_data_that_the_run_did_not_see(protocol: Protocol) -> None:
    names = " ".join(source.name for source in training_data(protocol))
    assert ("open_ms_data" in names) == (protocol is not Protocol.WITHOUT_OPENMS)
    assert ("held out" in names) == (protocol is not Protocol.FINAL)


@pytest.mark.filterwarnings("ignore")  # PyTorch calls its older ONNX exporter deprecated
def test_a_resnet_goes_from_scans_to_a_card_that_the_application_runs(
    tmp_path: Path, reports: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("torch", reason="PyTorch comes with the training extra only")
    pytest.importorskip("onnx", reason="onnx comes with the training extra only")
    build_brain_data(tmp_path / "data", "nichart/Subj3_T1", "nichart/Subj4_T1", spacing_mm=6.0)
    place = ("--data", tmp_path / "data", "--target", tmp_path, "--run", tmp_path / "runs")
    assert _run(monkeypatch, "resnet-10", "--protocol", "leave-subjects-out", "--steps", "1", *place) == 0
    card = read_card(tmp_path / "resnet-10-leave-subjects-out.toml")
    assert card.network is not None
    assert card.network.spacing_mm == 6.0
    assert [result.scan for result in card.results] == ["nichart Subj3_T1"]
