"""Whether the slices that are named as least certain are those most in error (``python -m`` runs it).

Per scan that the model never saw: Spearman's correlation of `slice_doubt` with the real error of each slice that holds
the proposal or the reference, and how many of the worst tenth of them are among the fifth of greatest doubt; by chance
that would be 0.2. The error is what doubt foretells, how far the border is off on average (wrong area over the length
of both borders' mean, mm), and the wrong area (mm²).
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from medcrypt_gui.adapters.inference.onnx_segmenter import OnnxSegmenter
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.segmentation.model_card import read_card
from medcrypt_gui.core.segmentation.proposal import Proposal
from medcrypt_gui.core.segmentation.uncertainty import SHORTEST_BORDER_MM, border_mm, slice_doubt
from medcrypt_gui.core.task import TaskContext
from models.training.dataset import read_reference, read_volume
from models.training.evaluate import judged_on
from models.training.pipeline import EVALUATED
from models.training.report import REPORTS
from models.training.split import Protocol, find_scans

_DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "brain"
_CARD = EVALUATED / "brain-mr-without-openms.toml"
_WORST, _LOOKED_AT = 0.1, 0.2

Mask = NDArray[np.bool_]
Figures = NDArray[np.float64]


@dataclass(frozen=True)
class DoubtOutcome:
    """Spearman's correlation with the error in mm and in mm², and the share of the worst slices that doubt names."""

    name: str
    slices: int
    by_mm: float
    by_area: float
    worst_mm: float
    worst_area: float


def judge_doubt(name: str, proposal: Proposal, image: Geometry, reference: Mask) -> DoubtOutcome:
    """One scan; ``reference`` (Z, Y, X) lies on ``image`` and the proposal has probabilities."""
    assert proposal.probability is not None
    found = proposal.mask.roi()
    seen = (found | reference).any(axis=(1, 2))
    doubt = slice_doubt(proposal.probability, image)[seen]
    off, area = (figures[seen] for figures in slice_errors(found, reference, image))
    by_mm, by_area = (float(stats.spearmanr(doubt, error).statistic) for error in (off, area))
    return DoubtOutcome(name, int(seen.sum()), by_mm, by_area, share_named(doubt, off), share_named(doubt, area))


def slice_errors(found: Mask, reference: Mask, image: Geometry) -> tuple[Figures, Figures]:
    """Per slice ``(Z,)``: how far the border is off on average (mm), and the wrong area (mm²)."""
    width, height = image.spacing_mm[:2]
    area = (found != reference).sum(axis=(1, 2)) * width * height
    border = (border_mm(found, width, height) + border_mm(reference, width, height)) / 2
    return area / np.maximum(border, SHORTEST_BORDER_MM), area


def share_named(doubt: Figures, error: Figures) -> float:
    """The share of the worst tenth of the slices (at least one) that are among the fifth of greatest doubt."""
    worst = np.argsort(-error, kind="stable")[: max(1, round(_WORST * error.size))]
    named = np.argsort(-doubt, kind="stable")[: max(1, round(_LOOKED_AT * doubt.size))]
    return float(np.isin(worst, named).mean())


def outcomes(segmenter: OnnxSegmenter, data: Path) -> Iterator[DoubtOutcome]:
    """Every scan that a model of the protocol `WITHOUT_OPENMS` never saw."""
    for scan in judged_on(find_scans(data), Protocol.WITHOUT_OPENMS):
        volume = read_volume(scan.image)
        reference = np.asarray(read_reference(scan.mask).stored, dtype=bool)
        proposal = segmenter.propose(volume, "MR", TaskContext())
        yield judge_doubt(scan.name, proposal, volume.geometry, reference)


def table(found: Sequence[DoubtOutcome]) -> str:
    """Markdown: a row per scan, then the means."""
    head = "| scan | slices | correlation (mm) | correlation (mm²) | worst named (mm) | worst named (mm²) |"
    rows = [f"| {one.name} | {one.slices} | {_cells(_figures(one))} |" for one in found]
    mean = np.mean([_figures(one) for one in found], axis=0)
    return "\n".join([head, f"|{'---|' * 6}", *rows, f"| mean | | {_cells(mean)} |"]) + "\n"


def _figures(one: DoubtOutcome) -> Figures:
    return np.array([one.by_mm, one.by_area, one.worst_mm, one.worst_area])


def _cells(figures: Figures) -> str:
    return " | ".join(f"{figure:.2f}" for figure in figures)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--card", type=Path, default=_CARD, help="card of a model that never saw openms")
    parser.add_argument("--data", type=Path, default=_DATA, help="folder that holds nichart/ and openms/")
    arguments = parser.parse_args()
    card = read_card(arguments.card)
    assert card.network is not None
    found = table(list(outcomes(OnnxSegmenter(card), arguments.data)))
    text = f"# Doubt and error per slice\n\nModel: {card.title}, SHA-256 `{card.network.sha256}`.\n\n{found}"
    REPORTS.mkdir(parents=True, exist_ok=True)
    (REPORTS / "doubt.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
