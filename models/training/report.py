"""The evaluation written down: a table to read (Markdown) and the same for programs (JSON)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

from medcrypt_gui.core.segmentation.model_card import ScanResult
from models.training.bars import judge
from models.training.recipes import file_stem
from models.training.split import Protocol

REPORTS = Path(__file__).resolve().parent / "reports"
_TRAINED_ON = "These weights were trained on all of these scans: the figures say how well they were learnt, no more."
_HELD_OUT = "None of these scans, and nobody in them, was trained on."


def write_report(model: str, protocol: Protocol, sha256: str, machine: str, results: Sequence[ScanResult]) -> Path:
    """Write ``reports/<run>.md`` and ``.json``; returns the former. ``machine`` says what the seconds are of."""
    REPORTS.mkdir(exist_ok=True)
    stem = REPORTS / file_stem(model, protocol)
    content = {"model": model, "protocol": protocol.value, "weights_sha256": sha256, "machine": machine}
    listed = [asdict(result) for result in results]
    _write(stem.with_suffix(".json"), json.dumps({**content, "results": listed}, indent=1) + "\n")
    _write(stem.with_suffix(".md"), _page(model, protocol, sha256, machine, results))
    return stem.with_suffix(".md")


def read_results(model: str) -> tuple[ScanResult, ...]:
    """All that was measured of a model on scans that the weights in question had not seen."""
    results: list[ScanResult] = []
    for protocol in (Protocol.WITHOUT_OPENMS, Protocol.LEAVE_SUBJECTS_OUT):
        path = REPORTS / f"{file_stem(model, protocol)}.json"
        if path.exists():
            results += [ScanResult(**entry) for entry in json.loads(path.read_text(encoding="utf-8"))["results"]]
    return tuple(results)


def means(results: Iterable[ScanResult]) -> list[tuple[str, int, float, float, float | None, float]]:
    """Per data set and over all: name, scans, mean and smallest Dice, mean HD95 in mm, mean seconds."""
    results = list(results)
    groups = sorted({result.dataset for result in results})
    rows = [(group, [result for result in results if result.dataset == group]) for group in groups]
    return [_mean(name, members) for name, members in [*rows, ("all", results)]]


def _mean(name: str, members: list[ScanResult]) -> tuple[str, int, float, float, float | None, float]:
    dice = [result.dice for result in members]
    known = [result.hd95_mm for result in members if result.hd95_mm is not None]
    distance = sum(known) / len(known) if known else None
    return name, len(dice), sum(dice) / len(dice), min(dice), distance, sum(r.seconds for r in members) / len(members)


def scan_row(result: ScanResult) -> str:
    """One line of the Markdown table."""
    return f"| {result.scan} | {result.dice:.3f} | {_mm(result.hd95_mm)} | {result.seconds:.2f} |"


def _page(model: str, protocol: Protocol, sha256: str, machine: str, results: Sequence[ScanResult]) -> str:
    command = f"python -m models.training {model} --protocol {protocol.value} --evaluate-only"
    lines = [
        f"# {model}, {protocol.value}",
        "",
        _TRAINED_ON if protocol is Protocol.FINAL else _HELD_OUT,
        f"References are cleaned to their largest part. Seconds: array to mask, the model loaded, on {machine}.",
        f"Weights: SHA-256 `{sha256}`. Made by `{command}`.",
        "",
        "| data set | scans | mean Dice | smallest | mean HD95 (mm) | mean seconds |",
        "|---|---|---|---|---|---|",
        *(
            f"| {name} | {count} | {dice:.3f} | {least:.3f} | {_mm(distance)} | {seconds:.2f} |"
            for name, count, dice, least, distance, seconds in means(results)
        ),
        "",
        *judge(model, results),
        "",
        "| scan | Dice | HD95 (mm) | seconds |",
        "|---|---|---|---|",
        *map(scan_row, results),
    ]
    return "\n".join(lines) + "\n"


def _mm(distance: float | None) -> str:
    return "-" if distance is None else f"{distance:.1f}"


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
