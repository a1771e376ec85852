"""From three corrected slices to suggested changes on a 256x256x176 volume, and a proposal from two series of one head.

scikit-learn and the models are loaded; reading files is not counted.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from scipy import ndimage

from medcrypt_gui.bootstrap import build_workbench
from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.volume import Volume
from medcrypt_gui.core.mask.roi_mask import RoiMask
from medcrypt_gui.core.segmentation.proposal import Proposal
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.fuse_proposals import propose_together
from medcrypt_gui.services.learn_from_corrections import learn_from_corrections
from medcrypt_gui.services.open_study import find_series, load_volume

SHAPE = (176, 256, 256)
RUNS = 5
_NO_PEER = "no other project here does this"


def run() -> list[dict[str, Any]]:
    bench = build_workbench()
    segmenter = bench.segmenters()["brain-mr"]
    volume = _large_sample(bench)
    proposal = segmenter.propose(volume, "MR", TaskContext())
    worse = Proposal(_grown(proposal.mask), proposal.probability)
    current = worse.mask.labels.copy()
    reached = np.flatnonzero(current.any(axis=(1, 2)))
    slices = [(0, int(reached[round(part * (reached.size - 1))])) for part in (0.25, 0.5, 0.75)]
    for _, index in slices:
        current[index] = proposal.mask.labels[index]
    corrected = RoiMask(current, volume.geometry)

    def learn() -> None:
        learn_from_corrections(volume, worse, corrected, slices, TaskContext())

    def fuse() -> None:
        propose_together([(volume, "MR"), (volume, "MR")], volume.geometry, segmenter, TaskContext())

    return [*_records("segment.learn", learn), *_records("segment.fuse", fuse)]


def _records(name: str, work: Callable[[], None]) -> list[dict[str, Any]]:
    """Wall time, and processor time, which other work on the machine lengthens less."""
    work()
    walls, busy = [], []
    for _ in range(RUNS):
        began, before = time.perf_counter(), time.process_time()
        work()
        walls.append(1000 * (time.perf_counter() - began))
        busy.append(1000 * (time.process_time() - before))
    return [_record(name, walls), _record(f"{name}.processor", busy)]


def _record(name: str, times: list[float]) -> dict[str, Any]:
    figures = {"p50": statistics.median(times), "p95": max(times), "max": max(times)}
    return {"name": name, "unit": "ms", **figures, "peer": None, "ratio_to_peer": None, "note": _NO_PEER}


def _grown(mask: RoiMask) -> RoiMask:
    return RoiMask.from_bool(ndimage.binary_dilation(mask.roi(), iterations=3), mask.geometry)


def _large_sample(bench: Any) -> Volume:
    """The sample head on a grid of 1 mm or so, of the size that MR series have."""
    path: Path = bench.samples_dir / "dicom"
    small = load_volume(find_series([path], bench.readers, TaskContext()).series[0], bench.readers, TaskContext())
    picks = [np.linspace(0, n - 1, m).round().astype(int) for n, m in zip(small.stored.shape, SHAPE, strict=True)]
    scale = [(n - 1) / (m - 1) for n, m in zip(small.stored.shape[::-1], SHAPE[::-1], strict=True)]
    affine = small.geometry.affine_lps @ np.diag([*scale, 1.0])
    return Volume(np.ascontiguousarray(small.stored[np.ix_(*picks)]), Geometry(SHAPE, affine))
