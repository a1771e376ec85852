"""How well the shipped file does on scans it never saw, run as the application runs it."""

from __future__ import annotations

import time
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from medcrypt_gui.adapters.inference.onnx_segmenter import OnnxSegmenter
from medcrypt_gui.core.segmentation.model_card import ModelCard, ScanResult
from medcrypt_gui.core.task import TaskContext
from models.training.dataset import read_reference, read_volume
from models.training.split import Scan


def evaluate(card: ModelCard, scans: Iterable[Scan]) -> tuple[ScanResult, ...]:
    """Dice, 95th percentile of the surface distance and time (everything but reading the file) per held-out scan."""
    segmenter = OnnxSegmenter(card)
    results = []
    for scan in scans:
        if scan.held_out:
            results.append(_evaluate_one(segmenter, scan))
            print(_row(results[-1]), flush=True)
    return tuple(results)


def table(results: tuple[ScanResult, ...]) -> str:
    """The results as Markdown."""
    dice = [result.dice for result in results]
    lines = ["| scan | Dice | HD95 (mm) | seconds |", "|---|---|---|---|", *map(_row, results)]
    return "\n".join([*lines, f"| **mean** (minimum) | **{np.mean(dice):.3f}** ({min(dice):.3f}) | | |"]) + "\n"


def _row(result: ScanResult) -> str:
    return f"| {result.scan} | {result.dice:.3f} | {result.hd95_mm:.1f} | {result.seconds:.1f} |"


def _evaluate_one(segmenter: OnnxSegmenter, scan: Scan) -> ScanResult:
    volume = read_volume(scan.image)
    reference = read_reference(scan.mask).stored > 0
    begun = time.perf_counter()
    found = segmenter.segment(volume, "MR", TaskContext()).roi()
    seconds = time.perf_counter() - begun
    spacing = volume.geometry.spacing_mm[::-1]
    dice = 2 * float((found & reference).sum()) / float(found.sum() + reference.sum())
    return ScanResult(scan.name, round(dice, 4), round(_hd95(found, reference, spacing), 2), round(seconds, 2))


def _hd95(a: NDArray[np.bool_], b: NDArray[np.bool_], spacing_mm: tuple[float, ...]) -> float:
    """The larger of the two directed 95th percentiles of distances between the surfaces, in mm."""
    if not a.any() or not b.any():
        return float("inf")
    surface_a, surface_b = (region & ~ndimage.binary_erosion(region) for region in (a, b))
    to_b = ndimage.distance_transform_edt(~surface_b, spacing_mm)[surface_a]
    to_a = ndimage.distance_transform_edt(~surface_a, spacing_mm)[surface_b]
    return float(max(np.percentile(to_a, 95), np.percentile(to_b, 95)))
