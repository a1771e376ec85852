"""The weights of ``brain-mr`` out of an exported file, so that training goes on where checkpoints are gone."""

from __future__ import annotations

from pathlib import Path

import onnx
import torch
from google.protobuf.message import DecodeError
from torch import Tensor

from medcrypt_gui.core.errors import ModelUnavailableError
from models.training.network import FoldedUNet

_HALF = "_half"
_PREFIX = "network."
_AFFINE = {"Mul": "weight", "Add": "bias"}  # what ONNX makes of a group normalisation's parameters


def read_exported(path: Path) -> FoldedUNet:
    """The network in a file that `export` wrote, its weights as precise as the file (float16).

    Raises `ModelUnavailableError` when the file cannot be read or holds another network.
    """
    try:
        graph = onnx.load(path).graph
    except (OSError, DecodeError) as exc:
        raise ModelUnavailableError("the exported model cannot be read", path=path) from exc
    values = {
        tensor.name.removesuffix(_HALF): torch.from_numpy(onnx.numpy_helper.to_array(tensor).astype("float32"))
        for tensor in graph.initializer
    }
    weights = {name.removeprefix(_PREFIX): value for name, value in values.items() if name.startswith(_PREFIX)}
    network = FoldedUNet()
    try:
        network.load_state_dict(weights | _normalisations(graph, values))
    except RuntimeError as exc:
        raise ModelUnavailableError("the exported model is not a folded U-Net of this size", path=path) from exc
    return network


def _normalisations(graph: onnx.GraphProto, values: dict[str, Tensor]) -> dict[str, Tensor]:
    """Scale and shift have lost their names: the nodes that use them are named after the module."""
    same = {node.output[0]: node.input[0] for node in graph.node if node.op_type == "Identity"}
    found = {}
    for node in graph.node:
        parts = node.name.split("/")
        used = [same.get(name, name) for name in node.input]
        held = [values[name] for name in used if name in values]
        mirrored = parts[-2:-1] and parts[-2].endswith("_1")  # the second pass names its nodes so
        if node.op_type in _AFFINE and parts[1:2] == ["network"] and held and not mirrored:
            found[f"{parts[-2]}.{_AFFINE[node.op_type]}"] = held[0].flatten()
    return found
