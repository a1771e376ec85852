"""From PyTorch to the file that ships."""

from __future__ import annotations

from pathlib import Path

import onnx
import torch

from models.training.network import Probability, UNet


def export(network: UNet, shape: tuple[int, int, int], path: Path) -> None:
    """Write the ONNX file: ``image`` (1, 1, Z, Y, X) float32 in, ``probability`` of the same shape out."""
    shipped = Probability(network).eval()
    image = torch.zeros(1, 1, *shape)
    torch.onnx.export(
        shipped, (image,), path, input_names=["image"], output_names=["probability"], opset_version=17, dynamo=False
    )
    onnx.checker.check_model(onnx.load(path), full_check=True)
