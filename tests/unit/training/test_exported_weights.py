"""Going on from an exported model: the same network comes back."""

from __future__ import annotations

from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="training needs PyTorch")
onnx = pytest.importorskip("onnx", reason="training needs onnx")

from medcrypt_gui.core.errors import ModelUnavailableError  # noqa: E402
from models.training.export import export  # noqa: E402
from models.training.exported_weights import read_exported  # noqa: E402
from models.training.network import FoldedUNet, Probability  # noqa: E402

SHAPE = (16, 16, 16)
pytestmark = pytest.mark.filterwarnings("ignore")  # the exporter warns of its own ways


def test_exported_weights_come_back(tmp_path: Path) -> None:
    torch.manual_seed(1)
    network = FoldedUNet()
    for parameter in network.parameters():
        torch.nn.init.normal_(parameter, std=0.2)
    export(Probability(network), SHAPE, tmp_path / "model.onnx")
    back = read_exported(tmp_path / "model.onnx").state_dict()
    for name, value in network.state_dict().items():
        torch.testing.assert_close(back[name], value, rtol=1e-3, atol=1e-6)


@pytest.mark.parametrize("content", [b"not a model", b""])
def test_other_files_are_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(content)
    with pytest.raises(ModelUnavailableError):
        read_exported(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailableError, match="cannot be read"):
        read_exported(tmp_path / "none.onnx")


def test_another_network_is_refused(tmp_path: Path) -> None:
    export(torch.nn.Sequential(torch.nn.Conv3d(1, 1, 1), torch.nn.Sigmoid()), SHAPE, tmp_path / "model.onnx")
    with pytest.raises(ModelUnavailableError, match="not a folded U-Net"):
        read_exported(tmp_path / "model.onnx")
