"""``medcrypt models`` lists, verifies, adds and removes; a model of one's own segments like any other."""

from __future__ import annotations

import json
from pathlib import Path

import nibabel
import numpy as np
import pytest
from builders.head import head
from builders.masks import mask_of
from builders.onnx_model import onnx_model, write_model
from builders.study import medcrypt

from medcrypt_gui.core.imaging.volume import Volume

SHIPPED = {path.stem for path in (Path(__file__).resolve().parents[3] / "models").glob("*.toml")}


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's own folder, empty."""
    monkeypatch.setattr("platformdirs.user_data_dir", lambda *_arguments: str(tmp_path / "data"))
    return tmp_path / "data" / "models"


def _listed(capsys: pytest.CaptureFixture[str], code: int = 0) -> dict[str, object]:
    capsys.readouterr()
    assert medcrypt("models", "--json", "--quiet") == code
    return json.loads(capsys.readouterr().out)


def test_shipped_models_are_listed_with_what_they_are_and_achieved(
    data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    models = {model["id"]: model for model in _listed(capsys)["models"]}
    assert set(models) == SHIPPED
    brain = models["brain-mr"]
    assert (brain["kind"], brain["modality"], brain["licence"]) == ("network", ["MR"], "Apache-2.0")
    assert brain["verified"]
    assert brain["mean_dice"] > 0.9
    assert "not a medical device" in brain["intended_use"].lower()


def test_the_list_reads_well_in_a_terminal(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert medcrypt("models", "--quiet") == 0
    assert medcrypt("models") == 0
    out = capsys.readouterr().out
    assert "brain-mr: Brain (head MR), network for MR" in out
    assert "verified" in out


def test_a_model_of_ones_own_is_added_used_and_removed(
    data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    card = write_model(tmp_path, "mine", onnx_model())
    assert medcrypt("models", "--add", card.with_suffix(".onnx"), card, "--quiet") == 0
    assert (data_dir / "mine.onnx").exists()
    volume, _ = head()
    image = tmp_path / "image.nii.gz"
    _write_image(image, volume)
    assert medcrypt("segment", image, "-o", tmp_path / "mask.nii.gz", "--model", "mine", "--quiet") == 0
    mask = mask_of(tmp_path / "mask.nii.gz", volume.geometry).roi()
    bright = volume.stored > 500
    assert 2 * (mask & bright).sum() / (mask.sum() + bright.sum()) > 0.9
    assert medcrypt("models", "--remove", "mine", "--quiet") == 0
    assert not list(data_dir.iterdir())


def _write_image(path: Path, volume: Volume) -> None:
    nibabel.save(nibabel.Nifti1Image(volume.stored.transpose(2, 1, 0), volume.geometry.affine_ras), path)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--remove", "brain-mr"), 3, "ships with MedCrypt"),
        (("--remove", "none"), 3, "model 'none' was never added"),
        (("--add", "none.onnx", "none.toml"), 3, "cannot be read"),
        (("--add", "none.onnx"), 2, ""),
        (("--remove", "mine", "--add", "a", "b"), 2, ""),
    ],
)
def test_what_cannot_be_done_has_its_exit_code(
    data_dir: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], code: int, words: str
) -> None:
    assert medcrypt("models", *arguments, "--quiet") == code
    assert words in capsys.readouterr().err


def test_a_field_that_is_wrong_is_named(data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    intensity = '{ kind = "percentile", low_percentile = 99.9, high_percentile = 1.0 }'
    card = write_model(tmp_path, "mine", onnx_model(), intensity=intensity)
    assert medcrypt("models", "--add", card.with_suffix(".onnx"), card, "--quiet") == 3
    assert "intensity.low_percentile must be smaller" in capsys.readouterr().err


def test_a_second_model_of_one_id_needs_force(data_dir: Path, tmp_path: Path) -> None:
    card = write_model(tmp_path, "mine", onnx_model())
    arguments = ("models", "--add", card.with_suffix(".onnx"), card, "--quiet")
    assert medcrypt(*arguments) == 0
    assert medcrypt(*arguments) == 6
    assert medcrypt(*arguments, "--force") == 0


def test_models_that_cannot_run_are_told_and_the_others_listed(
    data_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    card = write_model(tmp_path, "mine", onnx_model())
    assert medcrypt("models", "--add", card.with_suffix(".onnx"), card, "--quiet") == 0
    (data_dir / "mine.onnx").write_bytes(np.random.default_rng(0).bytes(900))
    (data_dir / "bad.toml").write_text("title = 3", "utf-8")
    record = _listed(capsys, 7)
    mine = next(model for model in record["models"] if model["id"] == "mine")
    assert not mine["verified"]
    assert "not the one its card names" in mine["problem"]["reason"]
    assert record["unusable"][0]["path"] == str(data_dir / "bad.toml")
    assert "brain-mr" in record["done"]
