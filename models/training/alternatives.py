"""Other architectures for ``brain-mr``, to be measured against it: U-Nets plain, residual, in two steps; a MeshNet."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.training.network import double_convolution

U_NET_CHANNELS = (16, 32, 64, 96)
MESH_CHANNELS = 24
_MESH_DILATIONS = (1, 2, 4, 8, 4, 2, 1)
_GROUP_CHANNELS = 4


class ResidualBlock(nn.Module):
    """Two convolutions whose result is added to their input (made as wide by a 1 x 1 x 1 convolution)."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.narrow_path = double_convolution(inputs, outputs)
        self.wide = nn.Conv3d(inputs, outputs, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.narrow_path(x) + self.wide(x)


class UNet(nn.Module):
    """``(N, 1, Z, Y, X)`` to logits of the same shape, skipped features concatenated (Çiçek et al., 2016).

    Sizes must be divisible by 8. Unlike the network that ships it computes at full resolution, with few channels there.
    """

    def __init__(self, residual: bool = False, channels: tuple[int, ...] = U_NET_CHANNELS, inputs: int = 1) -> None:
        super().__init__()
        block = ResidualBlock if residual else double_convolution
        pairs = zip((inputs, *channels[:-1]), channels, strict=True)
        self.down = nn.ModuleList(block(low, high) for low, high in pairs)
        pairs = zip(channels[1:], channels[:-1], strict=True)
        self.up = nn.ModuleList(block(low + high, high) for low, high in pairs)
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


class CoarseToFine(nn.Module):
    """A U-Net at half the resolution, and a shallow one that mends its border with the image beside it.

    Sizes must be divisible by 16.
    """

    def __init__(self) -> None:
        super().__init__()
        self.coarse = UNet(channels=(32, 64, 96, 128))
        self.fine = UNet(channels=(16, 32), inputs=2)

    def forward(self, image: Tensor) -> Tensor:
        coarse = self.coarse(functional.avg_pool3d(image, 2))
        wider = functional.interpolate(coarse, scale_factor=2.0, mode="trilinear", align_corners=False)
        return wider + self.fine(torch.cat([image, torch.sigmoid(wider)], 1))


class MeshNet(nn.Module):
    """Dilated convolutions at full resolution, nothing pooled (Fedorov et al., 2017): few parameters, much work."""

    def __init__(self, channels: int = MESH_CHANNELS) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        inputs = 1
        for dilation in _MESH_DILATIONS:
            layers.append(nn.Conv3d(inputs, channels, 3, padding=dilation, dilation=dilation, bias=False))
            layers.append(nn.GroupNorm(channels // _GROUP_CHANNELS, channels))
            layers.append(nn.ReLU(inplace=True))
            inputs = channels
        self.layers = nn.Sequential(*layers, nn.Conv3d(channels, 1, 1))

    def forward(self, image: Tensor) -> Tensor:
        return self.layers(image)
