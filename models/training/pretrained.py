"""Weights that somebody else trained, as the start of a ResNet of ours: files of MedicalNet (Med3D)."""

from __future__ import annotations

import pickle
import re
from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor

from medcrypt_gui.core.errors import ModelUnavailableError
from models.training.resnet import DEPTHS, Norm, ResNetSegmenter

_NAMED = 5  # parameters that an error lists
_HEADS = ("conv_seg.", "fc.", "decoder.")  # what earlier owners put behind the encoder
_COUNTER = "num_batches_tracked"  # files of PyTorch 0.4 lack it; frozen statistics do not use it


def load_pretrained(path: Path, depth: int) -> ResNetSegmenter:
    """A ResNet of ``depth`` whose encoder has the weights and batch statistics of the file; its decoder is new.

    The file holds a dictionary with ``state_dict`` (or is one), names with or without the prefix ``module.``. It is
    read without running any code that it may contain. Raises `ModelUnavailableError` when it cannot be read, is of
    another depth, or lacks parameters, which the error lists.
    """
    network = ResNetSegmenter(depth, Norm.FROZEN_BATCH)
    wanted = {name: value for name, value in network.state_dict().items() if not name.startswith(_HEADS)}
    found = _encoder_weights(path)
    given = _depth_of(found)
    if given not in (None, depth):
        raise ModelUnavailableError(f"these are weights of ResNet-{given}; ResNet-{depth} is to be trained", path=path)
    missing = sorted(name for name in wanted if name not in found and not name.endswith(_COUNTER))
    if missing:
        raise ModelUnavailableError(f"the weights lack {len(missing)} parameters: {_listed(missing)}", path=path)
    others = sorted(name for name in wanted if name in found and found[name].shape != wanted[name].shape)
    if others:
        raise ModelUnavailableError(f"{len(others)} parameters have another shape: {_listed(others)}", path=path)
    network.load_state_dict({name: found[name] for name in wanted if name in found}, strict=False)
    return network


def _encoder_weights(path: Path) -> dict[str, Tensor]:
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
    except OSError as exc:
        raise ModelUnavailableError(f"the weights cannot be read: {exc.strerror}", path=path) from exc
    except (pickle.UnpicklingError, RuntimeError, EOFError) as exc:
        raise ModelUnavailableError("the file is not one of PyTorch, or holds more than weights", path=path) from exc
    states = content.get("state_dict", content) if isinstance(content, Mapping) else {}
    if not isinstance(states, Mapping):
        raise ModelUnavailableError("the file holds no weights under 'state_dict'", path=path)
    named = {str(name).removeprefix("module."): value for name, value in states.items() if isinstance(value, Tensor)}
    weights = {name: value for name, value in named.items() if not name.startswith(_HEADS)}
    if not weights:
        raise ModelUnavailableError("the file holds no weights under 'state_dict'", path=path)
    return weights


def _depth_of(weights: Mapping[str, Tensor]) -> int | None:
    """The member of the family that has these blocks; None when none has."""
    matches = [re.match(r"layer([1-4])\.(\d+)\.", name) for name in weights]
    places = {(int(match[1]), int(match[2])) for match in matches if match}
    blocks = tuple(sum(layer == number for layer, _ in places) for number in (1, 2, 3, 4))
    bottleneck = "layer1.0.conv3.weight" in weights
    for depth, member in DEPTHS.items():
        if (blocks, bottleneck) == (member.blocks, member.bottleneck):
            return depth
    return None


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
