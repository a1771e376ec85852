"""``brain-mr`` from array to mask on a 256x256x176 MR volume, the model loaded; and loading it."""

from __future__ import annotations

import statistics
import time
from pathlib import Path
from typing import Any

import numpy as np

from medcrypt_gui.bootstrap import build_workbench
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.open_study import find_series, load_volume
from medcrypt_gui.services.segment_roi import segment_roi

REAL = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "dicom" / "trio-mprage"
RUNS = 5
_NO_PEER = "no segmenter of another project can be had here"


def run() -> list[dict[str, Any]]:
    bench = build_workbench()
    volume = _real(bench) if REAL.is_dir() else _resampled_sample(bench)
    segmenter = bench.segmenters()["brain-mr"]
    first = _milliseconds(volume, segmenter)
    times = [_milliseconds(volume, segmenter) for _ in range(RUNS)]
    return [_record("segment.brain_mr", times), _record("segment.first_with_loading", [first])]


def _milliseconds(volume: Volume, segmenter: Any) -> float:
    began = time.perf_counter()
    segment_roi(volume, "MR", segmenter, TaskContext())
    return 1000 * (time.perf_counter() - began)


def _record(name: str, times: list[float]) -> dict[str, Any]:
    ordered = sorted(times)
    figures = {"p50": statistics.median(ordered), "p95": ordered[-1], "max": ordered[-1]}
    return {"name": name, "unit": "ms", **figures, "peer": None, "ratio_to_peer": None, "note": _NO_PEER}


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
