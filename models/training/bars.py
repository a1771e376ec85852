"""What a model has to reach, and whether it did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from medcrypt_gui.core.segmentation.model_card import ScanResult


@dataclass(frozen=True)
class Bar:
    """The mean Dice (the smallest, with ``each``) over the scans whose data set begins with ``dataset``."""

    model: str
    protocol: str
    dataset: str
    least_dice: float
    each: bool = False


BARS = (
    Bar("brain-mr", "leave-subjects-out", "NiChart T1", 0.965),
    Bar("brain-mr", "leave-subjects-out", "NiChart FLAIR", 0.94),
    Bar("brain-mr", "leave-subjects-out", "openms", 0.94),
    Bar("brain-mr", "leave-subjects-out", "", 0.88, each=True),
    Bar("brain-mr", "without-openms", "openms", 0.925),
    Bar("brain-mr", "without-openms", "", 0.88, each=True),
    Bar("resnet-10", "leave-subjects-out", "", 0.90),
)


def judge(model: str, results: Sequence[ScanResult]) -> list[str]:
    """One line per bar that these results can be held against, as Markdown."""
    lines = []
    for bar in BARS:
        dice = [
            result.dice
            for result in results
            if (bar.model, bar.protocol) == (model, result.protocol) and result.dataset.startswith(bar.dataset)
        ]
        if dice:
            reached = min(dice) if bar.each else sum(dice) / len(dice)
            lines.append(_line(bar, reached, len(dice)))
    return lines


def _line(bar: Bar, reached: float, count: int) -> str:
    what = f"{'smallest' if bar.each else 'mean'} Dice of {count} {bar.dataset or 'scans'}"
    missed = bar.least_dice - reached
    verdict = "met" if missed <= 0 else f"**missed by {missed:.4f}**"
    return f"- {what}: {reached:.4f}, to be at least {bar.least_dice:g}: {verdict}"
