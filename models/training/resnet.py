"""3D ResNet segmenters whose encoders are those of Med3D, with a light decoder up to full resolution.

The encoder is that of Chen, Ma and Zheng ("Med3D: Transfer Learning for 3D Medical Image Analysis", 2019,
arXiv:1904.00625) down to the names of its parameters, so that weights published for it fit (`pretrained.py`). Its
features end at an eighth of the resolution; Med3D's own head only doubles that, which no border survives. The decoder
here adds the features of a quarter and of a half (LinkNet: Chaurasia and Culurciello, 2017) and sees the image itself,
its blocks of 2 x 2 x 2 voxels folded into channels, so that it ends at every voxel at the price of half the resolution.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.training.network import fold, unfold

_GROUPS = 16
_QUARTER_CHANNELS = 64
_HALF_CHANNELS = 32
_FOLDED = 8  # sub-voxels of a block of 2 x 2 x 2
_PLANES = (64, 128, 256, 512)
_STRIDES = (1, 2, 1, 1)
_DILATIONS = (1, 1, 2, 4)


@dataclass(frozen=True)
class Depth:
    """One member of the family. Shortcut "A" pads new channels with zeros, "B" makes them with a 1 x 1 x 1 convolution;
    which depth has which is as in the published weights."""

    blocks: tuple[int, int, int, int]
    bottleneck: bool
    shortcut: Literal["A", "B"]

    @property
    def expansion(self) -> int:
        """Channels that leave a block, as a multiple of its planes."""
        return 4 if self.bottleneck else 1


DEPTHS = {
    10: Depth((1, 1, 1, 1), False, "B"),
    18: Depth((2, 2, 2, 2), False, "A"),
    34: Depth((3, 4, 6, 3), False, "A"),
    50: Depth((3, 4, 6, 3), True, "B"),
}


class Norm(Enum):
    """What stands where Med3D has batch normalisation. With one volume a step, a batch has no statistics to learn."""

    GROUP = "group"
    """Group normalisation: for weights that start at random. The same in training and in use."""
    FROZEN_BATCH = "frozen batch"
    """Batch normalisation with the statistics that came with the weights; only scale and shift still learn."""


class _FrozenBatchNorm(nn.BatchNorm3d):
    """Stays in evaluation mode, whatever the network around it is told."""

    def train(self, mode: bool = True) -> _FrozenBatchNorm:
        del mode
        super().train(False)
        return self


def _norm(kind: Norm, channels: int) -> nn.Module:
    return nn.GroupNorm(_GROUPS, channels) if kind is Norm.GROUP else _FrozenBatchNorm(channels)


class PadChannels(nn.Module):
    """Shortcut "A": every ``stride``-th voxel, and zeros for the channels that are new."""

    def __init__(self, new_channels: int, stride: int) -> None:
        super().__init__()
        self.new_channels = new_channels
        self.stride = stride

    def forward(self, x: Tensor) -> Tensor:
        kept = x[:, :, :: self.stride, :: self.stride, :: self.stride]
        return functional.pad(kept, (0, 0, 0, 0, 0, 0, 0, self.new_channels))


class Block(nn.Module):
    """Two convolutions (or a bottleneck of three) and what they are added to; parameters named as in Med3D."""

    def __init__(self, inputs: int, planes: int, stride: int, dilation: int, depth: Depth, norm: Norm) -> None:
        super().__init__()
        outputs = planes * depth.expansion
        spread = {"kernel_size": 3, "padding": dilation, "dilation": dilation, "bias": False}
        if depth.bottleneck:
            self.conv1 = nn.Conv3d(inputs, planes, 1, bias=False)
            self.conv2 = nn.Conv3d(planes, planes, stride=stride, **spread)
            self.conv3: nn.Module | None = nn.Conv3d(planes, outputs, 1, bias=False)
            self.bn3 = _norm(norm, outputs)
        else:
            self.conv1 = nn.Conv3d(inputs, planes, stride=stride, **spread)
            self.conv2 = nn.Conv3d(planes, planes, **spread)
            self.conv3 = None
        self.bn1 = _norm(norm, planes)
        self.bn2 = _norm(norm, planes)
        self.downsample = _shortcut(inputs, outputs, stride, depth, norm)

    def forward(self, x: Tensor) -> Tensor:
        added = x if self.downsample is None else self.downsample(x)
        x = self.bn2(self.conv2(functional.relu(self.bn1(self.conv1(x)))))
        if self.conv3 is not None:
            x = self.bn3(self.conv3(functional.relu(x)))
        return functional.relu(x + added)


def _shortcut(inputs: int, outputs: int, stride: int, depth: Depth, norm: Norm) -> nn.Module | None:
    if stride == 1 and inputs == outputs:
        return None
    if depth.shortcut == "A":
        return PadChannels(outputs - inputs, stride)
    return nn.Sequential(nn.Conv3d(inputs, outputs, 1, stride=stride, bias=False), _norm(norm, outputs))


class Decoder(nn.Module):
    """From features at an eighth, a quarter and a half, and the folded image, to logits at every voxel."""

    def __init__(self, expansion: int) -> None:
        super().__init__()
        self.from_eighth = nn.Conv3d(512 * expansion, _QUARTER_CHANNELS, 1)
        self.from_quarter = nn.Conv3d(64 * expansion, _QUARTER_CHANNELS, 1)
        self.at_quarter = _convolution(_QUARTER_CHANNELS, _QUARTER_CHANNELS)
        self.to_half = nn.Conv3d(_QUARTER_CHANNELS, _HALF_CHANNELS, 1)
        self.from_half = nn.Conv3d(64, _HALF_CHANNELS, 1)
        self.at_half = _convolution(_HALF_CHANNELS + _FOLDED, _HALF_CHANNELS)
        self.out = nn.Conv3d(_HALF_CHANNELS, _FOLDED, 1)

    def forward(self, folded: Tensor, half: Tensor, quarter: Tensor, eighth: Tensor) -> Tensor:
        x = self.at_quarter(self.from_quarter(quarter) + _doubled(self.from_eighth(eighth)))
        x = self.from_half(half) + _doubled(self.to_half(x))
        return unfold(self.out(self.at_half(torch.cat([folded, x], 1))))


class ResNetSegmenter(nn.Module):
    """``(N, 1, Z, Y, X)`` standardised intensities to ``(N, 1, Z, Y, X)`` logits; sizes divisible by 8."""

    def __init__(self, depth: int, norm: Norm = Norm.GROUP) -> None:
        super().__init__()
        member = DEPTHS[depth]
        self.conv1 = nn.Conv3d(1, 64, 7, stride=2, padding=3, bias=False)
        self.bn1 = _norm(norm, 64)
        inputs = [64, *(planes * member.expansion for planes in _PLANES[:-1])]
        for number, (first, planes) in enumerate(zip(inputs, _PLANES, strict=True)):
            self.add_module(f"layer{number + 1}", _layer(first, number, planes, member, norm))
        self.decoder = Decoder(member.expansion)
        for module in self.modules():
            if isinstance(module, nn.Conv3d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out")

    def forward(self, image: Tensor) -> Tensor:
        half = functional.relu(self.bn1(self.conv1(image)))
        quarter = self.layer1(functional.max_pool3d(half, 3, stride=2, padding=1))
        eighth = self.layer4(self.layer3(self.layer2(quarter)))
        return self.decoder(fold(image), half, quarter, eighth)


def _layer(inputs: int, number: int, planes: int, depth: Depth, norm: Norm) -> nn.Sequential:
    dilation = _DILATIONS[number]
    blocks = [Block(inputs, planes, _STRIDES[number], dilation, depth, norm)]
    rest = depth.blocks[number] - 1
    blocks += [Block(planes * depth.expansion, planes, 1, dilation, depth, norm) for _ in range(rest)]
    return nn.Sequential(*blocks)


def _convolution(inputs: int, outputs: int) -> nn.Sequential:
    convolution = nn.Conv3d(inputs, outputs, 3, padding=1, bias=False)
    return nn.Sequential(convolution, nn.GroupNorm(_GROUPS, outputs), nn.ReLU(inplace=True))


def _doubled(x: Tensor) -> Tensor:
    return functional.interpolate(x, scale_factor=2.0, mode="nearest")
