"""The network of ``brain-mr``: a U-Net that folds blocks of 2 x 2 x 2 voxels into channels.

A processor without a GPU spends most of an ordinary U-Net's time at the finest level, where it can afford few
channels. Folding moves that level to half the resolution without losing a voxel (pixel shuffle: Shi et al., CVPR 2016),
and adding the skipped features instead of concatenating them halves the widest convolutions (LinkNet: Chaurasia and
Culurciello, 2017). Group normalisation has no running statistics, so training with one volume a step and inference do
the same thing.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

CHANNELS = (32, 64, 96, 128)
_GROUP_CHANNELS = 4
_FOLDED = 8  # sub-voxels of a block


def double_convolution(inputs: int, outputs: int) -> nn.Sequential:
    """Twice: 3 x 3 x 3 convolution, group normalisation, ReLU."""
    layers: list[nn.Module] = []
    for channels in (inputs, outputs):
        layers.append(nn.Conv3d(channels, outputs, 3, padding=1, bias=False))
        layers.append(nn.GroupNorm(outputs // _GROUP_CHANNELS, outputs))
        layers.append(nn.ReLU(inplace=True))
    return nn.Sequential(*layers)


class FoldedUNet(nn.Module):
    """``(N, 1, Z, Y, X)`` standardised intensities to ``(N, 1, Z, Y, X)`` logits; sizes divisible by 16."""

    def __init__(self, channels: tuple[int, ...] = CHANNELS) -> None:
        super().__init__()
        inputs = (_FOLDED, *channels[:-1])
        self.down = nn.ModuleList(double_convolution(i, o) for i, o in zip(inputs, channels, strict=True))
        pairs = list(zip(channels[1:], channels[:-1], strict=True))
        self.narrow = nn.ModuleList(nn.Conv3d(low, high, 1) for low, high in pairs)
        self.up = nn.ModuleList(double_convolution(high, high) for _, high in pairs)
        self.border = double_convolution(channels[0] + _FOLDED, channels[0])
        self.out = nn.Conv3d(channels[0], _FOLDED, 1)

    def forward(self, image: Tensor) -> Tensor:
        folded = fold(image)
        skipped: list[Tensor] = []
        x = folded
        for level, block in enumerate(self.down):
            x = block(functional.max_pool3d(x, 2) if level else x)
            skipped.append(x)
        for level in reversed(range(len(self.up))):
            wider = functional.interpolate(self.narrow[level](x), scale_factor=2.0, mode="nearest")
            x = self.up[level](skipped[level] + wider)
        return unfold(self.out(self.border(torch.cat([folded, x], 1))))


def fold(image: Tensor) -> Tensor:
    """``(N, 1, Z, Y, X)`` to ``(N, 8, Z/2, Y/2, X/2)``: each block's voxels as channels."""
    n, _, z, y, x = image.shape
    blocks = image.reshape(n, z // 2, 2, y // 2, 2, x // 2, 2)
    return blocks.permute(0, 2, 4, 6, 1, 3, 5).reshape(n, _FOLDED, z // 2, y // 2, x // 2)


def unfold(blocks: Tensor) -> Tensor:
    """The inverse of `fold`."""
    n, _, z, y, x = blocks.shape
    parts = blocks.reshape(n, 2, 2, 2, z, y, x)
    return parts.permute(0, 4, 1, 5, 2, 6, 3).reshape(n, 1, 2 * z, 2 * y, 2 * x)


class Probability(nn.Module):
    """A network as it is shipped: probabilities rather than logits, the mean of the head and its mirror image."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, image: Tensor) -> Tensor:
        mirrored = self.network(image.flip(-1)).flip(-1)
        return (torch.sigmoid(self.network(image)) + torch.sigmoid(mirrored)) / 2
