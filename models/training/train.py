"""The training loop: one whole volume a step, for a given time."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from medcrypt_gui.core.segmentation.model_card import Intensity
from models.training.augment import make_example
from models.training.dataset import Upright, upright
from models.training.network import UNet
from models.training.split import Scan

SHAPE = (96, 112, 96)  # voxels (Z, Y, X): 192 x 224 x 192 mm around the head
SPACING_MM = 2.0
INTENSITY = Intensity(0.5, 99.5)
_GROUP_SHARE = {"T1": 0.42, "FLAIR": 0.30, "openms": 0.28}
_PEAK_RATE = 2e-3
_WARM_UP = 0.05  # part of the time
_SEED = 20240


def train(scans: list[Scan], minutes: float, run: Path, resume: bool = False) -> UNet:
    """The network after ``minutes``, its weights averaged over the last steps; checkpoints go to ``run``.

    ``resume`` starts from the averaged weights of the last run there, at half the learning rate.

    The learning rate follows the clock, so that it has come down to nothing at the end on a fast and on a slow machine
    alike. The price: the steps, and so the weights, differ from run to run.
    """
    torch.manual_seed(_SEED)
    network, average = UNet(), UNet()
    peak = _PEAK_RATE / 2 if resume else _PEAK_RATE
    if resume:
        network.load_state_dict(torch.load(run / "average.pt", weights_only=True))
    average.load_state_dict(network.state_dict())
    optimiser = torch.optim.AdamW(network.parameters(), lr=peak, weight_decay=1e-3)
    examples = _examples([upright(scan, SPACING_MM) for scan in scans if not scan.held_out], _SEED + resume)
    run.mkdir(parents=True, exist_ok=True)
    begun, step, recent = time.monotonic(), 0, 1.0
    while (done := (time.monotonic() - begun) / (60 * minutes)) < 1.0:
        for group in optimiser.param_groups:
            group["lr"] = peak * _rate(done)
        loss = _step(network, optimiser, *next(examples))
        step += 1
        recent += (loss - recent) * max(0.02, 1 / step)
        _follow(average, network, min(0.995, (1 + step) / (10 + step)))
        if step % 25 == 0:
            print(f"step {step}  {done:.0%}  loss {recent:.4f}  {time.monotonic() - begun:.0f} s", flush=True)
        if step % 50 == 0:
            torch.save(average.state_dict(), run / "average.pt")
    torch.save(average.state_dict(), run / "average.pt")
    return average


def _examples(scans: list[Upright], seed: int) -> Iterator[tuple[Tensor, Tensor]]:
    """Training pairs without end, the next two being made while one is used."""
    random = np.random.default_rng(seed)
    groups = {name: [scan for scan in scans if scan.group == name] for name in _GROUP_SHARE}
    present = [name for name in _GROUP_SHARE if groups[name]]
    shares = np.array([_GROUP_SHARE[name] for name in present])

    def make(number: int, scan: Upright) -> tuple[Tensor, Tensor]:
        return make_example(scan, SHAPE, SPACING_MM, INTENSITY, np.random.default_rng(number))

    with ThreadPoolExecutor(1, initializer=torch.set_num_threads, initargs=(1,)) as maker:
        waiting = []
        while True:
            while len(waiting) < 3:
                group = groups[str(random.choice(present, p=shares / shares.sum()))]
                scan = group[int(random.integers(len(group)))]
                waiting.append(maker.submit(make, int(random.integers(2**62)), scan))
            yield waiting.pop(0).result()


def _step(network: UNet, optimiser: torch.optim.Optimizer, image: Tensor, target: Tensor) -> float:
    with torch.autocast("cpu", torch.bfloat16):
        logits = network(image)
    logits = logits.float()
    probability = torch.sigmoid(logits)
    overlap = 2 * (probability * target).sum() / (probability.sum() + target.sum() + 1.0)
    loss = 1 - overlap + functional.binary_cross_entropy_with_logits(logits, target)
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
    optimiser.step()
    return float(loss.detach())


def _rate(done: float) -> float:
    """Part of the peak learning rate: a short rise, then half a cosine."""
    if done < _WARM_UP:
        return max(done / _WARM_UP, 0.05)
    return 0.5 * (1 + math.cos(math.pi * (done - _WARM_UP) / (1 - _WARM_UP)))


@torch.no_grad()
def _follow(average: UNet, network: UNet, keep: float) -> None:
    for slow, fast in zip(average.parameters(), network.parameters(), strict=True):
        slow.lerp_(fast, 1 - keep)
