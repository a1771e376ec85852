"""The network: a small 3D U-Net that sees the whole head at once.

Group normalisation has no running statistics, so training with one volume a step and inference do the same thing.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

CHANNELS = (8, 32, 64, 80, 80)
_GROUP_CHANNELS = 4


def _double_convolution(inputs: int, outputs: int) -> nn.Sequential:
    layers: list[nn.Module] = []
    for channels in (inputs, outputs):
        layers.append(nn.Conv3d(channels, outputs, 3, padding=1, bias=False))
        layers.append(nn.GroupNorm(outputs // _GROUP_CHANNELS, outputs))
        layers.append(nn.ReLU(inplace=True))
    return nn.Sequential(*layers)


class UNet(nn.Module):
    """``(N, 1, Z, Y, X)`` standardised intensities to ``(N, 1, Z, Y, X)`` logits; sizes divisible by 16."""

    def __init__(self, channels: tuple[int, ...] = CHANNELS) -> None:
        super().__init__()
        pairs = list(zip((1, *channels[:-1]), channels, strict=True))
        self.down = nn.ModuleList(_double_convolution(i, o) for i, o in pairs)
        self.up = nn.ModuleList(
            _double_convolution(low + high, high) for low, high in zip(channels[1:], channels[:-1], strict=True)
        )
        self.out = nn.Conv3d(channels[0], 1, 1)

    def forward(self, image: Tensor) -> Tensor:
        skipped: list[Tensor] = []
        x = image
        for level, block in enumerate(self.down):
            x = block(functional.max_pool3d(x, 2) if level else x)
            skipped.append(x)
        for level in reversed(range(len(self.up))):
            wider = functional.interpolate(x, scale_factor=2.0, mode="nearest")
            x = self.up[level](torch.cat([skipped[level], wider], 1))
        return self.out(x)


class Probability(nn.Module):
    """The network as it is shipped: probabilities rather than logits."""

    def __init__(self, network: UNet) -> None:
        super().__init__()
        self.network = network

    def forward(self, image: Tensor) -> Tensor:
        return torch.sigmoid(self.network(image))
