"""The ResNets' grid has the median voxel size of the domain; training goes on where it stopped."""

from __future__ import annotations

from pathlib import Path

import pytest
from builders.brain_data import build_brain_data

torch = pytest.importorskip("torch", reason="PyTorch comes with the training extra only")

from models.training import resnet_mr  # noqa: E402
from models.training.split import Protocol  # noqa: E402


def test_the_voxel_size_is_the_median_over_the_scans(tmp_path: Path) -> None:
    few = build_brain_data(tmp_path, "nichart/Subj1_T1", spacing_mm=1.5)
    all_of_them = few + build_brain_data(tmp_path / "more", "nichart/Subj1_T1", "nichart/Subj2_T1", spacing_mm=3.0)
    assert resnet_mr.median_spacing_mm(few) == 1.5
    assert resnet_mr.median_spacing_mm(all_of_them) == 3.0


def test_the_grid_covers_a_head_and_divides_by_the_stride() -> None:
    assert resnet_mr.grid_shape(2.0) == (96, 112, 96)
    assert resnet_mr.grid_shape(3.0) == (64, 80, 64)


def test_a_part_is_never_larger_than_the_grid() -> None:
    assert resnet_mr.parts_of((96, 112, 96)).shape == (48, 64, 48)
    assert resnet_mr.parts_of((32, 80, 32)).shape == (32, 64, 32)


def test_the_median_of_the_real_scans_is_two_millimetres(shared_data: Path) -> None:
    from models.training.split import find_scans

    assert resnet_mr.median_spacing_mm(find_scans(shared_data / "brain")) == 2.0


def test_an_interrupted_training_goes_on_from_its_checkpoint(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scans = build_brain_data(tmp_path, "nichart/Subj1_T1", spacing_mm=6.0)
    for steps in (1, 2):
        resnet_mr.train_protocol(10, scans, Protocol.WITHOUT_OPENMS, tmp_path / "run", steps=steps)
    assert torch.load(tmp_path / "run" / "checkpoint.pt", weights_only=True)["step"] == 2
    assert resnet_mr.load_trained(10, tmp_path / "run").training
