"""The training loop: one volume a step, a given number of steps, resumable."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from models.training.dataset import Upright

_WARM_UP_STEPS = 60
_DECAY_SHARE = 0.4  # of the steps, at the end
_CHECKPOINT_STEPS = 50

Example = tuple[Tensor, Tensor]
MakeExample = Callable[[Upright, np.random.Generator], Example]


@dataclass(frozen=True)
class Plan:
    """How long and how fast to learn; ``shares`` says how often each group of scans is drawn."""

    steps: int
    peak_rate: float
    shares: dict[str, float]
    seed: int = 20261


def train(
    network: nn.Module, scans: list[Upright], make_example: MakeExample, plan: Plan, run: Path, device: str = "cpu"
) -> nn.Module:
    """The network after ``plan.steps``, its weights averaged over the last hundreds of steps.

    ``run`` holds ``checkpoint.pt``, from which an interrupted run goes on, and ``average.pt``, the weights. The same
    plan, seed, thread count and machine give the same weights, unless the run was interrupted.
    """
    torch.manual_seed(plan.seed)
    run.mkdir(parents=True, exist_ok=True)
    network = network.to(device, memory_format=torch.channels_last_3d)
    average = copy.deepcopy(network)
    optimiser = torch.optim.AdamW(network.parameters(), lr=plan.peak_rate, weight_decay=1e-3)
    first = _resume(run / "checkpoint.pt", network, average, optimiser)
    examples = _examples(scans, make_example, plan, first)
    begun, recent = time.monotonic(), 1.0
    for step in range(first, plan.steps):
        for group in optimiser.param_groups:
            group["lr"] = plan.peak_rate * rate(step, plan.steps)
        loss = _step(network, optimiser, *(part.to(device) for part in next(examples)))
        recent += (loss - recent) * max(0.02, 1 / (step - first + 1))
        _follow(average, network, min(0.995, (1 + step) / (10 + step)))
        if (step + 1) % 25 == 0:
            print(f"step {step + 1}/{plan.steps}  loss {recent:.4f}  {time.monotonic() - begun:.0f} s", flush=True)
        if (step + 1) % _CHECKPOINT_STEPS == 0 or step + 1 == plan.steps:
            _save(run, step + 1, network, average, optimiser)
    return average


def rate(step: int, steps: int) -> float:
    """Part of the peak learning rate: a short rise, a plateau, and a straight way down to nothing."""
    return min(1.0, (step + 1) / _WARM_UP_STEPS, (steps - step) / (_DECAY_SHARE * steps))


def _examples(scans: list[Upright], make_example: MakeExample, plan: Plan, first: int) -> Iterator[Example]:
    """Training pairs without end, the next ones being made while one is used."""
    random = np.random.default_rng((plan.seed, first))
    groups = {name: [scan for scan in scans if scan.group == name] for name in plan.shares}
    present = [name for name in plan.shares if groups[name]]
    shares = np.array([plan.shares[name] for name in present])
    with ThreadPoolExecutor(1, initializer=torch.set_num_threads, initargs=(1,)) as maker:
        waiting = []
        while True:
            while len(waiting) < 3:
                group = groups[str(random.choice(present, p=shares / shares.sum()))]
                scan = group[int(random.integers(len(group)))]
                source = np.random.default_rng(int(random.integers(2**62)))
                waiting.append(maker.submit(make_example, scan, source))
            yield waiting.pop(0).result()


def _step(network: nn.Module, optimiser: torch.optim.Optimizer, image: Tensor, target: Tensor) -> float:
    with torch.autocast(image.device.type, torch.bfloat16, enabled=_has_bfloat16(image.device)):
        logits = network(image).float()
    probability = torch.sigmoid(logits)
    overlap = 2 * (probability * target).sum() / (probability.sum() + target.sum() + 1.0)
    loss = 1 - overlap + functional.binary_cross_entropy_with_logits(logits, target)
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
    optimiser.step()
    return float(loss.detach())


def _has_bfloat16(device: torch.device) -> bool:
    """Whether the machine multiplies 16-bit numbers faster: half the time of a step, the same course of the loss."""
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    return device.type == "cpu" and torch.cpu._is_avx512_bf16_supported()


@torch.no_grad()
def _follow(average: nn.Module, network: nn.Module, keep: float) -> None:
    for slow, fast in zip(average.parameters(), network.parameters(), strict=True):
        slow.lerp_(fast, 1 - keep)
    for slow, fast in zip(average.buffers(), network.buffers(), strict=True):
        slow.copy_(fast)


def _save(run: Path, step: int, network: nn.Module, average: nn.Module, optimiser: torch.optim.Optimizer) -> None:
    states = {"network": network.state_dict(), "average": average.state_dict(), "optimiser": optimiser.state_dict()}
    for name, content in (("checkpoint.pt", {"step": step, **states}), ("average.pt", average.state_dict())):
        torch.save(content, run / (name + ".new"))
        (run / (name + ".new")).replace(run / name)


def _resume(path: Path, network: nn.Module, average: nn.Module, optimiser: torch.optim.Optimizer) -> int:
    if not path.exists():
        return 0
    saved = torch.load(path, weights_only=True)
    network.load_state_dict(saved["network"])
    average.load_state_dict(saved["average"])
    optimiser.load_state_dict(saved["optimiser"])
    return int(saved["step"])
