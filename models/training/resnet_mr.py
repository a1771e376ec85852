"""What is particular to the ResNet segmenters: the domain's own voxel size, their start, their plans."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
import torch

from medcrypt_gui.core.segmentation.model_card import Percentiles
from models.training.augment import Parts
from models.training.dataset import upright
from models.training.pretrained import load_pretrained
from models.training.quick_examples import quick_examples
from models.training.resnet import Norm, ResNetSegmenter
from models.training.split import Protocol, Scan, trained_on
from models.training.train import Plan, train

INTENSITY = Percentiles(0.5, 99.5)
_PART_SHARE = 0.9  # an encoder of 14 million parameters is dear on a processor: mostly small parts
_PART_SHAPE = (48, 64, 48)
_EXTENT_MM = (192.0, 224.0, 192.0)  # (Z, Y, X) around the head
_DIVISOR = 8
PLANS = {
    Protocol.WITHOUT_OPENMS: Plan(600, 1e-3, {"T1": 0.55, "FLAIR": 0.45}),
    Protocol.LEAVE_SUBJECTS_OUT: Plan(600, 1e-3, {"T1": 0.40, "FLAIR": 0.28, "openms": 0.32}),
    Protocol.FINAL: Plan(600, 1e-3, {"T1": 0.40, "FLAIR": 0.28, "openms": 0.32}),
}


def median_spacing_mm(scans: Sequence[Scan]) -> float:
    """Med3D's spatial normalisation: the median voxel size of the domain, per axis of the files, over ``scans``.

    The application's grids have one size along all axes, so it is the edge of the cube that has the median voxel's
    volume, to a tenth of a millimetre. Only headers are read.
    """
    headers: list[Any] = [nibabel.load(scan.image).header for scan in scans]
    spacings = [header.get_zooms()[:3] for header in headers]
    return round(float(np.cbrt(np.prod(np.median(spacings, axis=0)))), 1)


def grid_shape(spacing_mm: float) -> tuple[int, int, int]:
    """Voxels (Z, Y, X) that cover a head and divide by the network's stride."""
    z, y, x = (int(np.ceil(extent / spacing_mm / _DIVISOR)) * _DIVISOR for extent in _EXTENT_MM)
    return z, y, x


def parts_of(shape: tuple[int, int, int]) -> Parts:
    """The parts that most steps see, never larger than the grid."""
    z, y, x = (min(part, n) for part, n in zip(_PART_SHAPE, shape, strict=True))
    return Parts(_PART_SHARE, (z, y, x))


def train_protocol(
    depth: int,
    scans: list[Scan],
    protocol: Protocol,
    run: Path,
    device: str = "cpu",
    steps: int | None = None,
    pretrained: Path | None = None,
) -> None:
    """Train a ResNet from random weights, or go on from ``pretrained`` ones; ``run`` holds its checkpoints."""
    plan = PLANS[protocol] if steps is None else replace(PLANS[protocol], steps=steps)
    torch.manual_seed(plan.seed)
    network = ResNetSegmenter(depth) if pretrained is None else load_pretrained(pretrained, depth)
    known = [scan for scan in scans if trained_on(scan, protocol)]
    spacing_mm = median_spacing_mm(known)
    shape = grid_shape(spacing_mm)
    seen = [upright(scan, spacing_mm) for scan in known]
    train(network, seen, quick_examples(seen, shape, spacing_mm, INTENSITY, parts_of(shape)), plan, run, device)


def load_trained(depth: int, run: Path) -> ResNetSegmenter:
    """The network that ``run`` holds, which tells by itself whether it began with somebody's batch statistics."""
    states = torch.load(run / "average.pt", map_location="cpu", weights_only=True)
    network = ResNetSegmenter(depth, Norm.FROZEN_BATCH if "bn1.running_mean" in states else Norm.GROUP)
    network.load_state_dict(states)
    return network
