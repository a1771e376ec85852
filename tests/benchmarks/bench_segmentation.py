"""``brain-mr``: time from array to mask on a 256x256x176 MR volume, peak memory, Dice per data set, beside deepbet.

Dice is that of the evaluation weights, on scans that they were not trained on (``models/training/evaluated``), as
``python -m models.training brain-mr --evaluate-only`` measures it. deepbet runs where ``MEDCRYPT_DEEPBET_PYTHON`` names
the Python of an environment that has it (it needs PyTorch); it was made for T1 images of healthy adults.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nibabel
import numpy as np

from medcrypt_gui.adapters.inference.onnx_segmenter import OnnxSegmenter
from medcrypt_gui.bootstrap import build_workbench
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.segmentation.model_card import read_card
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.open_study import find_series, load_volume
from medcrypt_gui.services.segment_roi import segment_roi

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY))

from models.training.dataset import read_reference, read_volume  # noqa: E402
from models.training.evaluate import dice, evaluate, judged_on  # noqa: E402
from models.training.pipeline import Job  # noqa: E402
from models.training.recipes import RECIPES  # noqa: E402
from models.training.split import Protocol, Scan, find_scans  # noqa: E402

DATA = REPOSITORY.parent / "shared" / "data"
REAL = DATA / "dicom" / "trio-mprage"
PEER_PYTHON = "MEDCRYPT_DEEPBET_PYTHON"
RUNS = 5
PROTOCOLS = (Protocol.LEAVE_SUBJECTS_OUT, Protocol.WITHOUT_OPENMS)
TO_RAS = np.diag([-1.0, -1.0, 1.0, 1.0])
_NO_PEER = f"deepbet is not installed ({PEER_PYTHON} names no Python that has it)"


@dataclass(frozen=True)
class Peer:
    """What deepbet did: seconds per image, Dice per scan's name, peak memory."""

    seconds: float
    dice: dict[str, float]
    peak_mb: float


def run() -> list[dict[str, Any]]:
    bench = build_workbench()
    volume = _real(bench) if REAL.is_dir() else _resampled_sample(bench)
    segmenter = bench.segmenters()["brain-mr"]
    first = _milliseconds(volume, segmenter)
    times = [_milliseconds(volume, segmenter) for _ in range(RUNS)]
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    scans = find_scans(DATA / "brain") if (DATA / "brain").is_dir() else []
    peer = _run_peer(volume, scans)
    return [
        _record("segment.brain_mr", "ms", times, peer and 1000 * peer.seconds),
        _record("segment.first_with_loading", "ms", [first], None),
        _record("segment.peak_memory", "MB", [peak_mb], peer and peer.peak_mb),
        *_dice_records(scans, peer),
    ]


def _milliseconds(volume: Volume, segmenter: Any) -> float:
    began = time.perf_counter()
    segment_roi(volume, "MR", segmenter, TaskContext())
    return 1000 * (time.perf_counter() - began)


def _record(name: str, unit: str, values: Sequence[float], peer: float | None) -> dict[str, Any]:
    ordered = sorted(values)
    middle = statistics.median(ordered)
    figures = {"p50": middle, "p95": ordered[-1], "max": ordered[-1]}
    record = {"name": name, "unit": unit, **figures, "peer": None, "ratio_to_peer": None, "note": _NO_PEER}
    if peer:
        record |= {"peer": f"deepbet {peer:.{3 if unit == 'Dice' else 0}f}", "ratio_to_peer": middle / peer, "note": ""}
    return record


def _dice_records(scans: list[Scan], peer: Peer | None) -> Iterable[dict[str, Any]]:
    """Mean Dice per data set and protocol; its columns are the mean, the smallest and the largest."""
    for protocol in PROTOCOLS:
        card_path = Job(RECIPES["brain-mr"], protocol).card_path
        if not (scans and card_path.exists()):
            continue
        reached: dict[str, dict[str, float]] = {}
        for evaluated in evaluate(OnnxSegmenter(read_card(card_path)), judged_on(scans, protocol), protocol):
            reached.setdefault(evaluated.result.dataset, {})[evaluated.result.scan] = evaluated.result.dice
        for dataset, by_scan in sorted(reached.items()):
            of_peer = [peer.dice[name] for name in by_scan if name in peer.dice] if peer else []
            mean = statistics.mean(by_scan.values())
            name = f"dice {dataset}, {protocol.value}"
            record = _record(name, "Dice", [mean], statistics.mean(of_peer) if of_peer else None)
            yield {**record, "p95": min(by_scan.values()), "max": max(by_scan.values())}


def _run_peer(volume: Volume, scans: list[Scan]) -> Peer | None:
    """deepbet on the timed volume and on every scan that ``brain-mr`` is judged on."""
    python = os.environ.get(PEER_PYTHON)
    if not python:
        return None
    judged = {scan.name: scan for protocol in PROTOCOLS for scan in judged_on(scans, protocol)}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        timed = folder / "timed.nii"
        voxels = np.asarray(volume.stored).transpose(2, 1, 0)
        nibabel.save(nibabel.Nifti1Image(voxels, TO_RAS @ volume.geometry.affine_lps), timed)
        masks = {scan_name: folder / f"{number}.nii" for number, scan_name in enumerate(judged)}
        pairs = [f"{timed}={folder / 'timed-mask.nii'}"]
        pairs += [f"{scan.image}={masks[scan_name]}" for scan_name, scan in judged.items()]
        command = [python, str(Path(__file__).with_name("deepbet_peer.py")), *pairs]
        output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        answer = json.loads(output.splitlines()[-1])
        scores = {scan_name: _dice_of_peer(scan, masks[scan_name]) for scan_name, scan in judged.items()}
    return Peer(answer["seconds"][str(timed)], scores, answer["peak_mb"])


def _dice_of_peer(scan: Scan, mask: Path) -> float:
    found = np.asarray(read_volume(mask).stored) > 0
    return dice(found, np.asarray(read_reference(scan.mask).stored) > 0)


def _real(bench: Any) -> Volume:
    series = find_series([REAL], bench.readers, TaskContext()).series[0]
    return load_volume(series, bench.readers, TaskContext())


def _resampled_sample(bench: Any) -> Volume:
    """The sample study's voxels on a grid of 176 x 256 x 256."""
    series = find_series([bench.samples_dir / "dicom"], bench.readers, TaskContext()).series[0]
    small = load_volume(series, bench.readers, TaskContext())
    wanted = (176, 256, 256)
    picks = [np.linspace(0, n - 1, m).round().astype(int) for n, m in zip(small.stored.shape, wanted, strict=True)]
    scale = [(n - 1) / (m - 1) for n, m in zip(small.stored.shape[::-1], wanted[::-1], strict=True)]
    affine = small.geometry.affine_lps @ np.diag([*scale, 1.0])
    return Volume(np.ascontiguousarray(small.stored[np.ix_(*picks)]), Geometry(wanted, affine))
