"""Whether several series of one study together do better than each alone (``python -m`` runs it).

On the FLAIR grid of every openms study with several contrasts: each series' own proposal, brought to that grid, and the
proposal of all together, against the FLAIR reference cleaned to its largest part. The model must not have seen openms.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from medcrypt_gui.adapters.inference.onnx_segmenter import OnnxSegmenter
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.mask.dice import dice
from medcrypt_gui.core.ports import Segmenter
from medcrypt_gui.core.segmentation.model_card import ModelCard, read_card
from medcrypt_gui.core.segmentation.postprocess import to_mask
from medcrypt_gui.core.segmentation.proposal import Proposal
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.fuse_proposals import propose_together
from models.training.dataset import read_reference, read_volume
from models.training.pipeline import EVALUATED
from models.training.report import REPORTS
from models.training.split import Scan, find_scans

_DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "brain"
_CARD = EVALUATED / "brain-mr-without-openms.toml"
_MAY_LOSE = 0.003  # Dice, against the best single series
_TARGET = "FLAIR"


@dataclass(frozen=True)
class FusedStudy:
    """Dice on the target's grid of each series alone, by contrast, and of all together."""

    study: str
    alone: dict[str, float]
    together: float

    @property
    def met(self) -> bool:
        """Better than the mean single series, and hardly worse than the best one."""
        alone = list(self.alone.values())
        return self.together > float(np.mean(alone)) and self.together >= max(alone) - _MAY_LOSE


class _Remembering:
    """The port `Segmenter`, asked once about each volume."""

    def __init__(self, segmenter: Segmenter) -> None:
        self.card: ModelCard = segmenter.card
        self._segmenter = segmenter
        self._known: dict[int, tuple[Volume, Proposal]] = {}

    def propose(self, volume: Volume, modality: str, task: TaskContext) -> Proposal:
        if id(volume) not in self._known:
            self._known[id(volume)] = (volume, self._segmenter.propose(volume, modality, task))
        return self._known[id(volume)][1]


def evaluate_study(study: str, scans: Sequence[Scan], segmenter: Segmenter) -> FusedStudy:
    """One study; ``scans`` are its series, the target among them."""
    ordered = sorted(scans, key=lambda scan: (contrast(scan) != _TARGET, scan.name))
    volumes = [read_volume(scan.image) for scan in ordered]
    reference = np.asarray(read_reference(ordered[0].mask).stored, dtype=bool)
    target = volumes[0].geometry
    asked = _Remembering(segmenter)
    alone = {}
    for scan, volume in zip(ordered, volumes, strict=True):
        probability = asked.propose(volume, "MR", TaskContext()).probability
        assert probability is not None and segmenter.card.network is not None  # noqa: PT018
        threshold = segmenter.card.network.threshold
        found = to_mask(probability.values, probability.geometry, target, threshold, TaskContext())
        alone[contrast(scan)] = dice(found.roi(), reference)
    fused = propose_together([(volume, "MR") for volume in volumes], target, asked, TaskContext())
    return FusedStudy(study, alone, dice(fused.mask.roi(), reference))


def contrast(scan: Scan) -> str:
    return scan.name.rsplit("_", 1)[1]


def studies(scans: Sequence[Scan]) -> dict[str, list[Scan]]:
    """The openms scans by study, those with the target and another contrast."""
    found: dict[str, list[Scan]] = {}
    for scan in scans:
        if scan.group == "openms":
            found.setdefault(scan.name.rsplit("_", 1)[0], []).append(scan)
    return {name: of for name, of in found.items() if len(of) > 1 and _TARGET in map(contrast, of)}


def table(results: Sequence[FusedStudy]) -> str:
    """Markdown: a row per study, and the verdict."""
    lines = ["| study | each alone | mean | best | together | verdict |", "|---|---|---|---|---|---|"]
    for result in results:
        alone = list(result.alone.values())
        each = ", ".join(f"{name} {value:.4f}" for name, value in result.alone.items())
        verdict = "met" if result.met else f"missed by {max(alone) - _MAY_LOSE - result.together:.4f}"
        figures = f"{np.mean(alone):.4f} | {max(alone):.4f} | {result.together:.4f}"
        lines.append(f"| {result.study} | {each} | {figures} | {verdict} |")
    return "\n".join(lines) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--card", type=Path, default=_CARD, help="card of a model that never saw openms")
    parser.add_argument("--data", type=Path, default=_DATA, help="folder that holds nichart/ and openms/")
    arguments = parser.parse_args()
    segmenter = OnnxSegmenter(read_card(arguments.card))
    results = []
    for name, scans in studies(find_scans(arguments.data)).items():
        results.append(evaluate_study(name, scans, segmenter))
        print(table(results[-1:]).splitlines()[-1], flush=True)
    text = (
        f"# Several series together\n\nModel: {segmenter.card.title}. Dice on the {_TARGET} grid.\n\n{table(results)}"
    )
    REPORTS.mkdir(parents=True, exist_ok=True)
    (REPORTS / "fusion.md").write_text(text, encoding="utf-8")
    print(text)
    return 0 if all(result.met for result in results) else 1


if __name__ == "__main__":
    raise SystemExit(main())
