"""From PyTorch to the file that runs in the application."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import torch
from torch import nn

from medcrypt_gui.core.segmentation.model_card import Percentiles
from models.training import brain_mr, resnet_mr
from models.training.network import FoldedUNet, Probability
from models.training.recipes import Recipe
from models.training.split import Protocol, Scan, trained_on

_FEWEST_WEIGHTS = 1024  # smaller tensors stay float32: they weigh nothing


@dataclass(frozen=True, eq=False)
class Shippable:
    """A trained network that gives probabilities, and the input that it was trained for."""

    network: nn.Module
    shape: tuple[int, int, int]
    spacing_mm: float
    intensity: Percentiles


def shippable(recipe: Recipe, scans: list[Scan], protocol: Protocol, run: Path) -> Shippable:
    """What ``run`` holds, finished or not. A ResNet is shipped as it is; ``brain-mr`` sees the mirror image too."""
    if recipe.resnet_depth is None:
        network = FoldedUNet()
        network.load_state_dict(torch.load(run / "average.pt", map_location="cpu", weights_only=True))
        return Shippable(Probability(network), brain_mr.SHAPE, brain_mr.SPACING_MM, brain_mr.INTENSITY)
    spacing_mm = resnet_mr.median_spacing_mm([scan for scan in scans if trained_on(scan, protocol)])
    resnet = resnet_mr.load_trained(recipe.resnet_depth, run)
    shape = resnet_mr.grid_shape(spacing_mm)
    return Shippable(nn.Sequential(resnet, nn.Sigmoid()), shape, spacing_mm, resnet_mr.INTENSITY)


def export(network: nn.Module, shape: tuple[int, int, int], path: Path) -> None:
    """Write the ONNX file: ``image`` (1, 1, Z, Y, X) float32 in, ``probability`` of the same shape out."""
    path.parent.mkdir(parents=True, exist_ok=True)
    image = torch.zeros(1, 1, *shape)
    with torch.no_grad():
        torch.onnx.export(
            network.eval(),
            (image,),
            path,
            input_names=["image"],
            output_names=["probability"],
            opset_version=17,
            dynamo=False,
        )
    onnx.save(_with_half_weights(onnx.load(path)), path)
    onnx.checker.check_model(onnx.load(path), full_check=True)


def _with_half_weights(model: onnx.ModelProto) -> onnx.ModelProto:
    """The same network, its large weights kept as float16 and widened when loaded: half the file, same arithmetic."""
    widened = []
    for tensor in model.graph.initializer:
        values = onnx.numpy_helper.to_array(tensor)
        if values.dtype != np.float32 or values.size < _FEWEST_WEIGHTS:
            continue
        name = tensor.name
        tensor.CopyFrom(onnx.numpy_helper.from_array(values.astype(np.float16), name + "_half"))
        widened.append(onnx.helper.make_node("Cast", [name + "_half"], [name], to=onnx.TensorProto.FLOAT))
    nodes = [*widened, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    return model
