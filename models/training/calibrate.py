"""Where to cut a network's probabilities, told by scans it was trained on: no scan that judges it takes part."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from medcrypt_gui.adapters.inference.onnx_segmenter import OnnxSegmenter
from medcrypt_gui.core.mask.dice import dice
from medcrypt_gui.core.segmentation.model_card import ModelCard
from medcrypt_gui.core.segmentation.postprocess import to_mask
from medcrypt_gui.core.task import TaskContext
from models.training.dataset import read_reference, read_volume
from models.training.split import Scan

_THRESHOLDS = tuple(round(0.4 + 0.05 * step, 2) for step in range(9))
_EVERY = 3  # a third of the scans decides; the mean of their Dice is flat around its best


def best_threshold(card: ModelCard, seen: list[Scan]) -> float:
    """The threshold of the highest Dice on training scans, each group of them (T1, FLAIR, openms) counting alike."""
    segmenter = OnnxSegmenter(card)
    per_group: dict[str, list[list[float]]] = defaultdict(list)
    for scan in seen[::_EVERY]:
        per_group[scan.group].append(_dice_by_threshold(segmenter, scan))
    means = np.mean([np.mean(rows, axis=0) for rows in per_group.values()], axis=0)
    return _THRESHOLDS[int(np.argmax(means))]


def _dice_by_threshold(segmenter: OnnxSegmenter, scan: Scan) -> list[float]:
    volume, reference = read_volume(scan.image), read_reference(scan.mask).stored > 0
    found = segmenter.propose(volume, "MR", TaskContext()).probability
    assert found is not None
    values = []
    for threshold in _THRESHOLDS:
        mask = to_mask(found.values, found.geometry, volume.geometry, threshold, TaskContext()).roi()
        values.append(dice(mask, reference))
    return values
