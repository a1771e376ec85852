"""All models beside each other: Dice, time and size on the same scans: ``python -m models.training.size_table --help``.

A ResNet that was not trained here is exported with random weights, which take the same time and space; it has no Dice.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from medcrypt_gui.adapters.inference.onnx_segmenter import OnnxSegmenter
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.segmentation.model_card import ModelCard, NetworkSpec, read_card
from medcrypt_gui.core.task import TaskContext
from models.training.card import checksum
from models.training.dataset import read_volume
from models.training.evaluate import judged_on
from models.training.pipeline import Job, describe
from models.training.recipes import RECIPES, Recipe
from models.training.report import REPORTS, means, read_results
from models.training.split import Protocol, Scan, find_scans

_PROTOCOL = Protocol.LEAVE_SUBJECTS_OUT


@dataclass(frozen=True)
class Measured:
    """One model. ``seconds`` are of the clock, ``processor_s`` of all cores together, however busy they are."""

    model: str
    megabytes: float
    seconds: float
    processor_s: float
    dice: dict[str, float]  # mean by data set, and over "all"; empty when untrained


def measure(scans: list[Scan], volumes: Sequence[Volume]) -> list[Measured]:
    """Every model of `RECIPES` on ``volumes``, medians, the model loaded."""
    rows = []
    for recipe in RECIPES.values():
        with tempfile.TemporaryDirectory() as folder:
            trained = Job(recipe, _PROTOCOL).card_path
            card = read_card(trained) if trained.exists() else _untrained(recipe, scans, Path(folder))
            rows.append(_measure_one(recipe.id, card, volumes))
        print(_row(rows[-1]), flush=True)
    return rows


def _measure_one(model: str, card: ModelCard, volumes: Sequence[Volume]) -> Measured:
    assert card.network is not None
    segmenter = OnnxSegmenter(card)
    segmenter.propose(volumes[0], "MR", TaskContext())
    clock, processor = [], []
    for volume in volumes:
        begun, used = time.perf_counter(), time.process_time()
        segmenter.propose(volume, "MR", TaskContext())
        clock.append(time.perf_counter() - begun)
        processor.append(time.process_time() - used)
    results = [result for result in read_results(model) if result.protocol == _PROTOCOL.value]
    dice = {name: mean for name, _, mean, *_ in means(results)} if results else {}
    megabytes = card.network.weights.stat().st_size / 1e6
    return Measured(model, megabytes, statistics.median(clock), statistics.median(processor), dice)


def _untrained(recipe: Recipe, scans: list[Scan], folder: Path) -> ModelCard:
    from torch import nn

    from models.training import resnet_mr
    from models.training.export import export
    from models.training.resnet import ResNetSegmenter

    assert recipe.resnet_depth is not None
    spacing_mm = resnet_mr.median_spacing_mm(scans)
    shape = resnet_mr.grid_shape(spacing_mm)
    weights = folder / f"{recipe.id}.onnx"
    export(nn.Sequential(ResNetSegmenter(recipe.resnet_depth), nn.Sigmoid()), shape, weights)
    network = NetworkSpec(weights, checksum(weights), shape, spacing_mm, "head", resnet_mr.INTENSITY, 0.5)
    return describe(Job(recipe, _PROTOCOL), network)


def table(rows: Sequence[Measured]) -> str:
    """The comparison as Markdown."""
    datasets = sorted({name for row in rows for name in row.dice} - {"all"})
    head = ["model", "MB", "seconds", "processor seconds", *(f"Dice {name}" for name in datasets), "Dice, all"]
    lines = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    for row in rows:
        dice = [f"{row.dice[name]:.3f}" if name in row.dice else "untrained" for name in (*datasets, "all")]
        lines.append(f"{_row(row)} {' | '.join(dice)} |")
    return "\n".join(lines) + "\n"


def _row(row: Measured) -> str:
    return f"| {row.model} | {row.megabytes:.1f} | {row.seconds:.2f} | {row.processor_s:.2f} |"


def main() -> None:
    """Write ``reports/all-models.md``."""
    parser = argparse.ArgumentParser(prog="python -m models.training.size_table", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds nichart/ and openms/")
    parser.add_argument("--volumes", type=int, default=5, help="how many of the held-out scans to time on")
    arguments = parser.parse_args()
    scans = find_scans(arguments.data)
    timed = judged_on(scans, _PROTOCOL)[-arguments.volumes :]
    page = table(measure(scans, [read_volume(scan.image) for scan in timed]))
    (REPORTS / "all-models.md").write_text(f"# All models, {_PROTOCOL.value}\n\n{page}", encoding="utf-8", newline="\n")
    print(page)


if __name__ == "__main__":
    main()
