"""How soon the shown slices follow the threshold slider, and the whole mask after it, on 256x256x176.

A step is timed from the new threshold to the three slices of the mask (axial, sagittal, coronal), as the views ask for
them. The probabilities lie on the grid of the brain model, 96x112x96 voxels of 2 mm.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from scipy import ndimage

from medcrypt_gui.core.imaging.geometry import Geometry
from medcrypt_gui.core.imaging.planes import Plane, plane_view
from medcrypt_gui.core.mask.packed_region import PackedRegion
from medcrypt_gui.core.segmentation.mask_origin import MaskOrigin
from medcrypt_gui.core.segmentation.postprocess import to_mask
from medcrypt_gui.core.segmentation.proposal import ProbabilityMap
from medcrypt_gui.core.segmentation.threshold_trial import ThresholdTrial
from medcrypt_gui.core.task import TaskContext
from medcrypt_gui.services.recut_roi import recut_roi

_IMAGE_SHAPE, _GRID_SHAPE, _GRID_MM = (176, 256, 256), (96, 112, 96), 2.0
_STEPS, _WHOLE = 30, 5


def run() -> list[dict[str, Any]]:
    image, probability = _image(), _probability()
    region = to_mask(probability.values, probability.geometry, image, 0.5, TaskContext()).roi()
    packed, nothing = PackedRegion.of(region), PackedRegion.of(np.zeros_like(region))
    origin = MaskOrigin(packed, packed, nothing, probability=probability)
    trial = ThresholdTrial(probability, origin, region, image)
    views = [plane_view(image, plane) for plane in Plane]

    def step(threshold: float) -> None:
        trial.cut_at(threshold)
        for view in views:
            trial.plane(view, view.count // 2)

    steps = [_ms(lambda t=t: step(t)) for t in np.linspace(0.1, 0.9, _STEPS)]
    whole = [
        _ms(lambda t=t: recut_roi(probability, origin, region, image, t, TaskContext()))
        for t in np.linspace(0.2, 0.8, _WHOLE)
    ]
    return [_record("threshold.slices", steps), _record("threshold.whole", whole)]


def _image() -> Geometry:
    affine = np.eye(4)
    affine[:3, 3] = (-128.0, -128.0, -88.0)
    return Geometry(_IMAGE_SHAPE, affine)


def _probability() -> ProbabilityMap:
    """An egg of a brain's size with a soft, ragged border."""
    axes = [np.linspace(-1, 1, n) for n in _GRID_SHAPE]
    z, y, x = np.meshgrid(*axes, indexing="ij")
    ragged = ndimage.gaussian_filter(np.random.default_rng(0).normal(size=_GRID_SHAPE), 2) * 8
    depth = 1 - np.sqrt((z / 0.7) ** 2 + (y / 0.75) ** 2 + (x / 0.7) ** 2)
    values = 1 / (1 + np.exp(-np.clip(depth * 20 + ragged, -30, 30)))
    affine = np.diag([_GRID_MM, _GRID_MM, _GRID_MM, 1.0])
    affine[:3, 3] = [-_GRID_MM * n / 2 for n in _GRID_SHAPE[::-1]]
    return ProbabilityMap(values.astype(np.float32), Geometry(_GRID_SHAPE, affine))


def _ms(work: Any) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def _record(name: str, times: list[float]) -> dict[str, Any]:
    p50, p95 = np.percentile(times, [50, 95])
    return {
        "name": name,
        "unit": "ms",
        "p50": float(p50),
        "p95": float(p95),
        "max": max(times),
        "peer": None,
        "ratio_to_peer": None,
        "note": "no peer at hand",
    }
