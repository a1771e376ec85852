"""What is particular to ``brain-mr``: its grid, its brightness, its groups of scans, its three training runs."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import torch

from medcrypt_gui.core.segmentation.model_card import Percentiles
from models.training.augment import make_example
from models.training.dataset import upright
from models.training.exported_weights import read_exported
from models.training.network import FoldedUNet
from models.training.split import Protocol, Scan, trained_on
from models.training.train import Plan, train

SHAPE = (96, 112, 96)  # voxels (Z, Y, X): 192 x 224 x 192 mm around the head
SPACING_MM = 2.0
INTENSITY = Percentiles(0.5, 99.5)
BEFORE = {Protocol.LEAVE_SUBJECTS_OUT: Protocol.WITHOUT_OPENMS, Protocol.FINAL: Protocol.LEAVE_SUBJECTS_OUT}
PLANS = {
    Protocol.WITHOUT_OPENMS: Plan(2150, 2e-3, {"T1": 0.55, "FLAIR": 0.45}),
    Protocol.LEAVE_SUBJECTS_OUT: Plan(400, 1e-3, {"T1": 0.40, "FLAIR": 0.28, "openms": 0.32}),
    Protocol.FINAL: Plan(600, 1e-3, {"T1": 0.40, "FLAIR": 0.28, "openms": 0.32}),
}


def train_protocol(
    scans: list[Scan],
    protocol: Protocol,
    runs: Path,
    device: str = "cpu",
    steps: int | None = None,
    start: Path | None = None,
) -> FoldedUNet:
    """The trained network; its checkpoints lie in ``runs/brain-mr-<protocol>``, where the next run finds its start.

    ``steps`` replaces the plan's number of steps, ``start`` (an exported file) the run before.
    """
    plan = PLANS[protocol] if steps is None else replace(PLANS[protocol], steps=steps)
    torch.manual_seed(plan.seed)
    network = FoldedUNet() if start is None else read_exported(start)
    if start is None and protocol in BEFORE:
        before = runs / f"brain-mr-{BEFORE[protocol].value}" / "average.pt"
        network.load_state_dict(torch.load(before, weights_only=True))
    seen = [upright(scan, SPACING_MM) for scan in scans if trained_on(scan, protocol)]
    make = partial(make_example, shape=SHAPE, spacing_mm=SPACING_MM, intensity=INTENSITY)
    train(
        network,
        seen,
        lambda scan, random: make(scan, random=random),
        plan,
        runs / f"brain-mr-{protocol.value}",
        device,
    )
    network.load_state_dict(torch.load(runs / f"brain-mr-{protocol.value}" / "average.pt", weights_only=True))
    return network
