"""Data, training, export, evaluation, card: the steps of one command. PyTorch is imported only where it is needed."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path

from medcrypt_gui.adapters.inference.onnx_segmenter import OnnxSegmenter
from medcrypt_gui.core.segmentation.model_card import ModelCard, NetworkSpec, ScanResult, read_card
from models.training.calibrate import best_threshold
from models.training.card import checksum, write_card
from models.training.evaluate import evaluate, judged_on
from models.training.familiarity import fit
from models.training.overlay import contact_sheet
from models.training.recipes import Recipe, file_stem, training_data
from models.training.report import REPORTS, read_results, scan_row, write_report
from models.training.split import Protocol, Scan, trained_on

_HERE = Path(__file__).resolve().parent
RUNS = _HERE / "runs"
EVALUATED = _HERE / "evaluated"
SHIPPED = _HERE.parent
_UNTUNED = 0.5


@dataclass(frozen=True)
class Job:
    """One model under one protocol, and the folders of its checkpoints (``runs``) and of its file (``target``)."""

    recipe: Recipe
    protocol: Protocol
    runs: Path = RUNS
    target: Path | None = None

    @property
    def run(self) -> Path:
        """The folder of this run's checkpoints."""
        return self.runs / f"{self.recipe.id}-{self.protocol.value}"

    @property
    def stem(self) -> str:
        """The model's id, which names its files."""
        return file_stem(self.recipe.id, self.protocol)

    @property
    def card_path(self) -> Path:
        """Only the final ``brain-mr`` goes where the application looks; the others are there to be measured."""
        ships = self.recipe.resnet_depth is None and self.protocol is Protocol.FINAL
        return (self.target or (SHIPPED if ships else EVALUATED)) / f"{self.stem}.toml"


def train_model(job: Job, scans: list[Scan], device: str, steps: int | None, start: Path | None) -> None:
    """Train, or go on where an interrupted run stopped; the weights lie in ``job.run`` afterwards.

    ``start`` is an exported ``brain-mr``, or Med3D's weights for a ResNet.
    """
    if job.recipe.resnet_depth is None:
        from models.training import brain_mr

        brain_mr.train_protocol(scans, job.protocol, job.runs, device, steps, start)
    else:
        from models.training import resnet_mr

        depth = job.recipe.resnet_depth
        resnet_mr.train_protocol(depth, scans, job.protocol, job.run, device, steps, start)


def export_model(job: Job, scans: list[Scan]) -> ModelCard:
    """Write the ONNX file of what ``job.run`` holds, and its card, still without figures."""
    from models.training.export import export, shippable

    ready = shippable(job.recipe, scans, job.protocol, job.run)
    weights = job.card_path.with_suffix(".onnx")
    export(ready.network, ready.shape, weights)
    network = NetworkSpec(weights, checksum(weights), ready.shape, ready.spacing_mm, "head", ready.intensity, _UNTUNED)
    card = describe(job, network)
    threshold = best_threshold(card, [scan for scan in scans if trained_on(scan, job.protocol)])
    card = replace(card, network=replace(network, threshold=threshold))
    write_card(card, job.card_path)
    return card


def describe(job: Job, network: NetworkSpec) -> ModelCard:
    """The card of a network that has not been measured."""
    recipe = job.recipe
    title = recipe.title if job.protocol is Protocol.FINAL else f"{recipe.title}, {job.protocol.value}"
    return ModelCard(
        id=job.stem,
        title=title,
        summary=recipe.summary,
        intended_use=recipe.intended_use,
        limits=recipe.limits,
        licence=recipe.licence,
        kind="network",
        modality=("MR",),
        labels=("brain",),
        training_data=training_data(job.protocol),
        network=network,
    )


def learn_familiarity(job: Job, scans: list[Scan]) -> None:
    """Put on the exported model's card what the images are like that it was trained on."""
    card = read_card(job.card_path)
    assert card.network is not None
    familiar = fit(card, [scan for scan in scans if trained_on(scan, job.protocol)])
    write_card(replace(card, network=replace(card.network, familiar=familiar)), job.card_path)


def evaluate_model(job: Job, scans: list[Scan]) -> Path:
    """Measure the exported file, write table and pictures, put the figures on its card; returns the table's path.

    The card of the final model bears the figures of the other protocols, whose weights had not seen the scans.
    """
    card = read_card(job.card_path)
    assert card.network is not None
    pictures = REPORTS / "pictures" / job.stem
    pictures.mkdir(parents=True, exist_ok=True)
    results: list[ScanResult] = []
    for evaluated in evaluate(OnnxSegmenter(card), judged_on(scans, job.protocol), job.protocol):
        results.append(evaluated.result)
        contact_sheet(evaluated).save(pictures / f"{evaluated.result.scan.replace(' ', '-')}.png")
        print(scan_row(evaluated.result), flush=True)
    machine = f"{os.cpu_count()} processor cores"
    report = write_report(job.recipe.id, job.protocol, card.network.sha256, machine, results)
    known = read_results(job.recipe.id) if job.protocol is Protocol.FINAL else tuple(results)
    write_card(replace(card, results=known), job.card_path)
    return report
