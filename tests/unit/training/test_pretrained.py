"""Weights of MedicalNet become the start of a ResNet, and a file that does not fit is refused with the reason."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="PyTorch comes with the training extra only")

from medcrypt_gui.core.errors import ModelUnavailableError  # noqa: E402
from models.training.pretrained import load_pretrained  # noqa: E402
from models.training.resnet import Norm, ResNetSegmenter  # noqa: E402


def _published(depth: int) -> dict[str, Any]:
    """What MedicalNet's file of that depth holds (made up): PyTorch 0.4's names, with the prefix of its wrapper."""
    torch.manual_seed(depth)
    with torch.device("meta"):
        names = ResNetSegmenter(depth, Norm.FROZEN_BATCH).state_dict()
    weights = {
        f"module.{name}": torch.rand(value.shape)
        for name, value in names.items()
        if not name.startswith("decoder.") and not name.endswith("num_batches_tracked")
    }
    weights["module.conv_seg.0.weight"] = torch.rand(3, 3)
    return {"epoch": 7, "batch_id": 0, "state_dict": weights, "optimizer": {"state": {}, "param_groups": []}}


def _names_only(depth: int) -> dict[str, Any]:
    content = _published(depth)
    content["state_dict"] = {name: torch.zeros(1) for name in content["state_dict"]}
    return content


def _saved(content: object, path: Path) -> Path:
    torch.save(content, path)
    return path


@pytest.fixture(scope="module")
def resnet_10(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _saved(_published(10), tmp_path_factory.mktemp("medicalnet") / "resnet_10.pth")


def test_every_weight_of_the_encoder_is_taken_over(resnet_10: Path) -> None:
    given = torch.load(resnet_10, weights_only=True)["state_dict"]
    taken = load_pretrained(resnet_10, 10).state_dict()
    encoder = [name for name in taken if not name.startswith("decoder.") and not name.endswith("num_batches_tracked")]
    assert len(encoder) == len(given) - 1  # all but Med3D's own head
    assert all(torch.equal(taken[name], given[f"module.{name}"]) for name in encoder)


def test_a_dictionary_without_the_wrappers_prefix_is_understood_too(resnet_10: Path, tmp_path: Path) -> None:
    given = torch.load(resnet_10, weights_only=True)["state_dict"]
    bare = _saved({name.removeprefix("module."): value for name, value in given.items()}, tmp_path / "bare.pth")
    assert torch.equal(load_pretrained(bare, 10).conv1.weight, given["module.conv1.weight"])


def test_weights_of_another_depth_are_refused_by_name(tmp_path: Path) -> None:
    path = _saved(_names_only(34), tmp_path / "resnet_34.pth")
    with pytest.raises(ModelUnavailableError, match="ResNet-34; ResNet-50 is to be trained"):
        load_pretrained(path, 50)


def test_missing_parameters_are_listed(tmp_path: Path) -> None:
    content = _names_only(10)
    for name in ("module.bn1.running_mean", "module.layer3.0.conv2.weight"):
        del content["state_dict"][name]
    path = _saved(content, tmp_path / "torn.pth")
    with pytest.raises(ModelUnavailableError, match=r"lack 2 parameters: bn1.running_mean, layer3.0.conv2.weight"):
        load_pretrained(path, 10)


def test_parameters_of_another_shape_are_listed(tmp_path: Path) -> None:
    path = _saved(_names_only(10), tmp_path / "thin.pth")
    with pytest.raises(ModelUnavailableError, match=r"parameters have another shape: .*and \d+ more"):
        load_pretrained(path, 10)


class _Surprise:
    def __reduce__(self) -> tuple[Any, ...]:
        return print, ("code in the file was run",)


def test_code_inside_the_file_is_not_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = _saved({"state_dict": _Surprise()}, tmp_path / "surprise.pth")
    with pytest.raises(ModelUnavailableError, match="holds more than weights"):
        load_pretrained(path, 10)
    assert "was run" not in capsys.readouterr().out


@pytest.mark.parametrize("content", [b"", b"PK but no archive", b"\x80\x02garbage"])
def test_a_file_that_is_not_of_pytorch_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other.pth"
    path.write_bytes(content)
    with pytest.raises(ModelUnavailableError, match="not one of PyTorch"):
        load_pretrained(path, 10)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailableError, match="cannot be read") as caught:
        load_pretrained(tmp_path / "nowhere.pth", 10)
    assert caught.value.path == tmp_path / "nowhere.pth"
