"""A screening of architectures and of the inference strategy: ``python -m models.training.compare --help``.

Every network gets the same scans, the same augmentation and the same processor time, on a grid of 4 mm: enough to see
which learns fastest per second, not how far each would come in the end. ``--grid`` measures what one pass on the
model's grid can reach at best, which is what a second pass at the border could gain.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch import nn

from medcrypt_gui.core.mask.dice import dice
from medcrypt_gui.core.segmentation.postprocess import largest_solid, to_mask
from medcrypt_gui.core.segmentation.preprocess import grid_around_head, reduce_blocks, sample, standardise
from medcrypt_gui.core.task import TaskContext
from models.training.alternatives import CoarseToFine, MeshNet, UNet
from models.training.augment import Parts, make_example
from models.training.brain_mr import INTENSITY, PLANS, SHAPE, SPACING_MM
from models.training.dataset import Upright, read_reference, upright
from models.training.evaluate import dataset_of, judged_on
from models.training.network import FoldedUNet
from models.training.split import Protocol, Scan, find_scans, trained_on
from models.training.train import Plan, train

_SPACING_MM = 4.0
_SHAPE = (48, 64, 48)
_PROTOCOL = Protocol.LEAVE_SUBJECTS_OUT
_PROBED_STEPS = 3
_TIMED_PASSES = 3
CANDIDATES: dict[str, Callable[[], nn.Module]] = {
    "folded U-Net (brain-mr)": FoldedUNet,
    "U-Net": UNet,
    "residual U-Net": partial(UNet, residual=True),
    "MeshNet": MeshNet,
    "coarse to fine": CoarseToFine,
}


@dataclass(frozen=True)
class Screened:
    """One network after its share of processor time; Dice against the soft target cut at one half, on the 4 mm grid."""

    name: str
    parameters: int
    steps: int
    dice: float
    smallest: float
    pass_s: float


def screen(scans: list[Scan], seconds: float) -> list[Screened]:
    """Train and judge every candidate for ``seconds`` of processor time each, on one thread."""
    torch.set_num_threads(1)
    seen = [upright(scan, _SPACING_MM) for scan in scans if trained_on(scan, _PROTOCOL)]
    unseen = [upright(scan, _SPACING_MM) for scan in judged_on(scans, _PROTOCOL)]
    rows = []
    for name, build in CANDIDATES.items():
        network, steps = _trained(build, seen, seconds)
        scores = [_judge(network, scan) for scan in unseen]
        parameters = sum(parameter.numel() for parameter in network.parameters())
        rows.append(Screened(name, parameters, steps, float(np.mean(scores)), min(scores), _pass_s(network)))
        print(_row(rows[-1]), flush=True)
    return rows


def _trained(build: Callable[[], nn.Module], seen: list[Upright], seconds: float) -> tuple[nn.Module, int]:
    """The averaged network after as many steps as fit, which a few steps with the same network tell."""
    shares = PLANS[_PROTOCOL].shares
    make = partial(make_example, shape=_SHAPE, spacing_mm=_SPACING_MM, intensity=INTENSITY, parts=Parts(share=0.0))

    def run(steps: int) -> tuple[nn.Module, float]:
        torch.manual_seed(PLANS[_PROTOCOL].seed)
        begun = time.process_time()
        with tempfile.TemporaryDirectory() as folder:
            plan = Plan(steps, 2e-3, shares)
            network = train(build(), seen, lambda scan, random: make(scan, random=random), plan, Path(folder))
        return network, time.process_time() - begun

    steps = max(1, int(seconds / (run(_PROBED_STEPS)[1] / _PROBED_STEPS)))
    return run(steps)[0], steps


def _judge(network: nn.Module, scan: Upright) -> float:
    grid = grid_around_head(scan.values, scan.geometry, _SHAPE, _SPACING_MM)
    image = standardise(sample(scan.values, scan.geometry, grid, outside=np.nan), INTENSITY)
    with torch.no_grad():
        logits = network.eval()(torch.from_numpy(image)[None, None])[0, 0].numpy()
    return dice(largest_solid(logits > 0), sample(scan.target, scan.geometry, grid) > 0.5)


def _pass_s(network: nn.Module) -> float:
    """Processor seconds of one pass over the grid that ships, median; without the mirror image."""
    image = torch.randn(1, 1, *SHAPE)
    times = []
    for _ in range(_TIMED_PASSES):
        begun = time.process_time()
        with torch.no_grad():
            network.eval()(image)
        times.append(time.process_time() - begun)
    return statistics.median(times)


def grid_ceiling(scans: list[Scan], spacing_mm: float = SPACING_MM) -> dict[str, list[float]]:
    """Per data set, the Dice of each reference carried to the model's grid and back: no single pass does better."""
    reached: dict[str, list[float]] = {}
    for scan in scans:
        reference = read_reference(scan.mask)
        values, geometry = reduce_blocks(reference, spacing_mm)
        grid = grid_around_head(values, geometry, SHAPE, spacing_mm)
        there = sample(values, geometry, grid)
        back = to_mask(there, grid, reference.geometry, 0.5, TaskContext()).roi()
        reached.setdefault(dataset_of(scan), []).append(dice(back, np.asarray(reference.stored, dtype=bool)))
    return reached


def _row(row: Screened) -> str:
    size = f"{row.parameters / 1e6:.2f}"
    return f"| {row.name} | {size} | {row.steps} | {row.dice:.3f} | {row.smallest:.3f} | {row.pass_s:.2f} |"


def screening_table(rows: list[Screened]) -> str:
    """The screening as Markdown."""
    head = "| network | million parameters | steps | mean Dice | smallest | processor seconds a pass |"
    return "\n".join([head, "|---|---|---|---|---|---|", *map(_row, rows)]) + "\n"


def ceiling_table(reached: dict[str, list[float]]) -> str:
    """The ceiling as Markdown."""
    rows = [f"| {name} | {len(d)} | {np.mean(d):.3f} | {min(d):.3f} |" for name, d in sorted(reached.items())]
    return "\n".join(["| data set | scans | mean Dice | smallest |", "|---|---|---|---|", *rows]) + "\n"


def main() -> None:
    """Print the tables as Markdown."""
    parser = argparse.ArgumentParser(prog="python -m models.training.compare", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds nichart/ and openms/")
    parser.add_argument("--seconds", type=float, default=100.0, help="processor time for each network")
    parser.add_argument("--grid", action="store_true", help="measure the grid's ceiling instead of the networks")
    arguments = parser.parse_args()
    scans = find_scans(arguments.data)
    if arguments.grid:
        print(ceiling_table(grid_ceiling(scans)))
    else:
        print(screening_table(screen(scans, arguments.seconds)))


if __name__ == "__main__":
    main()
