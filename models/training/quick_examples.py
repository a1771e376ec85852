"""Training pairs that cost next to nothing: heads prepared once, then mirrored, cut and changed in brightness.

Turning, resizing and repainting a head (`augment.py`) takes a processor as long as a step on a small part of it. A
large network on a small budget learns more from twice the steps; a share of the examples is still made the long way.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
import torch

from medcrypt_gui.core.segmentation.model_card import Percentiles
from medcrypt_gui.core.segmentation.preprocess import grid_around_head, sample, standardise
from models.training.augment import Parts, Random, make_example
from models.training.dataset import Upright
from models.training.train import Example, MakeExample

_FULL_SHARE = 0.15  # made by `augment.make_example`
_CONTRAST = 0.2
_BRIGHTNESS = 0.2
_NOISE = 0.1


def quick_examples(
    scans: Sequence[Upright], shape: tuple[int, int, int], spacing_mm: float, intensity: Percentiles, parts: Parts
) -> MakeExample:
    """A maker of examples of ``scans`` and of no others; it keeps each head on its grid, 8 bytes a voxel."""
    heads = {id(scan): _prepare(scan, shape, spacing_mm, intensity) for scan in scans}
    long_way = partial(make_example, shape=shape, spacing_mm=spacing_mm, intensity=intensity, parts=parts)

    def make(scan: Upright, random: Random) -> Example:
        if random.random() < _FULL_SHARE:
            return long_way(scan, random=random)
        return _vary(*heads[id(scan)], parts, random)

    return make


def _prepare(
    scan: Upright, shape: tuple[int, int, int], spacing_mm: float, intensity: Percentiles
) -> tuple[np.ndarray, np.ndarray]:
    """Standardised image and soft target ``(Z, Y, X)`` on the grid around the head, as the application lays it."""
    grid = grid_around_head(scan.values, scan.geometry, shape, spacing_mm)
    image = standardise(sample(scan.values, scan.geometry, grid, outside=np.nan), intensity)
    return image, sample(scan.target, scan.geometry, grid)


def _vary(image: np.ndarray, target: np.ndarray, parts: Parts, random: Random) -> Example:
    if random.random() < parts.share:
        starts = [int(random.integers(0, n - part + 1)) for n, part in zip(image.shape, parts.shape, strict=True)]
        part = tuple(slice(start, start + n) for start, n in zip(starts, parts.shape, strict=True))
        image, target = image[part], target[part]
    if random.random() < 0.5:
        image, target = image[..., ::-1], target[..., ::-1]
    contrast = 1 + random.uniform(-_CONTRAST, _CONTRAST)
    noise = random.standard_normal(image.shape, dtype=np.float32) * random.uniform(0, _NOISE)
    varied = (image * contrast + random.uniform(-_BRIGHTNESS, _BRIGHTNESS) + noise).astype(np.float32)
    return torch.from_numpy(varied)[None, None], torch.from_numpy(target.copy())[None, None]
