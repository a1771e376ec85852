"""Whether learning from three corrected slices helps, and never harms (``python -m`` runs it).

A simulated user sets three slices to the reference (at a quarter, half and three quarters of the proposal, or
anywhere) and accepts what is suggested elsewhere. Proposals are a model's own, the same spoiled on purpose, and spoiled
references of CT scans, of which no model here knows anything. Below a first Dice of 0.93 the remaining error must
shrink by 30 %; no volume may become worse by more than 1 %. Three slices close together at the low end cannot teach the
whole volume: they must only do no harm.
"""

from __future__ import annotations

import argparse
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from medcrypt_gui.adapters.inference.onnx_segmenter import OnnxSegmenter
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.segmentation.model_card import read_card
from medcrypt_gui.core.segmentation.proposal import Proposal
from medcrypt_gui.core.task import TaskContext
from models.training.dataset import read_reference, read_volume
from models.training.pipeline import EVALUATED
from models.training.report import REPORTS
from models.training.simulated_user import (
    LEAST_CUT,
    MAY_WORSEN,
    WORTH_CORRECTING,
    Outcome,
    correct_and_learn,
    low_slices,
    random_slices,
    spread_slices,
)
from models.training.split import Scan, find_scans
from models.training.spoiled import Spoil, moved_border, noisy_and_blurred, other_threshold, wavy_border

_DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
_CARD = EVALUATED / "brain-mr-without-openms.toml"
_SPOILS: dict[str, Spoil] = {
    "border 3 mm out": moved_border(3.0),
    "border 3 mm in": moved_border(-3.0),
    "wavy border": wavy_border(3.5),
    "cut at 0.02": other_threshold(0.02),
    "cut at 0.98": other_threshold(0.98),
}
_EVERY = 4  # one scan in so many is spoiled in every way
_CT = ("lung_id001.nii.gz", "lung_id002.nii.gz", "abdomen_ct.nii.gz")
_CT_REFERENCE = {"lung": "_lungs.nii.gz", "abdomen": "_organs.nii.gz"}


def brain_outcomes(segmenter: OnnxSegmenter, scans: Sequence[Scan]) -> Iterator[Outcome]:
    """Every scan with the model's own proposal; one in four with that spoiled, and with slices anywhere."""
    for number, scan in enumerate(scans):
        volume = read_volume(scan.image)
        reference = np.asarray(read_reference(scan.mask).stored, dtype=bool)
        proposal = segmenter.propose(volume, "MR", TaskContext())
        proposed = proposal.mask.roi()
        yield correct_and_learn(scan.name, volume, proposal, reference, spread_slices(proposed))
        if number % _EVERY:
            continue
        random = _random(scan.name)
        anywhere = random_slices(proposed, random)
        yield correct_and_learn(f"{scan.name}, slices anywhere", volume, proposal, reference, anywhere)
        low = low_slices(proposed)
        yield correct_and_learn(
            f"{scan.name}, slices at the low end", volume, proposal, reference, low, far_apart=False
        )
        for name, spoil in _SPOILS.items():
            worse = spoil(proposal, random)
            slices = spread_slices(worse.mask.roi())
            yield correct_and_learn(f"{scan.name}, {name}", volume, worse, reference, slices)
        blind = segmenter.propose(noisy_and_blurred(volume, random), "MR", TaskContext())
        if blind.mask.labels.any():
            slices = spread_slices(blind.mask.roi())
            yield correct_and_learn(f"{scan.name}, from a bad image", volume, blind, reference, slices)


def ct_outcomes(folder: Path) -> Iterator[Outcome]:
    """Lungs and organs whose reference itself was spoiled; there are no probabilities."""
    for image in _CT:
        volume = read_volume(folder / image)
        kind = next(kind for kind in _CT_REFERENCE if image.startswith(kind))
        stem = image.removesuffix(".nii.gz").removesuffix("_ct")
        reference = np.asarray(read_volume(folder / f"{stem}{_CT_REFERENCE[kind]}").stored, dtype=bool)
        perfect = Proposal(RoiMask.from_bool(reference, volume.geometry))
        for name in ("border 3 mm out", "border 3 mm in", "wavy border"):
            worse = _SPOILS[name](perfect, _random(image))
            yield correct_and_learn(f"{stem}, {name}", volume, worse, reference, spread_slices(worse.mask.roi()))


def table(outcomes: Sequence[Outcome]) -> str:
    """Markdown: a row per proposal, the worst cut first."""
    lines = [
        "| proposal | first Dice | error cut | expected | s | processor s | verdict |",
        "|---|---|---|---|---|---|---|",
    ]
    for one in sorted(outcomes, key=lambda one: (not one.must_help, one.cut)):
        expected = f"{one.gain:.0%}" if one.gain is not None else one.why_not
        verdict = "met" if one.met else "**missed**"
        figures = f"{one.first_dice:.3f} | {one.cut:.1%} | {expected} | {one.seconds:.1f} | {one.processor_s:.1f}"
        lines.append(f"| {one.name} | {figures} | {verdict} |")
    return "\n".join(lines) + "\n"


def verdict(outcomes: Sequence[Outcome]) -> str:
    """Both bars in a sentence each."""
    poor = [one for one in outcomes if one.must_help]
    helped = [one for one in poor if one.met]
    harmed = [one for one in outcomes if one.cut < -MAY_WORSEN]
    cuts = f", median cut {np.median([one.cut for one in poor]):.0%}" if poor else ""
    worst = min((one.cut for one in outcomes), default=0.0)
    return (
        f"- First Dice under {WORTH_CORRECTING}: error cut by {LEAST_CUT:.0%} in {len(helped)} of {len(poor)}{cuts}.\n"
        f"- Worse by more than {MAY_WORSEN:.0%}: {len(harmed)} of {len(outcomes)}; smallest cut {worst:.1%}.\n"
    )


def _random(name: str) -> np.random.Generator:
    return np.random.default_rng(zlib.crc32(name.encode()))


def _page(segmenter: OnnxSegmenter, outcomes: Sequence[Outcome]) -> str:
    network = segmenter.card.network
    assert network is not None
    model = f"Proposals: {segmenter.card.title}, SHA-256 `{network.sha256}`."
    return f"# Learning from three corrected slices\n\n{model}\n\n{verdict(outcomes)}\n{table(outcomes)}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--card", type=Path, default=_CARD, help="card of the model that proposes")
    parser.add_argument("--data", type=Path, default=_DATA, help="folder that holds brain/ and ct/")
    parser.add_argument("--only", default="", metavar="TEXT", help="only scans whose name holds this, and no CT")
    parser.add_argument("--report", default="adaptation", help="name of the table in reports/")
    arguments = parser.parse_args()
    segmenter = OnnxSegmenter(read_card(arguments.card))
    scans = [scan for scan in find_scans(arguments.data / "brain") if arguments.only in scan.name]
    outcomes: list[Outcome] = []
    REPORTS.mkdir(parents=True, exist_ok=True)
    for source in [brain_outcomes(segmenter, scans), *([] if arguments.only else [ct_outcomes(arguments.data / "ct")])]:
        for outcome in source:
            outcomes.append(outcome)
            print(table([outcome]).splitlines()[-1], flush=True)
            (REPORTS / f"{arguments.report}.md").write_text(_page(segmenter, outcomes), encoding="utf-8")
    print(verdict(outcomes))
    return 0 if all(one.met for one in outcomes) else 1


if __name__ == "__main__":
    raise SystemExit(main())
